using System.Text.Json.Nodes;
using ServerlessGuard.Azure.Arm;
using ServerlessGuard.Findings;
using ServerlessGuard.Remediation;

namespace ServerlessGuard.Azure.Remediators;

/// <summary>SG-STOR-006: the firewall denies by default; the callers that it names stay.</summary>
public sealed class CloseStorageNetwork(IArm arm, AzureRemediatorOptions options) : ArmPatch(arm)
{
    private const string Acls = "networkAcls";
    private const string Access = "publicNetworkAccess";

    public override RemediatorDescriptor Descriptor => RemediationCatalog.Azure.CloseStorageNetwork;

    protected override JsonObject Slice(JsonObject resource, JsonObject properties) => new()
    {
        [Acls] = NetworkAcls.Read(properties, "AzureServices"),
        [Access] = properties.Text(Access) ?? "Enabled",
    };

    protected override Desired Desire(JsonObject live, Finding finding)
    {
        var acls = live[Acls]!.AsObject();
        if (!live.Is(Access, "Enabled") || NetworkAcls.Denies(acls) && !NetworkAcls.AreTooWide(acls))
        {
            return new Desired.Nothing();
        }

        if (NetworkAcls.AreTooWide(acls))
        {
            return new Desired.Refuse("the firewall lists ranges that together cover the internet: a person has to decide which may stay");
        }

        if (options.IsOwnStorage(finding.Resource.Id))
        {
            return new Desired.Refuse("this is our own storage account: closing it from here could stop the product");
        }

        var to = live.With(Acls, NetworkAcls.Denying(acls));
        return new Desired.Change(to,
            $"Close the firewall of storage account {Shown(finding)}; {NetworkAcls.Kept(acls)} listed callers and trusted Azure services "
                + $"stay.", Call(finding, live, to));
    }
}
