using ServerlessGuard.Documents;
using ServerlessGuard.Resources;

namespace ServerlessGuard.Facts.Azure;

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
