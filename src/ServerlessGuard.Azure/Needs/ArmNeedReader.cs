using ServerlessGuard.Azure.Events;
using ServerlessGuard.Evaluations;
using ServerlessGuard.Facts;
using ServerlessGuard.Facts.Azure;
using ServerlessGuard.Resources;

namespace ServerlessGuard.Azure.Needs;

/// <summary>
/// What verdicts need beside a resource, from Azure Resource Manager: one reader for each way in which a neighbour is found.
/// </summary>
/// <param name="attempt">What is refused or missing is not observed.</param>
internal sealed class ArmNeedReader(IResourceSource source, Attempt attempt) : INeedReader
{
    /// <summary>Built-in roles lie outside every subscription.</summary>
    private const string BuiltInRoles = "/providers/Microsoft.Authorization/roleDefinitions/";

    public async Task<IReadOnlyList<Resource>> ReadAsync(Need need, CancellationToken cancellation)
    {
        if (need.Source is not AzureSource azure)
        {
            return [];
        }

        if (azure.By is AzureFind.Assignments)
        {
            return await AssignmentsAsync(need, cancellation);
        }

        var found = new List<Resource>();
        foreach (var wanted in need.Wanted)
        {
            found.AddRange(await OneAsync(azure, wanted.At, need.Beside, cancellation));
        }

        return found;
    }

    /// <summary>An id out of a document is a stranger's: only a sound one is followed.</summary>
    private async Task<IReadOnlyList<Resource>> OneAsync(AzureSource azure, string at, ResourceRef beside, CancellationToken cancellation)
    {
        var isBuiltIn = at.StartsWith(BuiltInRoles, StringComparison.OrdinalIgnoreCase);
        if (SoundArmId.HasForeignCharacters(at) || SoundArmId.HasTraversal(at) || !isBuiltIn && SoundArmId.Fault(at) is not null)
        {
            return [];
        }

        var id = ArmId.Normal(at);
        return azure.By switch
        {
            AzureFind.List => await ListAsync(id + azure.Path, id, azure.TypeBelow(id), beside, _ => true, cancellation),
            AzureFind.Child => await FindAsync(azure.Path, id + azure.Path, cancellation),
            AzureFind.Id => await FindAsync(ArmId.Type(id) ?? "unknown", id, cancellation),
            AzureFind.Assignments => [],
        };
    }

    /// <summary>One list for all principals.</summary>
    private async Task<IReadOnlyList<Resource>> AssignmentsAsync(Need need, CancellationToken cancellation)
    {
        if (need.Beside.Account is not { } account)
        {
            return [];
        }

        const string Type = "Microsoft.Authorization/roleAssignments";
        var principals = need.Wanted.Select(wanted => wanted.At).ToHashSet(StringComparer.OrdinalIgnoreCase);
        var subscription = "/subscriptions/" + account;
        return await ListAsync(
            $"{subscription}/providers/{Type}",
            subscription,
            Type,
            need.Beside,
            assignment => principals.Contains(assignment.Configuration["principalId"].Text ?? string.Empty),
            cancellation);
    }

    private async Task<IReadOnlyList<Resource>> ListAsync(
        string collection, string parent, string type, ResourceRef beside, Func<Resource, bool> isWanted, CancellationToken cancellation) =>
        await attempt.ManyAsync(type, () => source.ListAsync(collection, type, cancellation)) is { } listed
            ? [.. listed.Where(isWanted), ListedChildren.Note(parent, type, beside.Account)]
            : [];

    private async Task<IReadOnlyList<Resource>> FindAsync(string what, string id, CancellationToken cancellation) =>
        await attempt.OneAsync(what, () => source.FindAsync(id, cancellation)) is { } one
            && ArmDocument.Read(one, captured: null) is { } resource ? [resource] : [];
}
