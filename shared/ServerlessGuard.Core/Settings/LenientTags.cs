using System.Collections.Immutable;
using ServerlessGuard.Resources;

namespace ServerlessGuard.Settings;

/// <summary>
/// The tags that lower a severity, keep a resource out of every fix, or approve a deletion. Whoever may tag a resource is not whoever may
/// decide that: a tag counts with a value that guard.yaml lists, and otherwise it is a finding.
/// </summary>
public static class LenientTags
{
    /// <summary>Without listed values none counts, unless guard.yaml says that any does.</summary>
    public static bool Counts(string? value, IReadOnlyList<string> listed, RuleSettings settings) =>
        value is not null && (listed.Count == 0 ? settings.TrustAnyTagValue : listed.Contains(value, StringComparer.OrdinalIgnoreCase));

    /// <summary>Kept out of every fix by a tag that counts.</summary>
    public static bool Spare(Resource resource, RuleSettings settings) =>
        settings.NeverTouchTags.Any(tag => Counts(resource.Tags[tag.Key], tag.Value, settings));

    /// <summary>
    /// The tag among a resource's live tags (by name, without case) that keeps it out of every fix; null: none that counts does.
    /// </summary>
    public static string? Sparing(IReadOnlyDictionary<string, string> tags, RuleSettings settings) => tags
        .Where(tag => settings.NeverTouchTags.TryGetValue(tag.Key, out var listed) && Counts(tag.Value, listed, settings))
        .Select(tag => tag.Key).FirstOrDefault();

    /// <summary>Whether any tag could keep a resource out of every fix.</summary>
    public static bool CanSpare(RuleSettings settings) =>
        settings.NeverTouchTags.Any(tag => !tag.Value.IsEmpty || settings.TrustAnyTagValue);

    /// <summary>
    /// What the tags of a resource ask for, whether it counts or not. A value that a lowering list does not name asks for nothing.
    /// </summary>
    public static ImmutableArray<TagClaim> Of(Resource resource, RuleSettings settings)
    {
        ImmutableArray<TagClaim>.Builder? claims = null;
        foreach (var (tag, values) in settings.NeverTouchTags)
        {
            Add(tag, values, "to be kept out of every fix");
        }

        foreach (var change in settings.SeverityOverrides)
        {
            if (!change.Raises && (change.Values.Count == 0 || Counts(resource.Tags[change.Tag], change.Values, settings)))
            {
                Add(change.Tag, change.Values, "for lower severities");
            }
        }

        if (resource.Ref.NativeType.Equals("AWS::KMS::Key", StringComparison.OrdinalIgnoreCase))
        {
            Add(settings.ApprovedDeletionTag, settings.ApprovedDeletionValues, "for the key to be deleted");
        }

        return claims?.ToImmutable() ?? [];

        void Add(string tag, IReadOnlyList<string> listed, string asks)
        {
            if (resource.Tags[tag] is { } value)
            {
                (claims ??= ImmutableArray.CreateBuilder<TagClaim>()).Add(new TagClaim(tag, value, asks, Counts(value, listed, settings)));
            }
        }
    }
}
