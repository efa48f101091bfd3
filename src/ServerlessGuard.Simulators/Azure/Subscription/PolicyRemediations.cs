using System.Text.Json.Nodes;
using ServerlessGuard.Resources;

namespace ServerlessGuard.Simulators.Azure.Subscription;

/// <summary>
/// Microsoft.PolicyInsights/remediations: a task is accepted, runs, and at its end has done what the assigned policy does.
/// </summary>
public sealed class PolicyRemediations
{
    private const string Type = "Microsoft.PolicyInsights/remediations";
    private readonly Dictionary<string, List<PolicyEffect>> _effects = new(StringComparer.Ordinal);

    /// <summary>What the policy of an assignment changes, by the assignment's id.</summary>
    public void Assign(string assignmentId, PolicyEffect effect)
    {
        var key = ArmId.Key(assignmentId);
        if (!_effects.TryGetValue(key, out var effects))
        {
            _effects[key] = effects = [];
        }

        effects.Add(effect);
    }

    /// <summary>The document of a new task; null for other types.</summary>
    internal static JsonObject? Accept(ArmPath path, JsonObject body)
    {
        if (!path.Type.Equals(Type, StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        var task = body.DeepClone().AsObject();
        var properties = task["properties"] as JsonObject ?? [];
        task["properties"] = properties.DeepClone();
        Set(task, "Accepted", 0);
        return task;
    }

    /// <summary>Moves a task on by one state; the resources that it changed.</summary>
    internal IReadOnlyList<string> Poll(string id, ArmStore store)
    {
        if (!string.Equals(ArmId.Type(id), Type, StringComparison.OrdinalIgnoreCase) || store.Find(id) is not { } task)
        {
            return [];
        }

        var changed = new List<string>();
        switch ((string?)task["properties"]!["provisioningState"])
        {
            case "Accepted":
                Set(task, "InProgress", 0);
                break;
            case "InProgress":
                var assignment = (string?)task["properties"]!["policyAssignmentId"] ?? "";
                foreach (var effect in _effects.GetValueOrDefault(ArmId.Key(assignment), []))
                {
                    if (store.Patch(effect.ResourceId, effect.Patch))
                    {
                        changed.Add(effect.ResourceId);
                    }
                }

                Set(task, "Succeeded", changed.Count);
                break;
            default:
                return [];
        }

        store.Put(id, task);
        return changed;
    }

    private static void Set(JsonObject task, string state, int done)
    {
        task["properties"]!["provisioningState"] = state;
        task["properties"]!["deploymentStatus"] = new JsonObject
            { ["totalDeployments"] = done, ["successfulDeployments"] = done, ["failedDeployments"] = 0 };
    }
}

/// <summary>What a policy does to one resource.</summary>
public sealed record PolicyEffect(string ResourceId, JsonObject Patch);
