namespace ServerlessGuard.Settings;

/// <summary>
/// One level up or down for resources whose tag has one of the values. Without values any raises, and none lowers but by
/// <see cref="RuleSettings.TrustAnyTagValue"/>.
/// </summary>
public sealed record SeverityOverride(string Tag, IReadOnlyList<string> Values, bool Raises)
{
    public bool AppliesTo(string? value, RuleSettings settings) =>
        value is not null && Raises && Values.Count == 0 || LenientTags.Counts(value, Values, settings);
}
