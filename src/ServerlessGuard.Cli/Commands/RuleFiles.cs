using ServerlessGuard.Rules;
using ServerlessGuard.Yaml;

namespace ServerlessGuard.Cli.Commands;

/// <summary>The custom rules of some folders.</summary>
internal static class RuleFiles
{
    public static IReadOnlyList<SchemaRule> Read(IEnumerable<string> folders, List<YamlFault> faults)
    {
        var rules = new List<SchemaRule>();
        foreach (var folder in folders)
        {
            if (!Directory.Exists(folder))
            {
                faults.Add(new YamlFault(folder, 0, "no such folder"));
                continue;
            }

            var files = Directory.EnumerateFiles(folder, "*.y*ml", SearchOption.AllDirectories).Order(StringComparer.Ordinal).ToList();
            if (files.Count == 0)
            {
                faults.Add(new YamlFault(folder, 0, "contains no .yaml file"));
            }

            foreach (var file in files)
            {
                rules.AddRange(CustomRules.Read(file, YamlFile.Text(file, faults), faults));
            }
        }

        CustomRules.CheckUnique(rules, RuleCatalog.BuiltIn, faults);
        return rules;
    }
}
