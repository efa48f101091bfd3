using System.Text.Json.Nodes;
using ServerlessGuard.Azure.Arm;
using ServerlessGuard.Documents;
using ServerlessGuard.Engine;
using ServerlessGuard.Facts.Azure;
using ServerlessGuard.Findings;
using ServerlessGuard.Remediation;

namespace ServerlessGuard.Azure.Remediators;

/// <summary>
/// SG-STOR-007: no policy of the account may cross tenants. Only where none does: the service refuses it otherwise, and which copies are
/// needed is a person's to say.
/// </summary>
public sealed class ForbidForeignReplication(IArm arm, GuardSettings settings) : ArmRemediator(arm)
{
    private const string Setting = "allowCrossTenantReplication";
    private const string Policies = "policies";

    public override RemediatorDescriptor Descriptor => RemediationCatalog.Azure.ForbidForeignReplication;

    /// <summary>An absent setting stays absent: its default depends on when the account was made.</summary>
    protected override async Task<Live?> SliceAsync(Finding finding, CancellationToken cancellation)
    {
        var id = finding.Resource.Id;
        if (await Arm.FindAsync(id, Version(finding), cancellation) is not { } account)
        {
            return null;
        }

        var inTheWay = new List<string>();
        await foreach (var policy in Arm.ListAsync(id + "/objectReplicationPolicies", Version(finding), cancellation))
        {
            var document = new Doc(policy);
            var read = ReplicationPolicy.Read(document["properties"]);
            if (read.IsAcrossTenants || read.CopiesAway(id, settings) is not false)
            {
                inTheWay.Add(DocText.Shown(document["name"].NonEmpty ?? "(without a name)"));
            }
        }

        JsonNode[] names = [.. inTheWay.Order(StringComparer.Ordinal).Select(name => JsonValue.Create(name))];
        return new Live(
            new JsonObject { [Setting] = account.Node().Properties().Flag(Setting), [Policies] = new JsonArray(names) }, account.ETag);
    }

    protected override Desired Desire(JsonObject live, Finding finding) => (live.Items(Policies), live.Flag(Setting)) switch
    {
        ([_, ..] policies, _) => new Desired.Refuse(
            "replication policies that cross tenants or copy to an owner that is not ours have to be removed first, by a person: "
                + Names(policies)),
        (_, false) => new Desired.Nothing(),
        (_, null) => new Desired.Refuse($"{Setting} is not in the answer: what it was could not be restored"),
        (_, true) => new Desired.Change(
            live.With(Setting, false),
            $"Let no replication policy of storage account {Shown(finding)} cross tenants; none does today.",
            Call(HttpMethod.Patch, finding.Resource.Id, Version(finding), Body(value: false))),
    };

    protected override async Task ChangeAsync(Finding finding, Live from, JsonObject to, CancellationToken cancellation) =>
        await Arm.WriteAsync(
            new ArmWrite(
                HttpMethod.Patch, finding.Resource.Id, Version(finding), Body(to.Flag(Setting) is not false).ToJsonString(), from.ETag),
            cancellation);

    private static string Names(JsonArray policies) => string.Join(", ", policies.Select(policy => policy?.GetValue<string>()));

    private static JsonObject Body(bool value) => new() { ["properties"] = new JsonObject { [Setting] = value } };
}
