using System.Globalization;
using ServerlessGuard.Guards;

namespace ServerlessGuard.Engine;

/// <summary>What a host's environment says besides guard.yaml: <c>GUARD_MODE</c> and <c>GUARD_DRY_WINDOW_HOURS</c>.</summary>
public static class EnvironmentSettings
{
    private const int LongestDryWindow = 24 * 365;

    /// <param name="settings">As guard.yaml says them.</param>
    /// <param name="find">A variable; null when it is not set or empty.</param>
    /// <param name="wrong">The host's exception, from the variable, its value and what it must be.</param>
    public static GuardSettings Over(
        GuardSettings settings, Func<string, string?> find, Func<string, string, string, Exception> wrong) => settings with
    {
        Remediation = settings.Remediation with
        {
            AtMost = find("GUARD_MODE") is { } mode
                ? Mode(mode) ?? throw wrong("GUARD_MODE", mode, "must be observe, propose, approve or enforce")
                : settings.Remediation.AtMost,
            DryWindow = find("GUARD_DRY_WINDOW_HOURS") is { } hours
                ? DryWindow(hours) ?? throw wrong("GUARD_DRY_WINDOW_HOURS", hours, "must be a whole number of hours, 0 for none")
                : settings.Remediation.DryWindow,
        },
    };

    private static RemediationMode? Mode(string word) =>
        Enum.TryParse<RemediationMode>(word, ignoreCase: true, out var mode) && Enum.IsDefined(mode) && !char.IsAsciiDigit(word[0])
            ? mode
            : null;

    private static TimeSpan? DryWindow(string hours) =>
        int.TryParse(hours, NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count <= LongestDryWindow
            ? TimeSpan.FromHours(count)
            : null;
}
