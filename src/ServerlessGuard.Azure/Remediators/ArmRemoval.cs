using System.Text.Json.Nodes;
using ServerlessGuard.Azure.Arm;
using ServerlessGuard.Findings;
using ServerlessGuard.Remediation;

namespace ServerlessGuard.Azure.Remediators;

/// <summary>A grant that is taken away whole, and can be put back exactly: a role assignment, a federated credential, a delegation. None of them holds a secret.</summary>
/// <param name="descriptor">What it is for.</param>
/// <param name="arm">The remediator's client.</param>
/// <param name="sentence">What will be done.</param>
/// <param name="written">The properties that a PUT takes; the others are the service's own.</param>
internal sealed class ArmRemoval(RemediatorDescriptor descriptor, IArm arm, string sentence, params IReadOnlyList<string> written) : Remediator
{
    public override RemediatorDescriptor Descriptor { get; } = descriptor;

    /// <summary><c>{"exists":true,"properties":{…}}</c>, or <c>{"exists":false}</c>: what we removed is a state, not a resource that is gone.</summary>
    public override async Task<JsonNode?> ReadAsync(Finding finding, CancellationToken cancellation)
    {
        if (await arm.FindAsync(finding.Resource.Id, Version(finding), cancellation) is not { } resource)
        {
            return new JsonObject { ["exists"] = false };
        }

        var properties = new JsonObject();
        foreach (var name in written)
        {
            if (resource.Body.TryGetProperty("properties", out var all) && all.TryGetProperty(name, out var value) && value.ValueKind is not System.Text.Json.JsonValueKind.Null)
            {
                properties[name] = JsonNode.Parse(value.GetRawText());
            }
        }

        return new JsonObject { ["exists"] = true, ["properties"] = properties };
    }

    public override Desired Desire(JsonNode live, Finding finding) => live["exists"]!.GetValue<bool>()
        ? new Desired.Change(new JsonObject { ["exists"] = false }, sentence, $"DELETE {finding.Resource.Id}?api-version={Version(finding)}")
        : new Desired.Nothing();

    public override async Task WriteAsync(Finding finding, JsonNode from, JsonNode to, CancellationToken cancellation)
    {
        if (to["exists"]!.GetValue<bool>())
        {
            var body = new JsonObject { ["properties"] = to["properties"]!.DeepClone() };
            await arm.WriteAsync(new ArmWrite(HttpMethod.Put, finding.Resource.Id, Version(finding), body.ToJsonString()), cancellation);
            return;
        }

        try
        {
            await arm.WriteAsync(new ArmWrite(HttpMethod.Delete, finding.Resource.Id, Version(finding), null), cancellation);
        }
        catch (CloudCallException gone) when (gone.IsNotFound)
        {
            // Removed by a run before this one, or by somebody else.
        }
    }

    private static string Version(Finding finding) => ArmApiVersions.Of(finding.Resource.NativeType)
        ?? throw new InvalidOperationException($"{finding.Resource.NativeType} has no pinned api-version");
}
