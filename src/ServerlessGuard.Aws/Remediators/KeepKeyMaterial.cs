using System.Text.Json.Nodes;
using ServerlessGuard.Findings;
using ServerlessGuard.Remediation;

namespace ServerlessGuard.Aws.Remediators;

/// <summary>SG-KEY-003: the deletion is cancelled, which leaves the key disabled, and the key is enabled.</summary>
public sealed class KeepKeyMaterial(AwsAccess access) : AwsRemediator(access)
{
    /// <summary>The longest that KMS allows: an undo gives the most time to think again.</summary>
    private const int Days = 30;

    public override RemediatorDescriptor Descriptor => RemediationCatalog.Aws.KeepKeyMaterial;

    protected override async Task<JsonObject?> SliceAsync(Finding finding, CancellationToken cancellation)
    {
        var key = (await SendAsync(finding, JsonCalls.Kms(Where(finding), "DescribeKey", Name(finding)), cancellation)).Json();
        return new JsonObject { ["keyState"] = (string?)key["KeyMetadata"]?["KeyState"] };
    }

    protected override Desired Desire(JsonObject live, Finding finding) => (string?)live["keyState"] switch
    {
        "PendingDeletion" or "Disabled" => new Desired.Change(
            With(live, "keyState", "Enabled"),
            (string?)live["keyState"] is "Disabled"
                ? $"Enable key {Shown(finding)} again: its deletion was cancelled."
                : $"Cancel the deletion of key {Shown(finding)} and enable it (undo schedules it again, {Days} days ahead).",
            $"kms:CancelKeyDeletion {Shown(finding)}; kms:EnableKey"),
        "PendingReplicaDeletion" =>
            new Desired.Refuse("a multi-Region primary key waits for its replicas to be deleted: keep the replicas first"),
        _ => new Desired.Nothing(),
    };

    protected override async Task ChangeAsync(Finding finding, JsonObject from, JsonObject to, CancellationToken cancellation)
    {
        var key = Name(finding);
        switch ((string?)to["keyState"])
        {
            case "Enabled":
                if ((string?)from["keyState"] is "PendingDeletion")
                {
                    await SendAsync(finding, JsonCalls.Kms(Where(finding), "CancelKeyDeletion", key), cancellation);
                }

                await SendAsync(finding, JsonCalls.Kms(Where(finding), "EnableKey", key), cancellation);
                break;
            case "Disabled":
                await SendAsync(finding, JsonCalls.Kms(Where(finding), "DisableKey", key), cancellation);
                break;
            default:
                await SendAsync(finding, JsonCalls.Kms(Where(finding), "ScheduleKeyDeletion", key, ("PendingWindowInDays", Days)),
                    cancellation);
                break;
        }
    }
}
