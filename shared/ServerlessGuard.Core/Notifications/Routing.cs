using System.Collections.Immutable;
using ServerlessGuard.Findings;
using ServerlessGuard.Verdicts;

namespace ServerlessGuard.Notifications;

/// <summary>Who hears of what, and when not: the settings, decided.</summary>
public static class Routing
{
    /// <summary>The routes whose channel is configured. Without any route: one for each channel, named after it.</summary>
    public static ImmutableArray<NotificationRoute> Of(NotificationSettings settings, IEnumerable<ChatChannel> configured)
    {
        var channels = configured.Order().ToImmutableArray();
        return settings.Routes.IsDefaultOrEmpty
            ? [.. channels.Select(channel => new NotificationRoute { Name = channel.ToString().ToLowerInvariant(), Channel = channel })]
            : [.. settings.Routes.Where(route => channels.Contains(route.Channel))];
    }

    public static bool Matches(NotificationRoute route, Finding finding) =>
        Holds(route.Accounts, finding.Resource.Account)
        && (Holds(route.Rules, finding.RuleId) || Holds(route.Rules, Rule(finding)))
        && Holds(route.Owners, finding.Owner);

    public static Severity Least(NotificationSettings settings, NotificationRoute route) =>
        route.MinSeverity is { } own && own > settings.MinSeverity ? own : settings.MinSeverity;

    /// <summary>A sub-finding counts as its rule.</summary>
    public static string Rule(Finding finding) => SubFinding.RuleOf(finding.RuleId);

    /// <summary>When the quiet hours that it is now end; null when it is not quiet.</summary>
    public static DateTimeOffset? QuietUntil(QuietHours? quiet, DateTimeOffset now)
    {
        if (quiet is null || quiet.From == quiet.To)
        {
            return null;
        }

        var zone = Zone(quiet.TimeZone);
        var local = TimeZoneInfo.ConvertTime(now, zone);
        var clock = TimeOnly.FromTimeSpan(local.TimeOfDay);
        if (!(quiet.From < quiet.To ? clock >= quiet.From && clock < quiet.To : clock >= quiet.From || clock < quiet.To))
        {
            return null;
        }

        var day = DateOnly.FromDateTime(local.DateTime);
        var end = (clock < quiet.To ? day : day.AddDays(1)).ToDateTime(quiet.To);

        // An hour that daylight saving skips does not exist: the next one that does.
        while (zone.IsInvalidTime(end))
        {
            end = end.AddMinutes(30);
        }

        return new DateTimeOffset(end, zone.GetUtcOffset(end)).ToUniversalTime() is var until && until > now
            ? until
            : now + TimeSpan.FromMinutes(1);
    }

    private static TimeZoneInfo Zone(string name) => TimeZoneInfo.TryFindSystemTimeZoneById(name, out var zone) ? zone : TimeZoneInfo.Utc;

    private static bool Holds(ImmutableHashSet<string> narrowed, string? value) =>
        narrowed.IsEmpty
            || value is not null
            && (narrowed.Contains(value) || narrowed.Any(one => one.Equals(value, StringComparison.OrdinalIgnoreCase)));
}
