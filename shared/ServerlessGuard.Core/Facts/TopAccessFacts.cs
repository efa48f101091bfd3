using ServerlessGuard.Resources;

namespace ServerlessGuard.Facts;

/// <summary>
/// Whether rights above everything lie ready: an account's root user, a directory's root scope, its Global Administrators.
/// </summary>
public sealed record TopAccessFacts(ResourceRef Subject) : SubjectFacts(Subject)
{
    public override FactsKind Kind => FactsKind.TopAccess;

    public required Fact Armed { get; init; }
}
