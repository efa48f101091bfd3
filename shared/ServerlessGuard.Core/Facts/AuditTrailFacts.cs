using ServerlessGuard.Resources;

namespace ServerlessGuard.Facts;

/// <summary>Whether the control plane of an account is recorded.</summary>
public sealed record AuditTrailFacts(ResourceRef Subject) : SubjectFacts(Subject)
{
    public override FactsKind Kind => FactsKind.AuditTrail;

    public required Fact Recorded { get; init; }
}
