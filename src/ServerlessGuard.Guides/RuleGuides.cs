using System.Collections.Concurrent;
using ServerlessGuard.Rules;
using ServerlessGuard.Yaml;

namespace ServerlessGuard.Guides;

/// <summary>The guides of the built-in rules, as they lie in docs/rules; each is read when it is first asked for.</summary>
public static class RuleGuides
{
    private static readonly ConcurrentDictionary<string, RuleGuide> Known = new(StringComparer.Ordinal);

    /// <summary>
    /// A custom rule brings its own. <see cref="InvalidDataException"/> for a built-in rule whose file is missing or cannot be read, which
    /// the tests rule out.
    /// </summary>
    public static RuleGuide Of(RuleDescriptor rule) => rule.Guide ?? Known.GetOrAdd(rule.Id, Read);

    private static RuleGuide Read(string id)
    {
        var file = id + ".guide.yaml";
        using var stream = typeof(RuleGuides).Assembly.GetManifestResourceStream(file)
            ?? throw new InvalidDataException($"{file}: no such guide");
        using var reader = new StreamReader(stream);
        var faults = new List<YamlFault>();
        return GuideFile.Read(file, reader.ReadToEnd(), faults) is { } guide && faults.Count == 0
            ? guide
            : throw new InvalidDataException(faults[0].ToString());
    }
}
