using System.Text.Json.Nodes;
using ServerlessGuard.Findings;
using ServerlessGuard.Remediation;

namespace ServerlessGuard.Aws.Remediators;

/// <summary>
/// SG-LOG-001: a trail that was stopped is started, and records every region, global services and digests. Which events it selects is the
/// team's.
/// </summary>
/// <remarks>Asked by name in the trail's home region, which its ARN names: elsewhere a trail can only be read.</remarks>
public sealed class RestoreAuditTrail(AwsAccess access) : AwsRemediator(access)
{
    private static readonly string[] Flags = ["IsMultiRegionTrail", "LogFileValidationEnabled", "IncludeGlobalServiceEvents"];

    public override RemediatorDescriptor Descriptor => RemediationCatalog.Aws.RestoreAuditTrail;

    protected override async Task<JsonObject?> SliceAsync(Finding finding, CancellationToken cancellation)
    {
        var trail = (await SendAsync(finding, JsonCalls.Trail(Where(finding), "GetTrail", ("Name", Name(finding))), cancellation))
            .Json()["Trail"];
        var status = (await SendAsync(finding, JsonCalls.Trail(Where(finding), "GetTrailStatus", ("Name", Name(finding))), cancellation))
            .Json();
        if (trail is null)
        {
            return null;
        }

        var slice = new JsonObject { ["IsLogging"] = (bool?)status["IsLogging"] ?? false };
        foreach (var flag in Flags)
        {
            slice[flag] = (bool?)trail[flag] ?? false;
        }

        return With(slice, "HasCustomEventSelectors", (bool?)trail["HasCustomEventSelectors"] ?? false);
    }

    protected override Desired Desire(JsonObject live, Finding finding)
    {
        var missing = Flags.Prepend("IsLogging").Where(flag => !live[flag]!.GetValue<bool>()).ToList();
        if (missing.Count == 0)
        {
            return live["HasCustomEventSelectors"]!.GetValue<bool>()
                ? new Desired.Refuse(
                    "the trail is logging; its event selectors leave out management events, and the team has to decide which ones it wants")
                : new Desired.Nothing();
        }

        var to = live.DeepClone().AsObject();
        missing.ForEach(flag => to[flag] = true);
        return new Desired.Change(
            to,
            $"Let trail {Shown(finding)} record again: {string.Join(", ", missing)}.",
            $"cloudtrail:{(missing.Contains("IsLogging") ? "StartLogging" : "UpdateTrail")} {Shown(finding)} "
                + $"{string.Join(", ", missing)}=true");
    }

    protected override async Task ChangeAsync(Finding finding, JsonObject from, JsonObject to, CancellationToken cancellation)
    {
        if (Flags.Any(flag => from[flag]!.GetValue<bool>() != to[flag]!.GetValue<bool>()))
        {
            await SendAsync(
                finding,
                JsonCalls.Trail(
                    Where(finding),
                    "UpdateTrail",
                    ("Name", Name(finding)),
                    ("IsMultiRegionTrail", to["IsMultiRegionTrail"]!.GetValue<bool>()),
                    ("EnableLogFileValidation", to["LogFileValidationEnabled"]!.GetValue<bool>()),
                    ("IncludeGlobalServiceEvents", to["IncludeGlobalServiceEvents"]!.GetValue<bool>())),
                cancellation);
        }

        if (from["IsLogging"]!.GetValue<bool>() != to["IsLogging"]!.GetValue<bool>())
        {
            await SendAsync(finding,
                JsonCalls.Trail(Where(finding), to["IsLogging"]!.GetValue<bool>() ? "StartLogging" : "StopLogging",
                    ("Name", Name(finding))), cancellation);
        }
    }
}
