using System.Text.Json.Nodes;
using ServerlessGuard.Documents;
using ServerlessGuard.Findings;
using ServerlessGuard.Settings;

namespace ServerlessGuard.Remediation;

/// <summary>
/// A remediator that asks the resource's live tags right before every write, fix and undo alike: a tag that forbids it may have been set
/// after the finding was recorded, and the row that says otherwise may be old or planted.
/// </summary>
/// <param name="settings">Which tags forbid it, and with which values.</param>
public sealed class TouchChecked(Remediator inner, RuleSettings settings) : Remediator
{
    public override RemediatorDescriptor Descriptor => inner.Descriptor;

    public static IReadOnlyList<Remediator> All(IEnumerable<Remediator> remediators, RuleSettings settings) =>
        [.. remediators.Select(one => new TouchChecked(one, settings))];

    public override Task<JsonNode?> ReadAsync(Finding finding, CancellationToken cancellation) => inner.ReadAsync(finding, cancellation);

    public override Desired Desire(JsonNode live, Finding finding) => inner.Desire(live, finding);

    public override Task<IReadOnlyDictionary<string, string>?> ReadTagsAsync(Finding finding, CancellationToken cancellation) =>
        inner.ReadTagsAsync(finding, cancellation);

    /// <summary>Nothing is asked where no tag could forbid it.</summary>
    public override async Task<string?> ForbidsAsync(Finding finding, CancellationToken cancellation)
    {
        if (!LenientTags.CanSpare(settings))
        {
            return null;
        }

        try
        {
            return await ReadTagsAsync(finding, cancellation) is { } tags && LenientTags.Sparing(tags, settings) is { } tag
                ? $"it is never to be changed: it carries the tag {DocText.Shown(tag)} now"
                : null;
        }
        catch (CloudCallException refused) when (!refused.IsTransient)
        {
            return $"its tags cannot be read, and one of them might forbid it: nothing was written ({refused.Message})";
        }
    }

    /// <summary>Where it is forbidden nothing is written: that is thrown, not as transient.</summary>
    public override async Task WriteAsync(Finding finding, JsonNode from, JsonNode to, CancellationToken cancellation)
    {
        if (await ForbidsAsync(finding, cancellation) is { } why)
        {
            throw new CloudCallException("NeverTouch", why, isTransient: false);
        }

        await inner.WriteAsync(finding, from, to, cancellation);
    }
}
