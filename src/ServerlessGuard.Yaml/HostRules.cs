using System.Collections.Immutable;
using ServerlessGuard.Rules;

namespace ServerlessGuard.Yaml;

/// <summary>
/// A team's own rules as a host runs them: those of the sound files. A file with anything wrong in it is left out whole and told of; it
/// costs neither the other files nor the built-in rules, since a deployment that does not start judges nothing at all.
/// </summary>
/// <param name="Rules">Of the sound files.</param>
/// <param name="Faults">One line for each file that was left out: its first fault.</param>
public sealed record HostRules(IReadOnlyList<SchemaRule> Rules, IReadOnlyList<string> Faults)
{
    public static HostRules None { get; } = new([], []);

    /// <summary>Native types that some of these rules judge.</summary>
    /// <remarks>They get into the queries of a sweep: what holds more than a type's characters is none.</remarks>
    public ImmutableHashSet<string> Types { get; } = ImmutableHashSet.CreateRange(
        StringComparer.OrdinalIgnoreCase,
        Rules.Select(rule => rule.NativeType)
        .Where(type => type.All(character => char.IsAsciiLetterOrDigit(character) || character is '.' or '/' or ':')));

    /// <summary>By native type: the API version that a rule names for it.</summary>
    public ImmutableDictionary<string, string> ApiVersions { get; } = Rules.Where(rule => rule.ApiVersion is not null).Aggregate(
        ImmutableDictionary.Create<string, string>(StringComparer.OrdinalIgnoreCase),
        (versions, rule) => versions.SetItem(rule.NativeType, rule.ApiVersion!));

    /// <summary>For messages about their findings.</summary>
    public IReadOnlyList<RuleDescriptor> Descriptors { get; } = [.. Rules.Select(rule => rule.Descriptor)];

    /// <param name="named">GUARD_RULES: a folder; null: the one beside the executable, if there is one.</param>
    /// <param name="home">Where the executable is.</param>
    public static HostRules Read(string? named, string home)
    {
        var folder = named ?? Path.Combine(home, RuleFolder.Name);
        if (named is null && !Directory.Exists(folder))
        {
            return None;
        }

        var faults = new List<YamlFault>();
        var rules = new List<SchemaRule>();
        foreach (var file in RuleFolder.Files(folder, faults))
        {
            rules.AddRange(ReadFile(file, faults));
        }

        CustomRules.CheckUnique(rules, RuleCatalog.BuiltIn, faults);
        var wrong = faults.Select(fault => fault.File).ToHashSet(StringComparer.Ordinal);
        return new HostRules(
            [.. rules.Where(rule => !wrong.Contains(rule.File))],
            [.. faults.GroupBy(fault => fault.File, StringComparer.Ordinal).Select(file => Line(folder, [.. file]))]);
    }

    private static IReadOnlyList<SchemaRule> ReadFile(string file, List<YamlFault> faults)
    {
        try
        {
            return CustomRules.Read(file, YamlFile.Text(file, faults), faults);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            faults.Add(new YamlFault(file, 0, "cannot be read: " + fault.Message.ReplaceLineEndings(" ")));
            return [];
        }
    }

    /// <summary>The file as it is called below the folder: where that lies in the cloud is of no use to anybody.</summary>
    private static string Line(string folder, IReadOnlyList<YamlFault> faults)
    {
        var first = faults[0] with { File = faults[0].File == folder ? folder : Path.GetRelativePath(folder, faults[0].File) };
        return faults.Count == 1 ? first.ToString() : $"{first} (and {faults.Count - 1} more)";
    }
}
