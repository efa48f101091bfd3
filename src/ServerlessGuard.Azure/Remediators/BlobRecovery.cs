using System.Text.Json;
using System.Text.Json.Nodes;
using ServerlessGuard.Azure.Arm;
using ServerlessGuard.Findings;
using ServerlessGuard.Remediation;

namespace ServerlessGuard.Azure.Remediators;

/// <summary>Soft delete of blobs and containers. The blob service is PUT as a whole: everything else that it says (CORS, change feed, versioning) is sent along.</summary>
/// <remarks>Storage REST, BlobServices SetServiceProperties: properties that are not sent are reset.</remarks>
internal sealed class BlobRecovery(IArm arm) : Remediator
{
    private const int Days = 7;

    private static readonly string[] Written =
    [
        "cors", "defaultServiceVersion", "deleteRetentionPolicy", "isVersioningEnabled", "automaticSnapshotPolicyEnabled", "changeFeed", "restorePolicy",
        "containerDeleteRetentionPolicy", "lastAccessTimeTrackingPolicy",
    ];

    public override RemediatorDescriptor Descriptor => RemediationCatalog.Azure.EnableRecovery;

    public override async Task<JsonNode?> ReadAsync(Finding finding, CancellationToken cancellation)
    {
        if (await arm.FindAsync(finding.Resource.Id, Version, cancellation) is not { } service)
        {
            return null;
        }

        var slice = new JsonObject();
        foreach (var name in Written)
        {
            if (service.Body.TryGetProperty("properties", out var properties) && properties.TryGetProperty(name, out var value) && value.ValueKind is not JsonValueKind.Null)
            {
                slice[name] = JsonNode.Parse(value.GetRawText());
            }
        }

        // Absent is off; it could not be written back as absent.
        slice["deleteRetentionPolicy"] ??= Off();
        slice["containerDeleteRetentionPolicy"] ??= Off();
        return slice;
    }

    public override Desired Desire(JsonNode live, Finding finding)
    {
        var to = live.DeepClone().AsObject();
        foreach (var name in new[] { "deleteRetentionPolicy", "containerDeleteRetentionPolicy" })
        {
            if (live[name]?["enabled"]?.GetValue<bool>() is not true)
            {
                to[name] = new JsonObject { ["enabled"] = true, ["days"] = Days };
            }
        }

        return JsonNode.DeepEquals(live, to)
            ? new Desired.Nothing()
            : new Desired.Change(to, $"Keep deleted blobs and containers for {Days} days.", $"PUT {finding.Resource.Id}?api-version={Version}");
    }

    public override Task WriteAsync(Finding finding, JsonNode from, JsonNode to, CancellationToken cancellation) =>
        arm.WriteAsync(new ArmWrite(HttpMethod.Put, finding.Resource.Id, Version, new JsonObject { ["properties"] = to.DeepClone() }.ToJsonString()), cancellation);

    private static JsonObject Off() => new() { ["enabled"] = false };

    private static string Version { get; } = ArmApiVersions.Of("Microsoft.Storage/storageAccounts")!;
}
