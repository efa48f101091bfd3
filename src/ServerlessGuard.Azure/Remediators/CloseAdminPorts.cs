using System.Text.Json.Nodes;
using ServerlessGuard.Azure.Arm;
using ServerlessGuard.Documents;
using ServerlessGuard.Engine;
using ServerlessGuard.Facts.Azure;
using ServerlessGuard.Findings;
using ServerlessGuard.Remediation;
using ServerlessGuard.Resources;

namespace ServerlessGuard.Azure.Remediators;

/// <summary>
/// SG-NET-001: the rules that open the ports become Deny rules. Name and priority stay taken, so that undo is exact. Default rules open
/// nothing and cannot be written.
/// </summary>
/// <remarks>The slice is what is open, not the group: a change elsewhere in the group stands in nobody's way.</remarks>
public sealed class CloseAdminPorts(IArm arm, GuardSettings settings) : ArmRemediator(arm)
{
    private const string Open = "open";
    private const string Access = "access";
    private const string Properties = "properties";
    private const string RuleName = "name";

    public override RemediatorDescriptor Descriptor => RemediationCatalog.Azure.CloseAdminPorts;

    protected override async Task<Live?> SliceAsync(Finding finding, CancellationToken cancellation)
    {
        if (await Arm.FindAsync(finding.Resource.Id, Version(finding), cancellation) is not { } group)
        {
            return null;
        }

        var properties = group.Node().Properties();
        var rules = NsgRule.Read(properties.Doc()["securityRules"].Items.All());
        var open = rules.Where((_, index) => settings.AdminPorts.Any(port => NsgJoin.IsOpen(rules, index, port))).Select(rule => rule.Name)
            .ToHashSet(StringComparer.OrdinalIgnoreCase);
        var entries = properties.Objects("securityRules")
            .Where(rule => rule.Text(RuleName) is { } name && open.Contains(DocText.Shown(name)))
            .Select(rule => new JsonObject { [RuleName] = rule.Text(RuleName), [Properties] = Written(rule.Properties()) })
            .OrderBy(rule => rule.Text(RuleName), StringComparer.OrdinalIgnoreCase);
        return new Live(new JsonObject { [Open] = new JsonArray([.. entries]) });
    }

    protected override Desired Desire(JsonObject live, Finding finding)
    {
        var open = live.Objects(Open).ToList();
        if (open.Count == 0)
        {
            return new Desired.Nothing();
        }

        var names = DocText.Shown(string.Join(", ", open.Take(4).Select(rule => rule.Text(RuleName)))
            + (open.Count > 4 ? $" and {open.Count - 4} more" : string.Empty));
        return new Desired.Change(
            new JsonObject { [Open] = new JsonArray() },
            $"Let network security group {Shown(finding)} deny what {names} allowed.",
            string.Join("; ",
                open.Select(rule => Call(HttpMethod.Put, RuleId(finding, rule), Version(finding), Body(rule.Properties(), "Deny")))),
            open.TrueForAll(OnlyAdministration) ? null : Risk.Availability);
    }

    protected override async Task ChangeAsync(Finding finding, Live from, JsonObject to, CancellationToken cancellation)
    {
        foreach (var rule in Missing(from.Slice, to))
        {
            await FlipAsync(finding, rule, "Allow", "Deny", cancellation);
        }

        foreach (var rule in Missing(to, from.Slice))
        {
            await FlipAsync(finding, rule, "Deny", "Allow", cancellation);
        }
    }

    private async Task FlipAsync(Finding finding, JsonObject rule, string was, string becomes, CancellationToken cancellation)
    {
        var id = RuleId(finding, rule);
        var live = await Arm.FindAsync(id, Version(finding), cancellation);
        var expected = rule.Properties().With(Access, was);
        if (live is null || !JsonNode.DeepEquals(Written(live.Node().Properties()), expected))
        {
            throw new CloudCallException("Drifted",
                $"rule {DocText.Shown(rule.Text(RuleName)!)} of {Shown(finding)} was changed by somebody else: it was not written",
                isTransient: false);
        }

        await Arm.WriteAsync(new ArmWrite(HttpMethod.Put, id, Version(finding), Body(expected, becomes).ToJsonString(), live.ETag),
            cancellation);
    }

    private static IEnumerable<JsonObject> Missing(JsonObject here, JsonObject there) =>
        here.Objects(Open).Where(rule => !there.Objects(Open).Any(other => JsonNode.DeepEquals(rule, other)));

    private static JsonObject Body(JsonObject properties, string access) => new() { [Properties] = properties.With(Access, access) };

    private static string RuleId(Finding finding, JsonObject rule) =>
        $"{ArmId.Normal(finding.Resource.Id)}/securityRules/{rule.Text(RuleName)}";

    /// <summary>What a rule is written with; the service's own remarks are left out, empty lists too.</summary>
    private static JsonObject Written(JsonObject properties)
    {
        var written = new JsonObject();
        foreach (var (name, value) in properties)
        {
            if (value is not null and not JsonArray { Count: 0 } && !name.Equals("provisioningState", StringComparison.OrdinalIgnoreCase))
            {
                written[name] = value.DeepClone();
            }
        }

        return written;
    }

    /// <summary>Every port of the rule is one of administration: nobody else's traffic goes through it.</summary>
    private bool OnlyAdministration(JsonObject rule)
    {
        var ports = rule.Properties();
        return new[] { ports.Text("destinationPortRange") }.Concat(ports.Items("destinationPortRanges")
            .Select(port => port is JsonValue value && value.TryGetValue<string>(out var text) ? text : "*"))
            .Where(text => !string.IsNullOrEmpty(text))
            .All(text => int.TryParse(text, out var port) && settings.AdminPorts.Contains(port));
    }
}
