using ServerlessGuard.Documents;
using ServerlessGuard.Resources;

namespace ServerlessGuard.Facts.Azure;

/// <summary>
/// <c>Microsoft.CognitiveServices/accounts</c>: the shared network switches and <c>disableLocalAuth</c> (absent: keys are accepted).
/// </summary>
/// <remarks>Source: REST API specification of Microsoft.CognitiveServices 2025-06-01.</remarks>
public sealed class CognitiveAccountReader : FactReader
{
    public override string NativeType => "Microsoft.CognitiveServices/accounts";

    public override IReadOnlyList<FactsKind> Gives => [FactsKind.ModelEndpoint, FactsKind.ModelKey];

    public override IReadOnlyList<AzureRoute> Routes => [new AzureRoute.Acted("listKeys"), new AzureRoute.Acted("regenerateKey")];

    public override void Read(Resource resource, FactContext context, ICollection<SubjectFacts> facts)
    {
        var properties = resource.Configuration;
        facts.Add(new ModelEndpointFacts(resource.Ref) { ReachableFromAnyNetwork = PublicNetwork.Open(properties) });
        facts.Add(new ModelKeyFacts(resource.Ref)
        {
            AcceptsStaticKey = resource.IsObserved
                ? Fact.Of(properties["disableLocalAuth"], "properties.disableLocalAuth", whenAbsent: false, "false").Not
                : Fact.Unknown("properties", "an abbreviated response: get the account itself"),
        });
    }
}

/// <summary>
/// <c>…/workspaces/onlineEndpoints</c>: <c>publicNetworkAccess</c> (absent: Enabled) and <c>authMode</c> Key, AMLToken or AADToken.
/// </summary>
/// <remarks>Source: REST API specification of Microsoft.MachineLearningServices 2025-06-01.</remarks>
public sealed class OnlineEndpointReader : FactReader
{
    public override string NativeType => "Microsoft.MachineLearningServices/workspaces/onlineEndpoints";

    public override IReadOnlyList<FactsKind> Gives => [FactsKind.ModelEndpoint, FactsKind.ModelKey];

    public override IReadOnlyList<AzureRoute> Routes => [new AzureRoute.ListedByParent(), new AzureRoute.Acted("regenerateKeys")];

    public override void Read(Resource resource, FactContext context, ICollection<SubjectFacts> facts)
    {
        const string Path = "properties.publicNetworkAccess";
        var access = resource.Configuration["publicNetworkAccess"];
        facts.Add(new ModelEndpointFacts(resource.Ref)
        {
            ReachableFromAnyNetwork = resource.IsObserved
                ? new Fact(!PublicNetwork.IsPrivate(access), Path, access.Exists ? access.ToString() : "(absent: Enabled)")
                : Fact.Unknown("properties", "an abbreviated response: get the endpoint itself"),
        });
        facts.Add(AuthMode(resource));
    }

    internal static ModelKeyFacts AuthMode(Resource resource)
    {
        var mode = resource.Configuration["authMode"];
        return new ModelKeyFacts(resource.Ref)
        {
            AcceptsStaticKey = mode.Exists
                ? new Fact(mode.Is("Key"), "properties.authMode", DocText.Shown(mode.ToString()))
                : Fact.Unknown("properties.authMode", "not in the answer"),
        };
    }
}

/// <summary><c>…/workspaces/serverlessEndpoints</c>: <c>authMode</c>.</summary>
public sealed class ServerlessEndpointReader : FactReader
{
    public override string NativeType => "Microsoft.MachineLearningServices/workspaces/serverlessEndpoints";

    public override IReadOnlyList<FactsKind> Gives => [FactsKind.ModelKey];

    public override IReadOnlyList<AzureRoute> Routes => [new AzureRoute.ListedByParent()];

    public override void Read(Resource resource, FactContext context, ICollection<SubjectFacts> facts) =>
        facts.Add(OnlineEndpointReader.AuthMode(resource));
}

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

/// <summary>
/// <c>…/workspaces/computes</c>: the settings nest twice (<c>properties.properties</c>). A compute has a door of its own when its nodes
/// have public addresses (absent: they have) and SSH is open (absent: it is not).
/// </summary>
/// <remarks>Source: REST API specification of Microsoft.MachineLearningServices 2025-06-01, ComputeInstance and AmlCompute.</remarks>
public sealed class ComputeReader : FactReader
{
    public override string NativeType => "Microsoft.MachineLearningServices/workspaces/computes";

    public override IReadOnlyList<FactsKind> Gives => [FactsKind.Workbench];

    public override IReadOnlyList<AzureRoute> Routes => [new AzureRoute.ListedByParent()];

    public override void Read(Resource resource, FactContext context, ICollection<SubjectFacts> facts)
    {
        var type = resource.Configuration["computeType"];
        var own = resource.Configuration["properties"];
        var ssh = own["sshSettings", "sshPublicAccess"];
        var login = own["remoteLoginPortPublicAccess"];
        var open = new Fact(ssh.Is("Enabled") || login.Is("Enabled"),
            ssh.Exists ? "properties.properties.sshSettings.sshPublicAccess" : "properties.properties.remoteLoginPortPublicAccess",
            ssh.Exists ? ssh.ToString() : login.Exists ? login.ToString() : "(absent: Disabled)");
        var address = own["enableNodePublicIp"];
        facts.Add(new ComputeJoin(resource.Ref)
        {
            SshOpen = own.Exists ? open : Fact.Unknown("properties.properties", "not in the answer"),
            PublicAddress = address.Exists ? Fact.Of(address, "properties.properties.enableNodePublicIp") : null,
            WorkspaceKey = resource.ParentKey,
            OutOfReach = type.Is("ComputeInstance") || type.Is("AmlCompute") || !type.Exists
                ? null
                : $"a compute of type {DocText.Shown(type.ToString())} has no address of its own here",
        });
    }
}

/// <summary>
/// A compute, waiting for its workspace when its own address is not set: then it has one, unless the workspace's network forbids it.
/// </summary>
public sealed record ComputeJoin(ResourceRef Subject) : JoinedFacts(Subject)
{
    public override FactsKind Kind => FactsKind.Workbench;

    public required Fact SshOpen { get; init; }

    /// <summary>Null when the setting is absent.</summary>
    public required Fact? PublicAddress { get; init; }

    public required string? WorkspaceKey { get; init; }

    public override bool NeedsNobody => PublicAddress is not null || SshOpen.Value is not true;

    public override SubjectFacts Complete(Neighbours neighbours) => new WorkbenchFacts(Subject)
    {
        OnInternet = SshOpen.Value is true ? SshOpen & (PublicAddress ?? ByWorkspace(neighbours)) : SshOpen,
        OutOfReach = OutOfReach,
    };

    private Fact ByWorkspace(Neighbours neighbours)
    {
        const string Path = "properties.properties.enableNodePublicIp";
        return neighbours.One<WorkspaceFacts>(WorkspaceKey, ArmId.Parent(Subject.Id)) switch
        {
            null => Fact.Unknown(WorkspaceReader.Type,
                "enableNodePublicIp is absent, and the workspace, whose network may forbid it, is not in the scan"),
            { OnInternet.Value: false, Isolated: true } => Fact.False(Path, "(absent: the workspace's network forbids it)"),
            { OnInternet.Value: null } workspace => workspace.OnInternet,
            _ => Fact.True(Path, "(absent: true)"),
        };
    }
}
