using System.Text.Json.Nodes;
using ServerlessGuard.Azure.Arm;
using ServerlessGuard.Findings;

namespace ServerlessGuard.Azure.Remediators;

/// <summary>A fix that is some properties of one resource: they are the slice, and what differs is patched.</summary>
public abstract class ArmPatch(IArm arm) : ArmRemediator(arm)
{
    protected sealed override async Task<Live?> SliceAsync(Finding finding, CancellationToken cancellation)
    {
        var resource = await Arm.FindAsync(finding.Resource.Id, Version(finding), cancellation);
        if (resource is null)
        {
            return null;
        }

        var body = resource.Node();
        return new Live(Slice(body, body.Properties()), resource.ETag);
    }

    protected sealed override async Task ChangeAsync(Finding finding, Live from, JsonObject to, CancellationToken cancellation) =>
        await Arm.WriteAsync(
            new ArmWrite(HttpMethod.Patch, finding.Resource.Id, Version(finding), Body(Changes(from.Slice, to)).ToJsonString(), from.ETag),
                cancellation);

    /// <summary>Documented defaults spelt out: an absent property cannot be written back.</summary>
    protected abstract JsonObject Slice(JsonObject resource, JsonObject properties);

    /// <summary>What is sent for the parts of the slice that change.</summary>
    protected virtual JsonObject Body(JsonObject changes) => new() { ["properties"] = changes };

    protected string Call(Finding finding, JsonObject live, JsonObject to) =>
        Call(HttpMethod.Patch, finding.Resource.Id, Version(finding), Body(Changes(live, to)));

    private static JsonObject Changes(JsonObject from, JsonObject to)
    {
        var changes = new JsonObject();
        foreach (var (name, value) in to)
        {
            if (!JsonNode.DeepEquals(from[name], value))
            {
                changes[name] = value?.DeepClone();
            }
        }

        return changes;
    }
}
