using System.Collections.Immutable;
using ServerlessGuard.Engine;
using ServerlessGuard.Settings;
using YamlDotNet.RepresentationModel;
using static ServerlessGuard.Yaml.SettingsNodes;

namespace ServerlessGuard.Yaml;

/// <summary>guard.yaml: every key is optional, an unknown one is a mistake.</summary>
public static class SettingsFile
{
    /// <summary>Every key, in the order in which a wrong one is told about them.</summary>
    public static IReadOnlyList<string> Keys { get; } =
    [
        "allowedRegions", "dataClassTag", "trustedAccounts", "approvedTenants", "approvedIdentityProviders", "identity", "breakGlassUsers",
        "adminPorts", "maxKeyAgeDays",
        "sharedIssuers", "approvedDeletionTag", "trustAnyTagValue", "dataBearingTypes", "severityOverrides", "ownerTag", "remediation",
        "exemptions",
        "notifications", "approvals",
    ];

    /// <summary>The settings, or the faults that make the file unusable.</summary>
    public static (GuardSettings Settings, IReadOnlyList<YamlFault> Faults) Read(string file, string text)
    {
        var faults = new List<YamlFault>();
        var settings = GuardSettings.Default;
        foreach (var document in YamlFile.Documents(file, text, faults).Where(document => !document.IsNull()))
        {
            if (document is not YamlMappingNode mapping)
            {
                faults.Add(new YamlFault(file, document.Line(), "expected keys and values at the top level"));
                continue;
            }

            foreach (var (key, value) in mapping.Children)
            {
                settings = Apply(settings, key.Scalar() ?? string.Empty, value, new Place(file, key.Line(), faults));
            }
        }

        return (settings, faults);
    }

    private static GuardSettings Apply(GuardSettings settings, string key, YamlNode value, Place place) => key switch
    {
        "allowedRegions" => settings with { AllowedRegions = Regions(value, place) },
        "dataClassTag" => settings with { DataClassTag = Text(key, value, place, settings.DataClassTag) },
        "trustedAccounts" => settings with { TrustedAccounts = [.. List(key, value, place).Select(account => Account(account, place))] },
        "approvedTenants" =>
            settings with { ApprovedTenants = settings.ApprovedTenants.Union(List(key, value, place).Select(item => item.Text)) },
        "approvedIdentityProviders" => settings with { ApprovedIdentityProviders = [.. List(key, value, place).Select(item => item.Text)] },
        "identity" => settings with { Identity = IdentitySection.Read(value, place) },
        "breakGlassUsers" =>
            settings with { BreakGlassUsers = settings.BreakGlassUsers.Union(List(key, value, place).Select(item => item.Text)) },
        "adminPorts" => settings with { AdminPorts = [.. List(key, value, place).Select(item => Number(key, item, place, 1, 65535))] },
        "maxKeyAgeDays" =>
            settings with { MaxKeyAgeDays = Number(key, new Item(value.Scalar() ?? "(no number)", value.Line()), place, 1, 36500) },
        "sharedIssuers" => settings with { SharedIssuers = [.. List(key, value, place).Select(item => item.Text)] },
        "approvedDeletionTag" => ApprovedDeletion(settings, value, place),
        "trustAnyTagValue" => settings with { TrustAnyTagValue = Flag(key, value, place) },
        "dataBearingTypes" => settings with
        {
            DataBearingTypes =
                ImmutableHashSet.CreateRange<string>(StringComparer.OrdinalIgnoreCase, List(key, value, place).Select(item => item.Text)),
        },
        "severityOverrides" => settings with { SeverityOverrides = [.. Overrides(value, place)] },
        "remediation" => RemediationSection.Apply(settings, value, place),
        "ownerTag" => settings with { OwnerTag = Text(key, value, place, settings.OwnerTag) },
        "notifications" => settings with { Notifications = NotificationSection.Read(value, place) },
        "approvals" => settings with { Approvals = ApprovalSection.Read(value, place) },
        "exemptions" => settings with { Exemptions = [.. ExemptionSection.Read(value, place)] },
        _ => Unknown(settings, key, place),
    };

    private static GuardSettings ApprovedDeletion(GuardSettings settings, YamlNode value, Place place)
    {
        var tags = TagValues("approvedDeletionTag", value, place);
        if (tags.Count != 1 || tags.Keys.Single().Length == 0)
        {
            place.Add("approvedDeletionTag: expected one tag with its values, as in {approved-deletion: [CHG-1042]}");
            return settings;
        }

        var (tag, values) = tags.Single();
        return settings with { ApprovedDeletionTag = tag, ApprovedDeletionValues = values };
    }

    private static GuardSettings Unknown(GuardSettings settings, string key, Place place)
    {
        place.Add($"{key}: not a setting; {Hint(key, Keys)}");
        return settings;
    }

    private static ImmutableDictionary<string, ImmutableArray<string>> Regions(YamlNode value, Place place)
    {
        if (value.IsNull())
        {
            return ImmutableDictionary<string, ImmutableArray<string>>.Empty;
        }

        if (value is not YamlMappingNode classes)
        {
            return ImmutableDictionary<string, ImmutableArray<string>>.Empty.Add("default",
                [.. List("allowedRegions", value, place).Select(Region)]);
        }

        return classes.Children.ToImmutableDictionary(
            entry => entry.Key.Scalar() ?? string.Empty,
            entry => List("allowedRegions." + entry.Key.Scalar(), entry.Value, place).Select(Region).ToImmutableArray(),
            StringComparer.OrdinalIgnoreCase);
    }

    /// <summary>"West Europe" and westeurope are one location, here as in the documents.</summary>
    private static string Region(Item item) => string.Concat(item.Text.Where(c => !char.IsWhiteSpace(c))).ToLowerInvariant();

    private static string Account(Item item, Place place)
    {
        var isAccount = item.Text.Length == 12 && item.Text.All(char.IsAsciiDigit) || Guid.TryParse(item.Text, out _);
        if (!isAccount)
        {
            place.Add($"trustedAccounts: \"{item.Text}\" is neither a twelve-digit AWS account nor a subscription id", item.Line);
        }

        return item.Text.ToLowerInvariant();
    }

    private static IEnumerable<SeverityOverride> Overrides(YamlNode value, Place place)
    {
        foreach (var node in value is YamlSequenceNode sequence ? sequence.Children : [value])
        {
            if (node is not YamlMappingNode mapping || Entry(mapping, "tag")?.Scalar() is not { } tag)
            {
                place.Add("severityOverrides: each entry needs tag, change (raise or lower) and, for some values only, values",
                    node.Line());
                continue;
            }

            var change = Entry(mapping, "change");
            if (change?.Scalar() is not ("raise" or "lower"))
            {
                place.Add($"severityOverrides: change of tag {tag} must be raise or lower", (change ?? node).Line());
                continue;
            }

            var values = Entry(mapping, "values") is { } list
                ? List("severityOverrides.values", list, place).Select(item => item.Text).ToArray()
                : [];
            yield return new SeverityOverride(tag, values, change.Scalar() is "raise");
        }
    }
}
