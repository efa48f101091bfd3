using System.Text.Json.Nodes;
using ServerlessGuard.Azure.Arm;
using ServerlessGuard.Findings;
using ServerlessGuard.Remediation;

namespace ServerlessGuard.Azure.Remediators;

/// <summary>
/// SG-STOR-008: soft delete of blobs and of containers. The blob service is written by PUT, which replaces all of its properties: the two
/// are set in what was just read, so that CORS rules and everything else survive.
/// </summary>
public sealed class EnableRecovery(IArm arm) : ArmRemediator(arm)
{
    private const int Days = 7;

    private static readonly string[] Policies = ["deleteRetentionPolicy", "containerDeleteRetentionPolicy"];

    public override RemediatorDescriptor Descriptor => RemediationCatalog.Azure.EnableRecovery;

    protected override async Task<Live?> SliceAsync(Finding finding, CancellationToken cancellation)
    {
        if (await Arm.FindAsync(finding.Resource.Id, Version(finding), cancellation) is not { } service)
        {
            return null;
        }

        var body = service.Node();
        var slice = new JsonObject();
        foreach (var policy in Policies)
        {
            slice[policy] = Policy(body.Properties()[policy] as JsonObject);
        }

        return new Live(slice, service.ETag, body);
    }

    protected override Desired Desire(JsonObject live, Finding finding)
    {
        var to = live.DeepClone().AsObject();
        foreach (var policy in Policies.Where(policy => live[policy]!.AsObject().Flag("enabled") is not true))
        {
            to[policy] = new JsonObject { ["enabled"] = true, ["days"] = Days };
        }

        return JsonNode.DeepEquals(to, live)
            ? new Desired.Nothing()
            : new Desired.Change(
                to,
                $"Keep deleted blobs and containers of storage account {Account(finding)} for {Days} days.",
                Call(HttpMethod.Put, finding.Resource.Id, Version(finding), new JsonObject { ["properties"] = to.DeepClone() }));
    }

    protected override async Task ChangeAsync(Finding finding, Live from, JsonObject to, CancellationToken cancellation)
    {
        var properties = from.Resource!.Properties().DeepClone().AsObject();
        foreach (var policy in Policies)
        {
            properties[policy] = to[policy]!.DeepClone();
        }

        var body = new JsonObject { ["properties"] = properties };
        await Arm.WriteAsync(new ArmWrite(HttpMethod.Put, finding.Resource.Id, Version(finding), body.ToJsonString(), from.ETag),
            cancellation);
    }

    /// <summary>
    /// Absent is off, and off has no days: what the service answers for a policy that was switched off is not always what was sent.
    /// </summary>
    private static JsonObject Policy(JsonObject? live)
    {
        if (live?.Flag("enabled") is not true)
        {
            return new JsonObject { ["enabled"] = false };
        }

        var policy = live.Only("enabled", "days");
        if (live.Flag("allowPermanentDelete") is true)
        {
            policy["allowPermanentDelete"] = true;
        }

        return policy;
    }

    private static string Account(Finding finding)
    {
        var service = Resources.ArmId.Parent(finding.Resource.Id);
        return service is null ? Shown(finding) : Documents.DocText.Shown(Resources.ArmId.Name(service));
    }
}
