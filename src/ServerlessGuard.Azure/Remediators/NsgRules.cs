using System.Text.Json;
using System.Text.Json.Nodes;
using ServerlessGuard.Azure.Arm;
using ServerlessGuard.Documents;
using ServerlessGuard.Evaluations;
using ServerlessGuard.Findings;
using ServerlessGuard.Ingestion;
using ServerlessGuard.Remediation;
using ServerlessGuard.Resources;

namespace ServerlessGuard.Azure.Remediators;

/// <summary>
/// Flips the inbound rules that open a management port to the internet from Allow to Deny. Name and priority stay taken, and undo is the flip back. Which rules they are
/// is asked of the core's own rule, on the live group, until it has nothing left to say.
/// </summary>
internal sealed class NsgRules(IArm arm, Assessor assessor) : Remediator
{
    private const string RuleId = "SG-NET-001";
    private const string Evidence = "properties.securityRules/";
    private const int MaxFlips = 50;

    public override RemediatorDescriptor Descriptor => RemediationCatalog.Azure.CloseAdminPorts;

    /// <summary>The group as it is; only the <c>access</c> of its own rules is ever written.</summary>
    public override async Task<JsonNode?> ReadAsync(Finding finding, CancellationToken cancellation)
    {
        if (await arm.FindAsync(finding.Resource.Id, Version, cancellation) is not { } group)
        {
            return null;
        }

        var rules = new JsonObject();
        foreach (var rule in Rules(group.Body))
        {
            var properties = JsonNode.Parse(rule.GetProperty("properties").GetRawText())!.AsObject();
            properties.Remove("provisioningState");
            rules[rule.GetProperty("name").GetString()!] = properties;
        }

        return rules;
    }

    public override Desired Desire(JsonNode live, Finding finding)
    {
        var to = live.DeepClone().AsObject();
        var flipped = new List<string>();
        while (Offender(finding, to) is { } name)
        {
            if (to[name] is not JsonObject rule || flipped.Count == MaxFlips || flipped.Contains(name, StringComparer.Ordinal))
            {
                return new Desired.Refuse($"the rule {name} keeps the port open whatever its access says");
            }

            rule["access"] = "Deny";
            flipped.Add(name);
        }

        return flipped.Count == 0
            ? new Desired.Nothing()
            : new Desired.Change(
                to,
                $"Set access of {(flipped.Count == 1 ? "the rule" : "the rules")} {string.Join(", ", flipped)} to Deny.",
                $"PUT {finding.Resource.Id}/securityRules/{flipped[0]}?api-version={Version}");
    }

    public override async Task WriteAsync(Finding finding, JsonNode from, JsonNode to, CancellationToken cancellation)
    {
        foreach (var (name, properties) in to.AsObject().Where(rule => !JsonNode.DeepEquals(rule.Value, from[rule.Key])))
        {
            var id = $"{finding.Resource.Id}/securityRules/{name}";
            if (await arm.FindAsync(id, Version, cancellation) is not { } rule)
            {
                throw new CloudCallException("Drift", $"{id}: the rule is gone", isTransient: true);
            }

            // The rule's own ETag: whoever changed it since is not overwritten.
            var body = new JsonObject { ["properties"] = properties!.DeepClone() };
            await arm.WriteAsync(new ArmWrite(HttpMethod.Put, id, Version, body.ToJsonString(), rule.ETag), cancellation);
        }
    }

    /// <summary>The name of a rule that the verdict on such a group rests on; null when the group is compliant, or the verdict needs what is not here.</summary>
    private string? Offender(Finding finding, JsonObject rules)
    {
        var list = new JsonArray();
        foreach (var (name, properties) in rules)
        {
            list.Add(new JsonObject { ["name"] = name, ["properties"] = properties!.DeepClone() });
        }

        var group = new JsonObject
        {
            ["id"] = finding.Resource.Id,
            ["name"] = finding.Resource.Name,
            ["type"] = "Microsoft.Network/networkSecurityGroups",
            ["properties"] = new JsonObject { ["securityRules"] = list },
        };
        var scan = new Scan(assessor, keepEverything: true);
        foreach (var found in RecordReader.Read(new Doc(JsonElement.Parse(group.ToJsonString()))).OfType<Reading.Found>())
        {
            scan.Accept(assessor.Assess(found.Resource));
        }

        var evidence = scan.Complete().NonCompliant.FirstOrDefault(evaluation => evaluation.Rule.Id == RuleId)?.Verdict.Evidence ?? [];
        return evidence.Select(one => one.Path).FirstOrDefault(path => path.StartsWith(Evidence, StringComparison.Ordinal))?[Evidence.Length..];
    }

    private static IEnumerable<JsonElement> Rules(JsonElement group) =>
        group.TryGetProperty("properties", out var properties) && properties.TryGetProperty("securityRules", out var rules) && rules.ValueKind is JsonValueKind.Array
            ? rules.EnumerateArray().Where(rule => rule.TryGetProperty("name", out _) && rule.TryGetProperty("properties", out _))
            : [];

    private static string Version { get; } = ArmApiVersions.Of("Microsoft.Network/networkSecurityGroups")!;
}
