using System.Globalization;
using ServerlessGuard.Exemptions;
using ServerlessGuard.Verdicts;
using YamlDotNet.RepresentationModel;
using static ServerlessGuard.Yaml.SettingsNodes;

namespace ServerlessGuard.Yaml;

/// <summary>
/// The <c>exemptions</c> of guard.yaml. Each needs an id, a category, a reason, who asked for it, a day on which it ends, and something
/// that narrows it.
/// </summary>
internal static class ExemptionSection
{
    private static readonly string[] Keys =
        ["id", "rule", "resource", "account", "tag", "maxSeverity", "category", "reason", "requestedBy", "approvedBy", "expires"];

    private static readonly string[] Needed = ["id", "category", "reason", "requestedBy", "expires"];

    public static IEnumerable<Exemption> Read(YamlNode value, Place place)
    {
        if (value is not YamlSequenceNode list)
        {
            if (!value.IsNull())
            {
                place.Add("exemptions: expected a list");
            }

            yield break;
        }

        foreach (var node in list.Children)
        {
            if (One(node, place with { Line = node.Line() }) is { } exemption)
            {
                yield return exemption;
            }
        }
    }

    private static Exemption? One(YamlNode node, Place place)
    {
        var texts = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (key, value, at) in Entries("exemptions", node, place))
        {
            if (!Keys.Contains(key, StringComparer.Ordinal))
            {
                at.Add($"exemptions.{key}: not a setting; {Hint(key, Keys)}");
            }
            else if (value.Scalar() is { Length: > 0 } text)
            {
                texts[key] = text;
            }
            else
            {
                at.Add($"exemptions.{key}: expected a single string");
            }
        }

        var faults = place.Faults.Count;
        foreach (var needed in Needed.Where(key => !texts.ContainsKey(key)))
        {
            place.Add($"exemptions: {needed} is missing");
        }

        if (!texts.ContainsKey("rule") && !texts.ContainsKey("resource") && !texts.ContainsKey("tag"))
        {
            place.Add("exemptions: needs a rule, a resource or a tag");
        }

        var category = texts.GetValueOrDefault("category") switch
            { "waiver" => ExemptionCategory.Waiver, "mitigated" => ExemptionCategory.Mitigated, _ => (ExemptionCategory?)null };
        if (category is null && texts.ContainsKey("category"))
        {
            place.Add("exemptions.category: expected waiver or mitigated");
        }

        var severity = texts.GetValueOrDefault("maxSeverity") switch
        {
            "low" => Severity.Low,
            "medium" => Severity.Medium,
            "high" => Severity.High,
            "critical" => Severity.Critical,
            _ => (Severity?)null,
        };
        if (severity is null && texts.ContainsKey("maxSeverity"))
        {
            place.Add("exemptions.maxSeverity: expected low, medium, high or critical");
        }

        var day = DateOnly.TryParseExact(texts.GetValueOrDefault("expires"), "yyyy-MM-dd", CultureInfo.InvariantCulture,
            DateTimeStyles.None, out var date);
        if (!day && texts.ContainsKey("expires"))
        {
            place.Add("exemptions.expires: expected a date such as 2027-01-31");
        }

        return place.Faults.Count > faults ? null : new Exemption
        {
            Id = texts["id"],
            RuleId = texts.GetValueOrDefault("rule"),
            ResourceId = texts.GetValueOrDefault("resource"),
            Account = texts.GetValueOrDefault("account"),
            Tag = texts.GetValueOrDefault("tag"),
            MaxSeverity = severity,
            Category = category!.Value,
            Reason = texts["reason"],
            RequestedBy = texts["requestedBy"],
            ApprovedBy = texts.GetValueOrDefault("approvedBy"),

            // The last day still counts, wherever the reader sits: it ends with the day in UTC.
            ExpiresAt = new DateTimeOffset(date.AddDays(1), TimeOnly.MinValue, TimeSpan.Zero),
        };
    }
}
