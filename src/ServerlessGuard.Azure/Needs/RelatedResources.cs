using System.Text.Json;
using ServerlessGuard.Azure.Events;
using ServerlessGuard.Facts;
using ServerlessGuard.Facts.Azure;
using ServerlessGuard.Resources;

namespace ServerlessGuard.Azure.Needs;

/// <summary>What a resource points at by content, not by its place: the roles of its identity, its hub, its workspace, a delegation's definition, its subscription's tenant.</summary>
internal sealed class RelatedResources(IResourceSource source, Func<string, Func<Task<IReadOnlyList<JsonElement>>>, Task<IReadOnlyList<Resource>?>> attempt)
{
    private const string Assignments = "Microsoft.Authorization/roleAssignments";

    public async Task<IReadOnlyList<Resource>> ReadAsync(Resource resource, CancellationToken cancellation)
    {
        switch (resource.Ref.NativeType)
        {
            case "Microsoft.Web/sites" or "Microsoft.Web/sites/slots" when resource.Document["kind"].Text?.Contains("functionapp", StringComparison.OrdinalIgnoreCase) == true:
                return await RolesAsync(resource, cancellation);
            case "Microsoft.MachineLearningServices/workspaces" when resource.Document["kind"].Is("project"):
                return await OneAsync(resource.Configuration["hubResourceId"].NonEmpty, cancellation);
            case "Microsoft.MachineLearningServices/workspaces/computes":
                return await OneAsync(ArmId.Parent(resource.Ref.Id), cancellation);
            case "Microsoft.ManagedServices/registrationAssignments":
                return await OneAsync(resource.Configuration["registrationDefinitionId"].NonEmpty, cancellation);
            case "Microsoft.Storage/storageAccounts" when resource.Configuration["networkAcls", "resourceAccessRules"].Items.Count > 0:
                return await OneAsync("/subscriptions/" + resource.Ref.Account, cancellation);
            default:
                return [];
        }
    }

    /// <summary>The assignments of each identity of the app, and the definitions of those that are not Microsoft's own.</summary>
    private async Task<IReadOnlyList<Resource>> RolesAsync(Resource site, CancellationToken cancellation)
    {
        var principals = SitePrivilegeJoin.Read(site).Principals;
        if (principals.IsEmpty || site.Ref.Account is not { } account)
        {
            return [];
        }

        var assignments = await attempt(Assignments, () => source.ListAsync($"/subscriptions/{account}/providers/{Assignments}", Assignments, cancellation));
        if (assignments is null)
        {
            return [];
        }

        var found = assignments.Where(assignment => principals.Contains(assignment.Configuration["principalId"].Text ?? string.Empty, StringComparer.OrdinalIgnoreCase)).ToList();
        foreach (var role in found.Select(assignment => assignment.Configuration["roleDefinitionId"].NonEmpty).OfType<string>().Distinct(StringComparer.OrdinalIgnoreCase).ToList())
        {
            found.AddRange(await OneAsync(role, cancellation));
        }

        return [.. found, ListedChildren.Note("/subscriptions/" + account, Assignments, account)];
    }

    /// <summary>An id out of a document is a stranger's: only a sound one is followed.</summary>
    private async Task<IReadOnlyList<Resource>> OneAsync(string? id, CancellationToken cancellation)
    {
        // Built-in roles lie outside every subscription.
        var isBuiltIn = id?.StartsWith("/providers/Microsoft.Authorization/roleDefinitions/", StringComparison.OrdinalIgnoreCase) == true;
        if (id is null || SoundArmId.HasForeignCharacters(id) || SoundArmId.HasTraversal(id) || !isBuiltIn && SoundArmId.Fault(id) is not null)
        {
            return [];
        }

        return await attempt(
            ArmId.Type(id) ?? "unknown",
            async () => await source.FindAsync(ArmId.Normal(id), cancellation) is { } one ? [one] : []) ?? [];
    }
}
