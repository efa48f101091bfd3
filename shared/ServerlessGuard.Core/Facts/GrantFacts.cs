using ServerlessGuard.Resources;
using ServerlessGuard.Verdicts;

namespace ServerlessGuard.Facts;

/// <summary>Whether one document allows everything.</summary>
public sealed record GrantFacts(ResourceRef Subject) : SubjectFacts(Subject)
{
    public override FactsKind Kind => FactsKind.Grant;

    public required Fact GrantsEverything { get; init; }

    /// <summary>Nobody holds it (attachmentCount 0), or it can be assigned below a resource group only.</summary>
    public Severity? Lowered { get; init; }
}
