using System.Text.Json.Nodes;
using ServerlessGuard.Azure.Arm;
using ServerlessGuard.Findings;
using ServerlessGuard.Remediation;

namespace ServerlessGuard.Azure.Remediators;

/// <summary>
/// SG-AI-003: the AI account's firewall denies by default. Network rules work only on an account with a custom subdomain.
/// </summary>
/// <remarks>Source: "Configure Azure AI services virtual networks".</remarks>
public sealed class CloseModelEndpoint(IArm arm) : ArmPatch(arm)
{
    private const string Acls = "networkAcls";
    private const string Access = "publicNetworkAccess";
    private const string Domain = "customSubDomainName";

    public override RemediatorDescriptor Descriptor => RemediationCatalog.Azure.CloseModelEndpoint;

    protected override JsonObject Slice(JsonObject resource, JsonObject properties) => new()
    {
        [Acls] = NetworkAcls.Read(properties, null),
        [Access] = properties.Text(Access) ?? "Enabled",
        [Domain] = properties.Text(Domain),
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

        if (live.Text(Domain) is null)
        {
            return new Desired.Refuse("the account has no custom subdomain, which network rules need: add one first");
        }

        var to = live.With(Acls, NetworkAcls.Denying(acls));
        return new Desired.Change(to, $"Close the firewall of AI account {Shown(finding)}; {NetworkAcls.Kept(acls)} listed callers stay.",
            Call(finding, live, to));
    }
}
