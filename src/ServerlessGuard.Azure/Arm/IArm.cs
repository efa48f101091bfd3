using System.Text.Json;

namespace ServerlessGuard.Azure.Arm;

/// <summary>Azure Resource Manager: reads, writes and queries, authenticated, retried and typed.</summary>
/// <remarks>
/// Every method throws <see cref="Remediation.CloudCallException"/>: transient for throttling, 5xx, timeouts and answers that are no JSON
/// (after retries), not found for 404. Ids are checked before they become part of an address: an <see cref="ArgumentException"/> is a
/// hostile or broken id, never worth a retry.
/// </remarks>
public interface IArm
{
    /// <summary>The resource, or null where there is none.</summary>
    Task<ArmResource?> FindAsync(string id, string apiVersion, CancellationToken cancellation);

    /// <summary>
    /// The members of a collection: <c>{"value":[…],"nextLink":…}</c>, page by page. Empty where the parent does not exist.
    /// </summary>
    IAsyncEnumerable<JsonElement> ListAsync(string id, string apiVersion, CancellationToken cancellation);

    /// <summary>The resource after a write that has come to its end; null after a DELETE or an answer without a body.</summary>
    Task<ArmResource?> WriteAsync(ArmWrite write, CancellationToken cancellation);

    /// <summary>Rows of a Resource Graph query, page by page.</summary>
    /// <param name="query">KQL. Never built from what a resource says.</param>
    /// <param name="subscriptions">Where to look.</param>
    IAsyncEnumerable<JsonElement> QueryGraphAsync(string query, IReadOnlyList<string> subscriptions, CancellationToken cancellation);
}

/// <param name="ETag">From the header or the body, where there is one.</param>
public sealed record ArmResource(string Id, JsonElement Body, string? ETag);

/// <summary>One write.</summary>
/// <param name="Id">The resource, or for POST the action below it.</param>
/// <param name="Body">JSON; null for DELETE.</param>
/// <param name="IfMatch">Refused with 412 when the resource has changed since.</param>
public sealed record ArmWrite(HttpMethod Method, string Id, string ApiVersion, string? Body, string? IfMatch = null);
