using ServerlessGuard.Rules;

namespace ServerlessGuard.Yaml;

/// <summary>The custom rules in every <c>.yaml</c> and <c>.yml</c> file below a folder, in the order of their names.</summary>
public static class RuleFolder
{
    /// <summary>What the folder is called beside guard.yaml, and in the packages of both hosts.</summary>
    public const string Name = "rules";

    /// <summary>Every rule that can be read, and everything that is wrong: whoever calls decides what the faults cost.</summary>
    /// <exception cref="IOException">A file that cannot be read.</exception>
    public static IReadOnlyList<SchemaRule> Read(IEnumerable<string> folders, List<YamlFault> faults)
    {
        var rules = new List<SchemaRule>();
        foreach (var folder in folders)
        {
            foreach (var file in Files(folder, faults))
            {
                rules.AddRange(CustomRules.Read(file, YamlFile.Text(file, faults), faults));
            }
        }

        CustomRules.CheckUnique(rules, RuleCatalog.BuiltIn, faults);
        return rules;
    }

    public static IReadOnlyList<string> Files(string folder, List<YamlFault> faults)
    {
        if (!Directory.Exists(folder))
        {
            faults.Add(new YamlFault(folder, 0, "no such folder"));
            return [];
        }

        var files = Directory.EnumerateFiles(folder, "*.y*ml", SearchOption.AllDirectories).Order(StringComparer.Ordinal).ToList();
        if (files.Count == 0)
        {
            faults.Add(new YamlFault(folder, 0, "contains no .yaml file"));
        }

        return files;
    }
}
