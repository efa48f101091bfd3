using ServerlessGuard.Resources;

namespace ServerlessGuard.Facts;

/// <summary>Whether a password alone opens the console.</summary>
public sealed record SecondFactorFacts(ResourceRef Subject) : SubjectFacts(Subject)
{
    public override FactsKind Kind => FactsKind.SecondFactor;

    public required Fact PasswordIsEnough { get; init; }
}
