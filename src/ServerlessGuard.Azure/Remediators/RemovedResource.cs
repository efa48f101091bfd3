using System.Text.Json.Nodes;
using ServerlessGuard.Azure.Arm;
using ServerlessGuard.Findings;

namespace ServerlessGuard.Azure.Remediators;

/// <summary>
/// A fix that deletes one small resource without secrets; undo puts the same body under the same name. Deleted is a state of the slice, not
/// its absence.
/// </summary>
public abstract class RemovedResource(IArm arm) : ArmRemediator(arm)
{
    protected const string Properties = "properties";

    /// <summary>What a PUT takes of a GET's properties.</summary>
    protected abstract ReadOnlySpan<string> Written(Finding finding);

    protected sealed override async Task<Live?> SliceAsync(Finding finding, CancellationToken cancellation)
    {
        var found = await Arm.FindAsync(finding.Resource.Id, Version(finding), cancellation);
        var properties = found?.Node().Properties();
        var slice = await SeenAsync(finding, properties, cancellation);
        slice[Properties] = properties?.Only(Written(finding));
        return new Live(slice, found?.ETag);
    }

    /// <summary>What else the decision rests on. Must be the same before and after the deletion.</summary>
    protected virtual Task<JsonObject> SeenAsync(Finding finding, JsonObject? properties, CancellationToken cancellation) =>
        Task.FromResult(new JsonObject());

    protected sealed override async Task ChangeAsync(Finding finding, Live from, JsonObject to, CancellationToken cancellation)
    {
        var write = to[Properties] is JsonObject properties
            ? new ArmWrite(HttpMethod.Put, finding.Resource.Id, Version(finding), Body(finding, properties).ToJsonString())
            : new ArmWrite(HttpMethod.Delete, finding.Resource.Id, Version(finding), null, from.ETag);
        await Arm.WriteAsync(write, cancellation);
    }

    protected static bool IsAssignment(Finding finding) =>
        finding.Resource.NativeType.Equals(RoleAssignments.Type, StringComparison.OrdinalIgnoreCase);

    private static JsonObject Body(Finding finding, JsonObject properties) =>
        IsAssignment(finding) ? RoleAssignments.Body(properties) : new JsonObject { [Properties] = properties.DeepClone() };

    protected static string Deletion(Finding finding) => Call(HttpMethod.Delete, finding.Resource.Id, Version(finding));
}
