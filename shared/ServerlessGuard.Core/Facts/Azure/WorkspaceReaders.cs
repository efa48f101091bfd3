using ServerlessGuard.Documents;
using ServerlessGuard.Resources;

namespace ServerlessGuard.Facts.Azure;

/// <summary>
/// <c>Microsoft.MachineLearningServices/workspaces</c>: <c>publicNetworkAccess</c>, or where it is absent
/// <c>allowPublicAccessWhenBehindVnet</c>; a project has its hub's network; <c>managedNetwork.isolationMode</c> absent or Disabled is no
/// isolation.
/// </summary>
/// <remarks>Source: REST API specification of Microsoft.MachineLearningServices 2025-06-01.</remarks>
public sealed class WorkspaceReader : FactReader
{
    internal const string Type = "Microsoft.MachineLearningServices/workspaces";

    public override string NativeType => Type;

    public override IReadOnlyList<FactsKind> Gives => [FactsKind.Workbench];

    public override void Read(Resource resource, FactContext context, ICollection<SubjectFacts> facts)
    {
        var properties = resource.Configuration;
        var mode = properties["managedNetwork", "isolationMode"];
        var own = new WorkspaceFacts(
            resource.Ref,
            OnInternet(resource),
            mode.Is("AllowInternetOutbound") || mode.Is("AllowOnlyApprovedOutbound"),
            mode.Exists ? DocText.Shown(mode.ToString()) : "(absent: none)");
        facts.Add(own);
        var hub = properties["hubResourceId"].NonEmpty;
        facts.Add(new WorkspaceJoin(resource.Ref, own)
        {
            HubId = hub,
            IsProject = resource.Document["kind"].Is("project"),
        });
    }

    private static Fact OnInternet(Resource resource)
    {
        if (!resource.IsObserved)
        {
            return Fact.Unknown("properties", "an abbreviated response: get the workspace itself");
        }

        var access = resource.Configuration["publicNetworkAccess"];
        return access.Exists
            ? new Fact(!PublicNetwork.IsPrivate(access), "properties.publicNetworkAccess", access.ToString())
            : Fact.Of(resource.Configuration["allowPublicAccessWhenBehindVnet"], "properties.allowPublicAccessWhenBehindVnet",
                whenAbsent: true, "publicNetworkAccess is absent too: Enabled");
    }
}

/// <summary>A workspace's own network, as projects are joined with their hub.</summary>
public sealed record WorkspaceFacts(ResourceRef Subject, Fact OnInternet, bool Isolated, string Isolation) : NeighbourFacts(Subject),
    INeighbour
{
    public static Source Source { get; } = new AzureSource(AzureFind.Id) { NativeType = WorkspaceReader.Type };

    public override IEnumerable<string> JoinKeys => [Subject.Key];
}

/// <summary>A workspace, waiting for its hub when it is a project.</summary>
public sealed record WorkspaceJoin(ResourceRef Subject, WorkspaceFacts Own) : JoinedFacts(Subject)
{
    public override FactsKind Kind => FactsKind.Workbench;

    public required string? HubId { get; init; }
    public required bool IsProject { get; init; }

    private string? HubKey => HubId is { } id ? ArmId.Key(id) : null;

    public override bool NeedsNobody => !IsProject;

    public override SubjectFacts Complete(Neighbours neighbours)
    {
        var network = IsProject ? neighbours.One<WorkspaceFacts>(HubKey, HubId) : Own;
        if (network is null)
        {
            return new WorkbenchFacts(Subject)
                { OnInternet = Fact.Unknown("hub " + (HubKey ?? "properties.hubResourceId"), "the project's hub is not in the scan") };
        }

        return new WorkbenchFacts(Subject)
        {
            OnInternet = network.OnInternet,
            SubFindings = network.OnInternet.Value is false && !network.Isolated
                ? [new("isolation", Verdicts.Severity.Medium, "Nothing holds back what the workspace sends out.",
                    new("properties.managedNetwork.isolationMode", network.Isolation))]
                : [],
        };
    }
}
