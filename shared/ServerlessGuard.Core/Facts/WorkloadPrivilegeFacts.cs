using ServerlessGuard.Resources;

namespace ServerlessGuard.Facts;

/// <summary>What the identity of a function may do.</summary>
public sealed record WorkloadPrivilegeFacts(ResourceRef Subject) : SubjectFacts(Subject)
{
    public override FactsKind Kind => FactsKind.WorkloadPrivilege;

    public required Fact Administrator { get; init; }
}
