using System.Collections.Immutable;
using ServerlessGuard.Rules;
using YamlDotNet.RepresentationModel;

namespace ServerlessGuard.Yaml;

/// <summary>A rule's guide as people write it, <c>docs/rules/ID.guide.yaml</c>.</summary>
public static class GuideFile
{
    private static readonly string[] Keys = ["aws", "azure", "notInAws", "notInAzure", "exemptWhen", "controls"];

    private static readonly string[] CloudKeys = ["types", "subject", "nonCompliantWhen", "notes", "fix"];

    /// <summary>Null, with faults, when something is missing or too much.</summary>
    public static RuleGuide? Read(string file, string text, List<YamlFault> faults)
    {
        if (YamlFile.Documents(file, text, faults) is not [YamlMappingNode guide])
        {
            faults.Add(new YamlFault(file, 1, "expected one guide"));
            return null;
        }

        var before = faults.Count;
        Only(file, guide, Keys, faults);
        var read = new RuleGuide
        {
            Aws = Cloud(file, guide, "aws", faults),
            Azure = Cloud(file, guide, "azure", faults),
            NotInAws = Entry(guide, "notInAws")?.Scalar(),
            NotInAzure = Entry(guide, "notInAzure")?.Scalar(),
            ExemptWhen = Text(file, guide, "exemptWhen", faults),
            Controls = [.. Controls(guide)],
        };
        return faults.Count == before ? read : null;
    }

    private static CloudGuide? Cloud(string file, YamlMappingNode guide, string key, List<YamlFault> faults)
    {
        if (Entry(guide, key) is not YamlMappingNode cloud)
        {
            return null;
        }

        Only(file, cloud, CloudKeys, faults);
        return new CloudGuide
        {
            Types = Texts(Entry(cloud, "types")),
            Subject = Text(file, cloud, "subject", faults),
            NonCompliantWhen = Text(file, cloud, "nonCompliantWhen", faults),
            Notes = Texts(Entry(cloud, "notes")),
            Fix = Text(file, cloud, "fix", faults),
        };
    }

    /// <summary>By standard: <c>aws-fsbp: [S3.2]</c> is aws-fsbp/S3.2.</summary>
    private static IEnumerable<string> Controls(YamlMappingNode guide) => Entry(guide, "controls") is YamlMappingNode standards
        ? standards.Children.SelectMany(standard => Texts(standard.Value).Select(control => $"{standard.Key.Scalar()}/{control}"))
        : [];

    private static ImmutableArray<string> Texts(YamlNode? node) =>
        node is YamlSequenceNode list ? [.. list.Children.Select(item => item.Scalar()).OfType<string>()] : [];

    private static string Text(string file, YamlMappingNode mapping, string key, List<YamlFault> faults)
    {
        if (Entry(mapping, key)?.Scalar() is { Length: > 0 } text)
        {
            return text;
        }

        faults.Add(new YamlFault(file, mapping.Line(), $"{key}: missing"));
        return string.Empty;
    }

    private static void Only(string file, YamlMappingNode mapping, string[] keys, List<YamlFault> faults)
    {
        foreach (var key in mapping.Children.Keys.Where(key => !keys.Contains(key.Scalar(), StringComparer.Ordinal)))
        {
            faults.Add(new YamlFault(file, key.Line(), $"{key.Scalar()}: {SettingsNodes.Hint(key.Scalar() ?? string.Empty, keys)}"));
        }
    }

    private static YamlNode? Entry(YamlMappingNode mapping, string key) => SettingsNodes.Entry(mapping, key);
}
