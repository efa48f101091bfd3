using System.Runtime.CompilerServices;
using System.Text.Json;
using ServerlessGuard.Azure.Arm;
using ServerlessGuard.Documents;
using ServerlessGuard.Remediation;
using ServerlessGuard.Resources;

namespace ServerlessGuard.Azure.Needs;

/// <summary>What the scanner reads, from Azure Resource Manager, with the API version that is pinned for each type.</summary>
/// <param name="arm">ARM.</param>
/// <param name="more">The versions that the team's own rules name for types of theirs; what is pinned here goes before them.</param>
internal sealed class ArmSource(IArm arm, IReadOnlyDictionary<string, string>? more = null) : IResourceSource
{
    /// <summary>Types in other tables than <c>resources</c>.</summary>
    /// <remarks>Source: "Azure Resource Graph table and resource type reference" (Microsoft Learn).</remarks>
    private static string Table(string type) => type.Split('/')[0].ToLowerInvariant() switch
    {
        "microsoft.authorization" => "authorizationresources",
        "microsoft.managedservices" => "managedservicesresources",
        _ when type.Equals("Microsoft.Resources/subscriptions", StringComparison.OrdinalIgnoreCase) => "resourcecontainers",
        _ => "resources",
    };

    public bool Reads(string type) => Pinned(type) is not null;

    public async Task<JsonElement?> FindAsync(string id, CancellationToken cancellation) =>
        (await arm.FindAsync(id, Version(ArmId.Type(id)), cancellation))?.Body;

    public async Task<IReadOnlyList<JsonElement>> ListAsync(string collection, string type, CancellationToken cancellation)
    {
        var items = new List<JsonElement>();
        try
        {
            await foreach (var item in arm.ListAsync(collection, Version(type), cancellation))
            {
                items.Add(item);
            }
        }
        catch (CloudCallException refused) when (refused.Code is "AadPremiumLicenseRequired")
        {
            // A directory without Privileged Identity Management has no schedules: that is an answer.
        }

        return items;
    }

    public async Task<JsonElement?> PostListAsync(string id, CancellationToken cancellation)
    {
        try
        {
            return (await arm.WriteAsync(new ArmWrite(HttpMethod.Post, id + "/list", Version(ArmId.Type(id)), Body: null),
                cancellation))?.Body;
        }
        catch (CloudCallException missing) when (missing.IsNotFound)
        {
            return null;
        }
    }

    /// <remarks>Source: REST reference "Subscriptions - List".</remarks>
    public async Task<IReadOnlyList<string>> SubscriptionsAsync(string? tenant, CancellationToken cancellation)
    {
        var found = new SortedSet<string>(StringComparer.Ordinal);
        await foreach (var one in arm.ListAsync(ArmPath.Subscriptions, Version("Microsoft.Resources/subscriptions"), cancellation))
        {
            var document = new Doc(one);
            if (Guid.TryParseExact(document["subscriptionId"].Text, "D", out var id)
                && !document["state"].Is("Deleted")
                && (tenant is null || tenant.Equals(document["tenantId"].Text, StringComparison.OrdinalIgnoreCase)))
            {
                found.Add(id.ToString("D"));
            }
        }

        return [.. found];
    }

    public async IAsyncEnumerable<string> IdsAsync(string type, IReadOnlyList<string> subscriptions,
        [EnumeratorCancellation] CancellationToken cancellation)
    {
        // The type is out of our own lists: nobody else's text gets into the query.
        var query = $"{Table(type)} | where type =~ '{type}' | project id | order by id asc";
        await foreach (var row in arm.QueryGraphAsync(query, subscriptions, cancellation))
        {
            if (row.ValueKind is JsonValueKind.Object && row.TryGetProperty("id", out var id) && id.ValueKind is JsonValueKind.String)
            {
                yield return id.GetString()!;
            }
        }
    }

    private string? Pinned(string type) => ArmApiVersions.Of(type) ?? more?.GetValueOrDefault(type);

    private string Version(string? type) =>
        (type is null ? null : Pinned(type))
            ?? throw new CloudCallException("NoApiVersion", $"{type}: no API version is pinned", isTransient: false);
}
