using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using ServerlessGuard.Azure.Arm;
using ServerlessGuard.Documents;
using ServerlessGuard.Findings;
using ServerlessGuard.Remediation;
using ServerlessGuard.Resources;

namespace ServerlessGuard.Azure.Remediators;

/// <summary>
/// Where a built-in policy of the same intent is assigned, its remediation task does the fix, with the assignment's identity and in the
/// policy's own records; read, plan, verify and undo stay the remediator's. Where none is assigned, or the plan changes more than the
/// policy does, the remediator writes.
/// </summary>
/// <remarks>
/// Source: Microsoft.PolicyInsights/remediations 2021-10-01. A task takes minutes: it is named after the finding's revision, so that each
/// new look at the same fix finds the same task.
/// </remarks>
public sealed class PolicyTask(IArm arm, Remediator inner) : Remediator
{
    private const string Definitions = "/providers/Microsoft.Authorization/policyDefinitions/";
    private const string Properties = "properties";

    public override RemediatorDescriptor Descriptor => inner.Descriptor;

    public override Task<JsonNode?> ReadAsync(Finding finding, CancellationToken cancellation) => inner.ReadAsync(finding, cancellation);

    public override Desired Desire(JsonNode live, Finding finding) => inner.Desire(live, finding);

    public override Task<IReadOnlyDictionary<string, string>?> ReadTagsAsync(Finding finding, CancellationToken cancellation) =>
        inner.ReadTagsAsync(finding, cancellation);

    public override async Task WriteAsync(Finding finding, JsonNode from, JsonNode to, CancellationToken cancellation)
    {
        // The way back is never the policy's: it would only repeat the fix.
        var intent = inner.Desire(from, finding) is Desired.Change change && JsonNode.DeepEquals(change.To, to)
            ? Intent(finding, from.AsObject(), to.AsObject())
            : null;
        if (intent is null || await inner.ReadAsync(finding, cancellation) is not { } live || !JsonNode.DeepEquals(live, from)
            || await AssignedAsync(finding, intent, cancellation) is not { } assigned)
        {
            await inner.WriteAsync(finding, from, to, cancellation);
            return;
        }

        await RunAsync(finding, intent, assigned, cancellation);
    }

    private async Task RunAsync(Finding finding, PolicyIntent intent, Assigned assigned, CancellationToken cancellation)
    {
        var id = $"{Target(finding, intent)}/providers/Microsoft.PolicyInsights/remediations/{Name(finding)}";
        var task = await arm.FindAsync(id, ArmApiVersions.Remediations, cancellation);
        if (task is null)
        {
            var properties = new JsonObject { ["policyAssignmentId"] = assigned.Assignment };
            if (assigned.Reference is { } reference)
            {
                properties["policyDefinitionReferenceId"] = reference;
            }

            task = await arm.WriteAsync(
                new ArmWrite(HttpMethod.Put, id, ArmApiVersions.Remediations, new JsonObject { [Properties] = properties }.ToJsonString()),
                    cancellation)
                ?? throw new CloudCallException("NoTask", $"PUT {id}: no task in the answer", isTransient: true);
        }

        var state = new Doc(task.Body)[Properties];
        var ended = state["provisioningState"];
        if (ended.Is("Failed") || ended.Is("Canceled") || state["deploymentStatus", "failedDeployments"].Number is > 0)
        {
            throw new CloudCallException("TaskFailed", $"policy remediation task {Name(finding)} ended as {ended}: see its deployments",
                isTransient: false);
        }

        if (!ended.Is("Succeeded") && !ended.Is("Complete"))
        {
            throw new CloudCallException("TaskRunning", $"policy remediation task {Name(finding)} is {ended}", isTransient: true);
        }
    }

    /// <summary>The definition itself, or an initiative that contains it.</summary>
    private async Task<Assigned?> AssignedAsync(Finding finding, PolicyIntent intent, CancellationToken cancellation)
    {
        var scope = ArmId.Subscription(finding.Resource.Id);
        await foreach (
            var item in arm.ListAsync($"/subscriptions/{scope}/providers/Microsoft.Authorization/policyAssignments",
                ArmApiVersions.PolicyAssignments, cancellation))
        {
            var assignment = new Doc(item);
            var properties = assignment[Properties];
            if (assignment["id"].NonEmpty is not { } id || properties["policyDefinitionId"].NonEmpty is not { } definition
                || !Reaches(properties, finding.Resource.Key))
            {
                continue;
            }

            if (IsIntent(definition, intent))
            {
                return new Assigned(id, null);
            }

            if (definition.Contains("/policySetDefinitions/", StringComparison.OrdinalIgnoreCase) && ArmPath.IsSound(definition)
                && await arm.FindAsync(definition, ArmApiVersions.PolicyAssignments, cancellation) is { } set
                && Member(new Doc(set.Body), intent) is { } reference)
            {
                return new Assigned(id, reference);
            }
        }

        return null;
    }

    private static string? Member(Doc set, PolicyIntent intent)
    {
        foreach (var member in set[Properties, "policyDefinitions"].Items)
        {
            if (member["policyDefinitionId"].NonEmpty is { } definition && IsIntent(definition, intent))
            {
                return member["policyDefinitionReferenceId"].NonEmpty;
            }
        }

        return null;
    }

    /// <summary>
    /// A subscription's list holds assignments of its resource groups too, and assignments leave out what <c>notScopes</c> names.
    /// </summary>
    private static bool Reaches(Doc assignment, string key)
    {
        bool Within(string? scope) =>
            scope is not null && (ArmId.Key(scope) == key || key.StartsWith(ArmId.Key(scope) + "/", StringComparison.Ordinal));

        var scope = assignment["scope"].NonEmpty;
        var above = scope is not null && scope.Contains("/managementGroups/", StringComparison.OrdinalIgnoreCase);
        return (above || Within(scope)) && !assignment["notScopes"].Items.All().Any(not => Within(not.Text));
    }

    private static bool IsIntent(string definition, PolicyIntent intent) =>
        ArmId.Normal(definition).Equals(Definitions + intent.Definition, StringComparison.OrdinalIgnoreCase);

    private PolicyIntent? Intent(Finding finding, JsonObject from, JsonObject to)
    {
        var changes = to.Where(pair => !JsonNode.DeepEquals(from[pair.Key], pair.Value)).Select(pair => pair.Key).ToList();
        return PolicyIntent.All.FirstOrDefault(intent => intent.Remediation == Descriptor.Remediation
            && intent.NativeType.Equals(finding.Resource.NativeType, StringComparison.OrdinalIgnoreCase)
            && changes.TrueForAll(change => intent.Changes.Contains(change, StringComparer.Ordinal)));
    }

    private static string Target(Finding finding, PolicyIntent intent)
    {
        var id = ArmId.Normal(finding.Resource.Id);
        return intent.AtParent && ArmId.Parent(id) is { } parent ? parent : id;
    }

    private static string Name(Finding finding) =>
        "serverlessguard-"
            + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{finding.Id}\n{finding.Revision}")).AsSpan(0, 8));

    private sealed record Assigned(string Assignment, string? Reference);
}
