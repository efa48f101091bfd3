namespace ServerlessGuard.Settings;

/// <summary>One level up or down for resources whose tag has one of the values (any value when there are none).</summary>
public sealed record SeverityOverride(string Tag, IReadOnlyList<string> Values, bool Raises)
{
    public bool AppliesTo(string? value) =>
        value is not null && (Values.Count == 0 || Values.Contains(value, StringComparer.OrdinalIgnoreCase));
}
