using System.Globalization;
using System.Text.Json.Nodes;
using System.Xml.Linq;
using ServerlessGuard.Engine;
using ServerlessGuard.Facts;
using ServerlessGuard.Facts.Aws;
using ServerlessGuard.Findings;
using ServerlessGuard.Remediation;

namespace ServerlessGuard.Aws.Remediators;

/// <summary>
/// SG-ID-002: unused access keys are made inactive, never deleted. A key that is old but in use is a person's decision; so is which of two
/// fresh keys is too many.
/// </summary>
public sealed class DisableStaleCredential(AwsAccess access, GuardSettings settings, TimeProvider time) : AwsRemediator(access)
{
    /// <summary>Older than the cloud: what is stale at this limit is stale for want of use.</summary>
    private const int AnyAge = 36_500;

    public override RemediatorDescriptor Descriptor => RemediationCatalog.Aws.DisableStaleCredential;

    protected override async Task<JsonObject?> SliceAsync(Finding finding, CancellationToken cancellation)
    {
        var listed = await Pages.AllAsync(Access, finding,
            marker => IamCalls.Of("ListAccessKeys", [("UserName", Name(finding)), .. marker]), "AccessKeyMetadata", cancellation);
        var (unused, old) = (new JsonObject(), new JsonObject());
        var fresh = 0;
        foreach (var key in listed.OrderBy(key => (string?)key.Element("AccessKeyId"), StringComparer.Ordinal))
        {
            var id = (string)key.Element("AccessKeyId")!;
            var status = (string?)key.Element("Status") ?? "Active";
            var use = await Access.XmlAsync(finding, IamCalls.Of("GetAccessKeyLastUsed", ("AccessKeyId", id)), cancellation);
            var asActive = new AccessKey(Active: true, Time(key.Element("CreateDate")),
                Time(use.Descendants("LastUsedDate").FirstOrDefault()), UseObserved: true);
            if (IsStale(asActive, settings with { MaxKeyAgeDays = AnyAge }))
            {
                unused[id] = status;
            }
            else if (IsStale(asActive, settings))
            {
                old[id] = status;
            }
            else if (status is "Active")
            {
                fresh++;
            }
        }

        return new JsonObject { ["unused"] = unused, ["oldInUse"] = old, ["tooMany"] = fresh > 1 };
    }

    protected override Desired Desire(JsonObject live, Finding finding)
    {
        if (Active(live, "unused") is { Count: > 0 } unused)
        {
            return Change(live, "unused", unused, finding, "nobody uses", Risk.None);
        }

        if (Active(live, "oldInUse") is { Count: > 0 } old)
        {
            return Change(live, "oldInUse", old, finding, "is old, but in use: whoever uses it is locked out", Risk.Availability);
        }

        return live["tooMany"]!.GetValue<bool>()
            ? new Desired.Refuse("two keys are active, both are recent and in use: a person has to decide which one goes")
            : new Desired.Nothing();
    }

    protected override async Task ChangeAsync(Finding finding, JsonObject from, JsonObject to, CancellationToken cancellation)
    {
        foreach (var list in (string[])["unused", "oldInUse"])
        {
            foreach (var (id, status) in to[list]!.AsObject().Where(key => (string?)from[list]?[key.Key] != (string?)key.Value))
            {
                await SendAsync(finding,
                    IamCalls.Of("UpdateAccessKey", ("UserName", Name(finding)), ("AccessKeyId", id),
                        ("Status", status!.GetValue<string>())), cancellation);
            }
        }
    }

    private static List<string> Active(JsonObject live, string list) =>
        [.. live[list]!.AsObject().Where(key => (string?)key.Value is "Active").Select(key => key.Key)];

    private static Desired.Change Change(JsonObject live, string list, List<string> ids, Finding finding, string why, Risk risk)
    {
        var to = live.DeepClone().AsObject();
        foreach (var id in ids)
        {
            to[list]![id] = "Inactive";
        }

        return new Desired.Change(
            to,
            $"Make access key {string.Join(" and ", ids)} of user {Shown(finding)} inactive, which {why}.",
            $"iam:UpdateAccessKey {Shown(finding)} {string.Join(", ", ids)} Status=Inactive",
            risk);
    }

    private bool IsStale(AccessKey key, GuardSettings measure) =>
        AccessKeyAge.Stale([key], new FactContext(measure, time.GetUtcNow())).Value is true;

    private static DateTimeOffset? Time(XElement? element) =>
        DateTimeOffset.TryParse((string?)element, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at) ? at : null;
}
