using System.Text.Json.Nodes;
using ServerlessGuard.Azure.Arm;
using ServerlessGuard.Findings;
using ServerlessGuard.Remediation;

namespace ServerlessGuard.Azure.Remediators;

/// <summary>
/// SG-STOR-003: the same switch as SG-STOR-001, before anybody relies on it. Where a container does, the plan says so and waits for a
/// person.
/// </summary>
public sealed class CloseAccessBoundary(IArm arm) : ArmRemediator(arm)
{
    private const string Setting = BlockPublicAccess.Setting;
    private const string Public = "publicContainers";

    public override RemediatorDescriptor Descriptor => RemediationCatalog.Azure.CloseAccessBoundary;

    protected override async Task<Live?> SliceAsync(Finding finding, CancellationToken cancellation)
    {
        if (await Arm.FindAsync(finding.Resource.Id, Version(finding), cancellation) is not { } account)
        {
            return null;
        }

        var count = 0;
        await foreach (
            var container in Arm.ListAsync(finding.Resource.Id + "/blobServices/default/containers", Version(finding), cancellation))
        {
            var access = new Documents.Doc(container)["properties", "publicAccess"].NonEmpty;
            count += access is null || access.Equals("None", StringComparison.OrdinalIgnoreCase) ? 0 : 1;
        }

        return new Live(new JsonObject { [Setting] = account.Node().Properties().Flag(Setting) ?? true, [Public] = count }, account.ETag);
    }

    protected override Desired Desire(JsonObject live, Finding finding)
    {
        if (live.Flag(Setting) is false)
        {
            return new Desired.Nothing();
        }

        var count = live[Public]!.GetValue<int>();
        return new Desired.Change(
            live.With(Setting, false),
            $"Switch off anonymous access for the whole of storage account {Shown(finding)}"
                + (count == 0 ? ", where no container uses it." : $"; {count} of its containers are public today."),
            Call(HttpMethod.Patch, finding.Resource.Id, Version(finding), Body(value: false)),
            count == 0 ? null : Risk.Availability);
    }

    protected override async Task ChangeAsync(Finding finding, Live from, JsonObject to, CancellationToken cancellation) =>
        await Arm.WriteAsync(
        new ArmWrite(HttpMethod.Patch, finding.Resource.Id, Version(finding), Body(to.Flag(Setting) is not false).ToJsonString(),
            from.ETag), cancellation);

    private static JsonObject Body(bool value) => new() { ["properties"] = new JsonObject { [Setting] = value } };
}
