using ServerlessGuard.Resources;

namespace ServerlessGuard.Facts;

/// <summary>Whether a notebook, workspace or agent runtime is wired to the internet.</summary>
public sealed record WorkbenchFacts(ResourceRef Subject) : SubjectFacts(Subject)
{
    public override FactsKind Kind => FactsKind.Workbench;

    public required Fact OnInternet { get; init; }
}
