using System.Text.Json;

namespace ServerlessGuard.Azure.Events;

/// <summary>What judging needs of Azure Resource Manager. Faults are <see cref="Remediation.CloudCallException"/>s; what is transient was retried before.</summary>
public interface IResourceSource
{
    /// <summary>The resource, or null when there is none (404).</summary>
    Task<JsonElement?> FindAsync(string id, CancellationToken cancellation);

    /// <summary>All children of one kind, every page; null when the parent is gone (404).</summary>
    /// <param name="collection">Their path: <c>…/firewallRules</c>.</param>
    /// <param name="type">Their native type, which decides the API version.</param>
    /// <param name="query">More of the query string, escaped; null for none.</param>
    /// <param name="cancellation">Ends the paging.</param>
    Task<IReadOnlyList<JsonElement>?> ListAsync(string collection, string type, string? query, CancellationToken cancellation);

    /// <summary>What only <c>POST id/list</c> shows; null on 404.</summary>
    Task<JsonElement?> PostListAsync(string id, CancellationToken cancellation);

    /// <summary>Ids and types of what Resource Graph knows of these types, a page at a time.</summary>
    /// <param name="types">Lower-case native types.</param>
    /// <param name="subscriptions">Empty: all that the identity may see.</param>
    /// <param name="next">The token that the last page ended with; null for the first.</param>
    /// <param name="cancellation">Ends the call.</param>
    Task<GraphPage> QueryAsync(IReadOnlyList<string> types, IReadOnlyList<string> subscriptions, string? next, CancellationToken cancellation);

    /// <summary>Whether there is a pinned API version, without which a type cannot be read.</summary>
    bool Reads(string type);
}

/// <param name="Ids">Resource ids.</param>
/// <param name="Next">Null on the last page.</param>
public sealed record GraphPage(IReadOnlyList<string> Ids, string? Next);
