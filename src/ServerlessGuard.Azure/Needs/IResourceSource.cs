using System.Text.Json;

namespace ServerlessGuard.Azure.Needs;

/// <summary>
/// What judging needs of Azure Resource Manager. Faults are <see cref="Remediation.CloudCallException"/>s; what is transient was retried
/// before.
/// </summary>
public interface IResourceSource
{
    /// <summary>Whether there is a pinned API version, without which a type cannot be read.</summary>
    bool Reads(string type);

    /// <summary>The resource, or null when there is none (404).</summary>
    Task<JsonElement?> FindAsync(string id, CancellationToken cancellation);

    /// <summary>All children of one kind, every page.</summary>
    /// <param name="collection">Their path: <c>…/firewallRules</c>.</param>
    /// <param name="type">Their native type, which decides the API version.</param>
    Task<IReadOnlyList<JsonElement>> ListAsync(string collection, string type, CancellationToken cancellation);

    /// <summary>What only <c>POST id/list</c> shows; null on 404.</summary>
    Task<JsonElement?> PostListAsync(string id, CancellationToken cancellation);

    /// <summary>Lower-case ids of the subscriptions that the identity can see, in one order.</summary>
    /// <param name="tenant">Whose: another tenant's may be delegated to us, and its events are not ours either.</param>
    Task<IReadOnlyList<string>> SubscriptionsAsync(string? tenant, CancellationToken cancellation);

    /// <summary>Ids of all resources of a type that Resource Graph knows, in one order.</summary>
    IAsyncEnumerable<string> IdsAsync(string type, IReadOnlyList<string> subscriptions, CancellationToken cancellation);
}
