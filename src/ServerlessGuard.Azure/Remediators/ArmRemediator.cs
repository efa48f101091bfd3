using System.Text.Json;
using System.Text.Json.Nodes;
using ServerlessGuard.Azure.Arm;
using ServerlessGuard.Documents;
using ServerlessGuard.Findings;
using ServerlessGuard.Remediation;
using ServerlessGuard.Resources;

namespace ServerlessGuard.Azure.Remediators;

/// <summary>
/// What Azure's remediators have in common: a resource that is gone is null, and nothing is written over a state that nobody looked at.
/// </summary>
/// <remarks>
/// Before a write the live state is read once more and compared; where ARM gives an ETag the write carries it, so that a change between
/// that look and the write is a 412, which is transient: the plan is made again.
/// </remarks>
public abstract class ArmRemediator(IArm arm) : Remediator
{
    protected IArm Arm { get; } = arm;

    public sealed override async Task<JsonNode?> ReadAsync(Finding finding, CancellationToken cancellation)
    {
        try
        {
            return (await LiveAsync(finding, cancellation))?.Slice;
        }
        catch (CloudCallException exception) when (exception.IsNotFound)
        {
            return null;
        }
    }

    public sealed override Desired Desire(JsonNode live, Finding finding) => Desire(live.AsObject(), finding);

    public sealed override async Task WriteAsync(Finding finding, JsonNode from, JsonNode to, CancellationToken cancellation)
    {
        var live = await LiveAsync(finding, cancellation);
        if (JsonNode.DeepEquals(live?.Slice, to))
        {
            return;
        }

        if (live is null || !JsonNode.DeepEquals(live.Slice, from))
        {
            throw new CloudCallException("Drifted",
                $"{Shown(finding)} has been changed by somebody else in the meantime: nothing was written", isTransient: false);
        }

        await ChangeAsync(finding, live, to.AsObject(), cancellation);
    }

    /// <summary>The slice as it is now; null (or a not-found exception) when the resource is gone.</summary>
    protected abstract Task<Live?> SliceAsync(Finding finding, CancellationToken cancellation);

    protected abstract Desired Desire(JsonObject live, Finding finding);

    /// <param name="from">Read a moment ago; not <paramref name="to"/>.</param>
    /// <param name="to">What the slice is to be: the fix, or on the way back the state before it.</param>
    protected abstract Task ChangeAsync(Finding finding, Live from, JsonObject to, CancellationToken cancellation);

    /// <summary>Of the resource itself, not of what it is part of: null for what carries none, such as a role assignment.</summary>
    public sealed override async Task<IReadOnlyDictionary<string, string>?> ReadTagsAsync(Finding finding, CancellationToken cancellation)
    {
        RequireSoundId(finding.Resource);
        if (await Arm.FindAsync(finding.Resource.Id, Version(finding), cancellation) is not
            { Body: { ValueKind: JsonValueKind.Object } body }
            || !body.TryGetProperty("tags", out var tags) || tags.ValueKind is not JsonValueKind.Object)
        {
            return null;
        }

        var known = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var tag in tags.EnumerateObject())
        {
            known[tag.Name] = tag.Value.ValueKind is JsonValueKind.String ? tag.Value.GetString()! : string.Empty;
        }

        return known;
    }

    /// <summary>A name as it stands in a sentence.</summary>
    protected static string Shown(Finding finding) => DocText.Shown(ArmId.Name(finding.Resource.Id));

    protected static string Version(Finding finding) => ArmApiVersions.Of(finding.Resource.NativeType)
        ?? throw new CloudCallException("NoApiVersion", $"no API version is pinned for {finding.Resource.NativeType}", isTransient: false);

    /// <summary>How a plan shows its call.</summary>
    protected static string Call(HttpMethod method, string id, string version, JsonNode? body = null) =>
        $"{method} {DocText.Shown(id)}?api-version={version}{(body is null ? string.Empty : " " + body.ToJsonString())}";

    private Task<Live?> LiveAsync(Finding finding, CancellationToken cancellation)
    {
        RequireSoundId(finding.Resource);
        return SliceAsync(finding, cancellation);
    }

    /// <summary>
    /// The id came in an event. It must be what the finding says it is: a fix for one type would otherwise be written to another.
    /// </summary>
    private static void RequireSoundId(ResourceRef resource)
    {
        if (!ArmPath.IsSound(resource.Id)
            || !string.Equals(ArmId.Type(resource.Id), resource.NativeType, StringComparison.OrdinalIgnoreCase)
            || resource.Account is { } account && ArmId.Subscription(resource.Id) is { } subscription
                && !subscription.Equals(account, StringComparison.OrdinalIgnoreCase))
        {
            throw new CloudCallException("UnsoundId",
                $"the finding's id is not that of a {DocText.Shown(resource.NativeType)} in its subscription: nothing was asked",
                isTransient: false);
        }
    }
}

/// <param name="Slice">What is compared, planned and written back.</param>
/// <param name="ETag">Of the resource that a change writes.</param>
/// <param name="Resource">That resource, for writes that replace the whole of it.</param>
public sealed record Live(JsonObject Slice, string? ETag = null, JsonObject? Resource = null);
