using System.Text.Json.Nodes;
using ServerlessGuard.Azure.Arm;
using ServerlessGuard.Findings;
using ServerlessGuard.Remediation;
using ServerlessGuard.Resources;

namespace ServerlessGuard.Azure.Remediators;

/// <summary>
/// A diagnostic setting of our own name, beside those of others, which are never edited; undo deletes it, or puts back what stood under the
/// name.
/// </summary>
public abstract class OwnDiagnosticSetting(IArm arm, string? workspace) : ArmRemediator(arm)
{
    private const string Name = "serverlessguard";
    private const string Properties = "properties";

    /// <summary>What the setting hangs on.</summary>
    protected abstract string Target(Finding finding);

    /// <summary>The <c>logs</c> that it must switch on.</summary>
    protected abstract JsonArray Logs();

    protected abstract string Sentence(Finding finding);

    protected sealed override async Task<Live?> SliceAsync(Finding finding, CancellationToken cancellation)
    {
        if (await Arm.FindAsync(finding.Resource.Id, Version(finding), cancellation) is null)
        {
            return null;
        }

        var setting = await Arm.FindAsync(Id(finding), ArmApiVersions.DiagnosticSettings, cancellation);
        return new Live(new JsonObject { [Properties] = setting is null ? null : Written(setting.Node().Properties()) });
    }

    protected sealed override Desired Desire(JsonObject live, Finding finding)
    {
        if (workspace is null || !ArmPath.IsSound(workspace))
        {
            return new Desired.Refuse("no Log Analytics workspace is configured that could receive the logs (GUARD_LOG_WORKSPACE)");
        }

        var wanted = new JsonObject { ["workspaceId"] = workspace, ["logs"] = Logs() };
        return JsonNode.DeepEquals(live[Properties], wanted)
            ? new Desired.Nothing()
            : new Desired.Change(
                new JsonObject { [Properties] = wanted },
                Sentence(finding),
                Call(HttpMethod.Put, Id(finding), ArmApiVersions.DiagnosticSettings, new JsonObject { [Properties] = wanted.DeepClone() }));
    }

    protected sealed override async Task ChangeAsync(Finding finding, Live from, JsonObject to, CancellationToken cancellation)
    {
        var write = to[Properties] is JsonObject properties
            ? new ArmWrite(HttpMethod.Put, Id(finding), ArmApiVersions.DiagnosticSettings,
                new JsonObject { [Properties] = properties.DeepClone() }.ToJsonString())
            : new ArmWrite(HttpMethod.Delete, Id(finding), ArmApiVersions.DiagnosticSettings, null);
        await Arm.WriteAsync(write, cancellation);
    }

    protected static JsonNode Log(string key, string name) => new JsonObject { [key] = name, ["enabled"] = true };

    private string Id(Finding finding) => $"{ArmId.Normal(Target(finding))}/providers/Microsoft.Insights/diagnosticSettings/{Name}";

    /// <summary>The service answers with every category, those that are off too, and with defaults that nobody sent.</summary>
    private static JsonObject Written(JsonObject properties)
    {
        var written = properties.Only("workspaceId", "storageAccountId", "eventHubAuthorizationRuleId", "eventHubName",
            "marketplacePartnerId", "logAnalyticsDestinationType");
        written["logs"] = new JsonArray(
            [.. properties.Objects("logs").Where(log => log.Flag("enabled") is true)
                .Select(log => log.Only("category", "categoryGroup", "enabled"))]);
        if (properties.Objects("metrics").Where(metric => metric.Flag("enabled") is true)
            .Select(metric => metric.Only("category", "enabled")).ToArray() is { Length: > 0 } metrics)
        {
            written["metrics"] = new JsonArray(metrics);
        }

        return written;
    }
}
