using System.Collections.Immutable;
using ServerlessGuard.Engine;
using ServerlessGuard.Guards;
using ServerlessGuard.Settings;
using YamlDotNet.RepresentationModel;
using static ServerlessGuard.Yaml.SettingsNodes;

namespace ServerlessGuard.Yaml;

/// <summary>The <c>remediation</c> part of guard.yaml.</summary>
internal static class RemediationSection
{
    private static readonly string[] Keys =
        ["mode", "rules", "accounts", "enforceRisky", "maxFixesPerHour", "maxApprovedPerHour", "maxFixesPerFinding", "loopWindowMinutes",
            "neverTouchTags", "neverTouchAccounts", "dryWindowHours", "azurePolicyTasks"];

    /// <summary>Takes the place of whatever an earlier document of the file said in its own.</summary>
    public static GuardSettings Apply(GuardSettings settings, YamlNode value, Place place)
    {
        settings = settings with
        {
            Remediation = RemediationSettings.Default,
            NeverTouchTags = RuleSettings.DefaultNeverTouchTags,
            NeverTouchAccounts = GuardSettings.Default.NeverTouchAccounts,
        };
        foreach (var (key, node, at) in Entries("remediation", value, place))
        {
            settings = key switch
            {
                "neverTouchTags" => settings with { NeverTouchTags = TagValues("remediation.neverTouchTags", node, at) },
                "neverTouchAccounts" => settings with
                {
                    NeverTouchAccounts = ImmutableHashSet.CreateRange<string>(
                        StringComparer.OrdinalIgnoreCase, List("remediation.neverTouchAccounts", node, at).Select(item => item.Text)),
                },
                _ => settings with { Remediation = Apply(settings.Remediation, key, node, at) },
            };
        }

        return settings;
    }

    private static RemediationSettings Apply(RemediationSettings settings, string key, YamlNode value, Place place) => key switch
    {
        "mode" => settings with { Mode = Mode("remediation.mode", value, place) },
        "rules" => settings with { Rules = Modes("remediation.rules", value, place) },
        "accounts" => settings with { Accounts = Modes("remediation.accounts", value, place) },
        "enforceRisky" =>
            settings with
                { EnforceRisky = settings.EnforceRisky.Union(List("remediation.enforceRisky", value, place).Select(item => item.Text)) },
        "maxFixesPerHour" => settings with { MaxFixesPerHour = Count("remediation.maxFixesPerHour", value, place, 100_000) },
        "maxApprovedPerHour" => settings with { MaxApprovedPerHour = Count("remediation.maxApprovedPerHour", value, place, 100_000) },
        "maxFixesPerFinding" => settings with { MaxFixesPerFinding = Count("remediation.maxFixesPerFinding", value, place, 10) },
        "loopWindowMinutes" =>
            settings with { LoopWindow = TimeSpan.FromMinutes(Count("remediation.loopWindowMinutes", value, place, 7 * 24 * 60)) },
        "dryWindowHours" =>
            settings with { DryWindow = TimeSpan.FromHours(Count("remediation.dryWindowHours", value, place, 24 * 365, least: 0)) },
        "azurePolicyTasks" => settings with { AzurePolicyTasks = Flag("remediation.azurePolicyTasks", value, place) },
        _ => Unknown(settings, key, place),
    };

    private static RemediationSettings Unknown(RemediationSettings settings, string key, Place place)
    {
        place.Add($"remediation.{key}: not a setting; {Hint(key, Keys)}");
        return settings;
    }

    private static ImmutableDictionary<string, RemediationMode> Modes(string key, YamlNode value, Place place) => Entries(key, value, place)
        .GroupBy(entry => entry.Key, StringComparer.OrdinalIgnoreCase)
        .ToImmutableDictionary(entries => entries.Key, entries => Mode($"{key}.{entries.Key}", entries.Last().Value, entries.Last().Place),
            StringComparer.OrdinalIgnoreCase);

    private static RemediationMode Mode(string key, YamlNode value, Place place)
    {
        switch (value.Scalar())
        {
            case "observe":
                return RemediationMode.Observe;
            case "propose":
                return RemediationMode.Propose;
            case "approve":
                return RemediationMode.Approve;
            case "enforce":
                return RemediationMode.Enforce;
            default:
                place.Add($"{key}: expected observe, propose, approve or enforce");
                return RemediationMode.Observe;
        }
    }

    private static int Count(string key, YamlNode value, Place place, int most, int least = 1) =>
        Number(key, new Item(value.Scalar() ?? "(no number)", value.Line()), place, least, most);
}
