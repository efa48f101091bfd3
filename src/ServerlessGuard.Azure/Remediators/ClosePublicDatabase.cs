using System.Text.Json.Nodes;
using ServerlessGuard.Azure.Arm;
using ServerlessGuard.Documents;
using ServerlessGuard.Findings;
using ServerlessGuard.Networks;
using ServerlessGuard.Remediation;
using ServerlessGuard.Resources;

namespace ServerlessGuard.Azure.Remediators;

/// <summary>
/// SG-NET-002: where one firewall rule is all that lets the internet (or all of Azure) in, that rule goes; otherwise public access is
/// switched off.
/// </summary>
/// <remarks>
/// SQL servers and Cosmos accounts have the switch in <c>properties</c>, flexible servers in <c>properties.network</c>. Firewall rules of
/// SQL and flexible servers are children. Source: REST API specifications of Microsoft.Sql 2023-08-01, Microsoft.DBforPostgreSQL
/// 2024-08-01, Microsoft.DBforMySQL 2023-12-30, Microsoft.DocumentDB 2024-11-15.
/// </remarks>
public sealed class ClosePublicDatabase(IArm arm) : ArmRemediator(arm)
{
    private const string Access = "publicNetworkAccess";
    private const string Wide = "wideRules";
    private const string Rest = "restIsWide";
    private const string Inside = "delegatedSubnet";

    public override RemediatorDescriptor Descriptor => RemediationCatalog.Azure.ClosePublicDatabase;

    protected override async Task<Live?> SliceAsync(Finding finding, CancellationToken cancellation)
    {
        if (await Arm.FindAsync(finding.Resource.Id, Version(finding), cancellation) is not { } server)
        {
            return null;
        }

        var properties = server.Node().Properties();
        var network = IsFlexible(finding) ? properties["network"] as JsonObject ?? [] : properties;
        var slice = new JsonObject { [Access] = network.Text(Access) ?? "Enabled" };
        if (HasRules(finding))
        {
            var rules = await RulesAsync(finding, cancellation);
            slice[Inside] = network.Text("delegatedSubnetResourceId") is not null;
            slice[Wide] = new JsonArray([.. rules.Where(IsWide).OrderBy(rule => rule.Text("name"), StringComparer.OrdinalIgnoreCase)]);
            slice[Rest] = Internet.IsOpenTo(AddressSet.Of(rules.Where(rule => !IsWide(rule)).Select(Range).OfType<AddressRange>()));
        }

        return new Live(slice, server.ETag);
    }

    protected override Desired Desire(JsonObject live, Finding finding)
    {
        if (!live.Is(Access, "Enabled") || live.Flag(Inside) is true)
        {
            return new Desired.Nothing();
        }

        if (live.Items(Wide) is [JsonObject rule] && live.Flag(Rest) is false)
        {
            return new Desired.Change(
                live.With(Wide, new JsonArray()),
                $"Remove firewall rule {DocText.Shown(rule.Text("name")!)} of database server {Shown(finding)} "
                    + $"({DocText.Shown($"{rule.Text(First)} to {rule.Text(Last)}")}); the narrow rules stay.",
                Call(HttpMethod.Delete, RuleId(finding, rule), Version(finding)));
        }

        if (HasRules(finding) && live.Items(Wide).Count == 0 && live.Flag(Rest) is false)
        {
            return new Desired.Nothing();
        }

        var to = live.With(Access, "Disabled");
        return new Desired.Change(
            to,
            $"Switch off public access to {Shown(finding)}; afterwards only private endpoints and virtual networks reach it.",
            Call(HttpMethod.Patch, finding.Resource.Id, Version(finding), Body(finding, to)));
    }

    protected override async Task ChangeAsync(Finding finding, Live from, JsonObject to, CancellationToken cancellation)
    {
        if (!JsonNode.DeepEquals(from.Slice[Access], to[Access]))
        {
            await Arm.WriteAsync(
                new ArmWrite(HttpMethod.Patch, finding.Resource.Id, Version(finding), Body(finding, to).ToJsonString(), from.ETag),
                    cancellation);
        }

        foreach (var rule in Missing(from.Slice, to))
        {
            await Arm.WriteAsync(new ArmWrite(HttpMethod.Delete, RuleId(finding, rule), Version(finding), null), cancellation);
        }

        foreach (var rule in Missing(to, from.Slice))
        {
            var body = new JsonObject { ["properties"] = rule.Only(First, Last) };
            await Arm.WriteAsync(new ArmWrite(HttpMethod.Put, RuleId(finding, rule), Version(finding), body.ToJsonString()), cancellation);
        }
    }

    private const string First = "startIpAddress";
    private const string Last = "endIpAddress";

    private async Task<List<JsonObject>> RulesAsync(Finding finding, CancellationToken cancellation)
    {
        var rules = new List<JsonObject>();
        await foreach (var item in Arm.ListAsync(ArmId.Normal(finding.Resource.Id) + "/firewallRules", Version(finding), cancellation))
        {
            if (JsonObject.Create(item) is { } rule && rule.Text("name") is { } name)
            {
                var written = rule.Properties().Only(First, Last);
                written["name"] = name;
                rules.Add(written);
            }
        }

        return rules;
    }

    /// <summary>0.0.0.0 to 0.0.0.0 lets in all of Azure, every tenant's.</summary>
    private static bool IsWide(JsonObject rule) =>
        Range(rule) is { } range && (Internet.IsOpenTo(AddressSet.Of([range])) || !range.IsV6 && range.First == 0 && range.Last == 0);

    private static AddressRange? Range(JsonObject rule) => AddressRange.Between(rule.Text(First), rule.Text(Last));

    private static IEnumerable<JsonObject> Missing(JsonObject here, JsonObject there) =>
        here.Objects(Wide).Where(rule => !there.Objects(Wide).Any(other => JsonNode.DeepEquals(rule, other)));

    private static string RuleId(Finding finding, JsonObject rule) =>
        $"{ArmId.Normal(finding.Resource.Id)}/firewallRules/{rule.Text("name")}";

    private static JsonObject Body(Finding finding, JsonObject to)
    {
        var access = new JsonObject { [Access] = to.Text(Access) };
        return new JsonObject { ["properties"] = IsFlexible(finding) ? new JsonObject { ["network"] = access } : access };
    }

    private static bool IsFlexible(Finding finding) =>
        finding.Resource.NativeType.EndsWith("/flexibleServers", StringComparison.OrdinalIgnoreCase);

    private static bool HasRules(Finding finding) =>
        !finding.Resource.NativeType.StartsWith("Microsoft.DocumentDB/", StringComparison.OrdinalIgnoreCase);
}
