using System.Collections.Immutable;
using System.Globalization;
using ServerlessGuard.Notifications;
using ServerlessGuard.Verdicts;
using YamlDotNet.RepresentationModel;
using static ServerlessGuard.Yaml.SettingsNodes;

namespace ServerlessGuard.Yaml;

/// <summary>The <c>notifications</c> part of guard.yaml.</summary>
internal static class NotificationSection
{
    private static readonly string[] Keys =
        ["routes", "minSeverity", "quietHours", "digestFrom", "digestWindowSeconds", "exemptionWarningDays"];

    private static readonly string[] RouteKeys = ["name", "channel", "target", "minSeverity", "accounts", "rules", "owners"];

    private static readonly string[] QuietKeys = ["from", "to", "timeZone", "except"];

    public static NotificationSettings Read(YamlNode value, Place place)
    {
        var settings = NotificationSettings.Default;
        foreach (var (key, node, at) in Entries("notifications", value, place))
        {
            settings = Apply(settings, key, node, at);
        }

        return settings;
    }

    private static NotificationSettings Apply(NotificationSettings settings, string key, YamlNode value, Place place) => key switch
    {
        "routes" => settings with { Routes = [.. Routes(value, place)] },
        "minSeverity" => settings with { MinSeverity = Level("notifications.minSeverity", value, place) },
        "quietHours" => settings with { QuietHours = Quiet(value, place) },
        "digestFrom" => settings with { DigestFrom = Count("notifications.digestFrom", value, place, 2, 500) },
        "digestWindowSeconds" =>
            settings with { DigestWindow = TimeSpan.FromSeconds(Count("notifications.digestWindowSeconds", value, place, 5, 3600)) },
        "exemptionWarningDays" => settings with { ExemptionWarningDays = Count("notifications.exemptionWarningDays", value, place, 0, 90) },
        _ => Unknown(settings, "notifications." + key, Keys, place),
    };

    private static IEnumerable<NotificationRoute> Routes(YamlNode value, Place place)
    {
        if (value is not YamlSequenceNode list)
        {
            if (!value.IsNull())
            {
                place.Add("notifications.routes: expected a list");
            }

            yield break;
        }

        var names = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var node in list.Children)
        {
            var at = place with { Line = node.Line() };
            var (route, hasChannel) = Route(node, at);
            if (route.Name.Length == 0 || !hasChannel)
            {
                at.Add($"notifications.routes: each needs a name and a channel ({ChannelWords})");
            }
            else if (!names.Add(route.Name))
            {
                at.Add($"notifications.routes: more than one route is named {route.Name}");
            }
            else
            {
                yield return route;
            }
        }
    }

    private static (NotificationRoute Route, bool HasChannel) Route(YamlNode node, Place place)
    {
        var route = new NotificationRoute { Name = string.Empty, Channel = Unread };
        var hasChannel = false;
        foreach (var (key, value, at) in Entries("notifications.routes", node, place))
        {
            var name = "notifications.routes." + key;
            switch (key)
            {
                case "name":
                    route = route with { Name = RouteName(value, at) };
                    break;
                case "channel":
                    (route, hasChannel) = (route with { Channel = Channel(value, at) }, true);
                    break;
                case "target":
                    route = route with { Target = Text(name, value, at, string.Empty) };
                    break;
                case "minSeverity":
                    route = route with { MinSeverity = Level(name, value, at) };
                    break;
                case "accounts":
                    route = route with { Accounts = Set(name, value, at) };
                    break;
                case "rules":
                    route = route with { Rules = Set(name, value, at) };
                    break;
                case "owners":
                    route = route with { Owners = Set(name, value, at) };
                    break;
                default:
                    route = Unknown(route, name, RouteKeys, at);
                    break;
            }
        }

        return (route, hasChannel);
    }

    /// <summary>It becomes part of a row's key, where anything else would be made the same.</summary>
    private static string RouteName(YamlNode value, Place place)
    {
        var name = value.Scalar() ?? string.Empty;
        if (name.Length is > 0 and <= 40 && name.All(character => char.IsAsciiLetterOrDigit(character) || character is '-' or '.'))
        {
            return name;
        }

        place.Add("notifications.routes.name: expected at most 40 letters, digits, dots and hyphens");
        return string.Empty;
    }

    private static QuietHours? Quiet(YamlNode value, Place place)
    {
        TimeOnly? from = null, to = null;
        var (zone, except) = ("UTC", Severity.Critical);
        foreach (var (key, node, at) in Entries("notifications.quietHours", value, place))
        {
            switch (key)
            {
                case "from":
                    from = Time("notifications.quietHours.from", node, at);
                    break;
                case "to":
                    to = Time("notifications.quietHours.to", node, at);
                    break;
                case "timeZone":
                    zone = Text("notifications.quietHours.timeZone", node, at, zone);
                    if (zone is not "UTC" && !TimeZoneInfo.TryFindSystemTimeZoneById(zone, out _))
                    {
                        at.Add("notifications.quietHours.timeZone: not a time zone like Europe/Berlin");
                    }

                    break;
                case "except":
                    except = Level("notifications.quietHours.except", node, at);
                    break;
                default:
                    Unknown(0, "notifications.quietHours." + key, QuietKeys, at);
                    break;
            }
        }

        if (from is { } start && to is { } end)
        {
            return new QuietHours(start, end, zone, except);
        }

        if (!value.IsNull())
        {
            place.Add("notifications.quietHours: needs from and to, such as '22:00'");
        }

        return null;
    }

    private static TimeOnly? Time(string key, YamlNode value, Place place)
    {
        if (TimeOnly.TryParseExact(value.Scalar(), "HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out var time))
        {
            return time;
        }

        place.Add($"{key}: expected a time of day such as '22:00'");
        return null;
    }

    /// <summary>Stands where none could be read; the fault is reported.</summary>
    private static ChatChannel Unread => Enum.GetValues<ChatChannel>()[0];

    private static ChatChannel Channel(YamlNode value, Place place)
    {
        foreach (var channel in Enum.GetValues<ChatChannel>())
        {
            if (value.Scalar() == ChatChannels.Word(channel))
            {
                return channel;
            }
        }

        place.Add($"notifications.routes.channel: expected {ChannelWords}");
        return Unread;
    }

    /// <summary><c>slack, slack-webhook or teams</c>.</summary>
    private static string ChannelWords
    {
        get
        {
            string[] words = [.. Enum.GetValues<ChatChannel>().Select(ChatChannels.Word)];
            return $"{string.Join(", ", words[..^1])} or {words[^1]}";
        }
    }

    private static Severity Level(string key, YamlNode value, Place place)
    {
        switch (value.Scalar())
        {
            case "low":
                return Severity.Low;
            case "medium":
                return Severity.Medium;
            case "high":
                return Severity.High;
            case "critical":
                return Severity.Critical;
            default:
                place.Add($"{key}: expected low, medium, high or critical");
                return Severity.Medium;
        }
    }

    private static ImmutableHashSet<string> Set(string key, YamlNode value, Place place) =>
        ImmutableHashSet.CreateRange<string>(StringComparer.OrdinalIgnoreCase, List(key, value, place).Select(item => item.Text));

    private static int Count(string key, YamlNode value, Place place, int least, int most) =>
        Number(key, new Item(value.Scalar() ?? "(no number)", value.Line()), place, least, most);

    private static T Unknown<T>(T settings, string key, string[] keys, Place place)
    {
        place.Add($"{key}: not a setting; {Hint(key[(key.LastIndexOf('.') + 1)..], keys)}");
        return settings;
    }
}
