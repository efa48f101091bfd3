using System.Text.Json.Nodes;
using ServerlessGuard.Azure.Arm;
using ServerlessGuard.Engine;
using ServerlessGuard.Findings;
using ServerlessGuard.Remediation;

namespace ServerlessGuard.Azure.Remediators;

/// <summary>
/// SG-KEY-001: the vault's firewall denies by default, and access policies for tenants that nobody approved go. Access by role assignments
/// instead of policies is never switched here: it can cut off every reader.
/// </summary>
public sealed class RestrictKeyAccess(IArm arm, GuardSettings settings) : ArmPatch(arm)
{
    private const string Acls = "networkAcls";
    private const string Access = "publicNetworkAccess";
    private const string Policies = "accessPolicies";
    private const string Roles = "enableRbacAuthorization";
    private const string Tenant = "tenantId";

    public override RemediatorDescriptor Descriptor => RemediationCatalog.Azure.RestrictKeyAccess;

    protected override JsonObject Slice(JsonObject resource, JsonObject properties) => new()
    {
        [Acls] = NetworkAcls.Read(properties, "AzureServices"),
        [Access] = properties.Text(Access) ?? "Enabled",
        [Policies] = properties.Items(Policies).DeepClone(),
        [Roles] = properties.Flag(Roles) ?? false,
        [Tenant] = properties.Text(Tenant),
    };

    protected override Desired Desire(JsonObject live, Finding finding)
    {
        var acls = live[Acls]!.AsObject();
        var reachable = live.Is(Access, "Enabled");
        if (reachable && NetworkAcls.AreTooWide(acls))
        {
            return new Desired.Refuse("the firewall lists ranges that together cover the internet: a person has to decide which may stay");
        }

        var closes = reachable && !NetworkAcls.Denies(acls);
        var foreign = live.Flag(Roles) is true ? 0 : live.Objects(Policies).Count(policy => IsForeign(policy, live));
        if (!closes && foreign == 0)
        {
            return new Desired.Nothing();
        }

        var to = live.DeepClone().AsObject();
        var steps = new List<string>();
        if (foreign > 0)
        {
            to[Policies] = new JsonArray(
                [.. live.Items(Policies).Where(policy => policy is not JsonObject one || !IsForeign(one, live))
                    .Select(policy => policy?.DeepClone())]);
            steps.Add($"remove {foreign} access policies of other tenants");
        }

        if (closes)
        {
            to[Acls] = NetworkAcls.Denying(acls);
            steps.Add($"close the firewall ({NetworkAcls.Kept(acls)} listed callers and trusted Azure services stay)");
        }

        return new Desired.Change(to, $"At vault {Shown(finding)}: {string.Join(" and ", steps)}.", Call(finding, live, to));
    }

    private bool IsForeign(JsonObject policy, JsonObject live) => policy.Text(Tenant) is { } tenant && live.Text(Tenant) is { } own
        && !tenant.Equals(own, StringComparison.OrdinalIgnoreCase) && !settings.ApprovedTenants.Contains(tenant);
}
