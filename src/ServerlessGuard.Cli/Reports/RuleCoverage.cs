using ServerlessGuard.Evaluations;
using ServerlessGuard.Facts;
using ServerlessGuard.Resources;
using ServerlessGuard.Verdicts;

namespace ServerlessGuard.Cli.Reports;

/// <summary>
/// How far the rules reach into what a scan met. A fact counts as missing where a rule says so by a verdict of insufficient data; which
/// other facts a rule did not need is not told.
/// </summary>
/// <param name="customTypes">Native types that custom rules are about.</param>
internal sealed class RuleCoverage(IReadOnlySet<string> customTypes)
{
    /// <summary>An input may invent types and places; beyond this many they are counted together.</summary>
    private const int MostKinds = 10_000;
    private const string Others = "(others)";

    private readonly Dictionary<string, int> _types = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<(string Rule, Provider Provider), int> _judged = [];
    private readonly Dictionary<(string Rule, Provider Provider, string Fact), int> _missing = [];

    public void Meet(Resource resource) => Increment(_types, resource.Ref.NativeType, Others);

    public void Count(IEnumerable<Evaluation> evaluations)
    {
        foreach (var evaluation in evaluations.Where(one => one.Verdict.Compliance is not Compliance.NotApplicable))
        {
            var (rule, provider) = (evaluation.Rule.Id, evaluation.Subject.Provider);
            _judged[(rule, provider)] = _judged.GetValueOrDefault((rule, provider)) + 1;
            if (evaluation.Verdict is { Compliance: Compliance.InsufficientData, Missing: { } missing })
            {
                Increment(_missing, (rule, provider, FactOf(missing)), (rule, provider, Others));
            }
        }
    }

    public void WriteTable(TextWriter output)
    {
        var unread = Unread();
        if (unread.Count > 0)
        {
            output.WriteLine("TYPES THAT NO RULE READS (rules on every type, such as regions, still apply)");
            foreach (var (type, count) in unread)
            {
                output.WriteLine($"  {count,8} ×  {Terminal.Safe(type)}");
            }

            output.WriteLine();
        }

        var missing = MostlyMissing();
        if (missing.Count > 0)
        {
            output.WriteLine("FACTS THAT ARE MISSING IN MORE THAN HALF OF WHAT A RULE JUDGED");
            foreach (var (rule, provider, fact, count, judged) in missing)
            {
                output.WriteLine($"  {rule,-12} {provider,-5} {count,8} of {judged,8}  {Terminal.Safe(fact)}");
            }

            output.WriteLine();
        }

        output.WriteLine($"{_types.Values.Sum()} resources of {_types.Count} types; no rule reads {unread.Count} of the types "
            + $"({unread.Sum(one => one.Count)} resources). {missing.Count} facts are mostly missing.");
    }

    public void WriteJson(TextWriter output) => JsonText.Write(output, writer =>
    {
        writer.WriteStartObject();
        writer.WriteString("tool", "ServerlessGuard");
        writer.WriteString("version", Report.Version);
        writer.WriteNumber("resources", _types.Values.Sum());
        writer.WriteNumber("types", _types.Count);
        writer.WriteStartArray("unreadTypes");
        foreach (var (type, count) in Unread())
        {
            writer.WriteStartObject();
            writer.WriteString("type", type);
            writer.WriteNumber("resources", count);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteStartArray("missingFacts");
        foreach (var (rule, provider, fact, count, judged) in MostlyMissing())
        {
            writer.WriteStartObject();
            writer.WriteString("rule", rule);
            writer.WriteString("provider", provider.ToString());
            writer.WriteString("fact", fact);
            writer.WriteNumber("missing", count);
            writer.WriteNumber("judged", judged);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    });

    private List<(string Type, int Count)> Unread() =>
    [
        .. _types.Where(pair => FactReaders.For(pair.Key) is null && !customTypes.Contains(pair.Key))
            .OrderByDescending(pair => pair.Value).ThenBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => (pair.Key, pair.Value)),
    ];

    private List<(string Rule, Provider Provider, string Fact, int Count, int Judged)> MostlyMissing() =>
    [
        .. _missing.Select(pair => (pair.Key.Rule, pair.Key.Provider, pair.Key.Fact, Count: pair.Value,
                Judged: _judged[(pair.Key.Rule, pair.Key.Provider)]))
            .Where(one => 2 * one.Count > one.Judged)
            .OrderBy(one => one.Rule, StringComparer.Ordinal).ThenBy(one => one.Provider).ThenBy(one => one.Fact, StringComparer.Ordinal),
    ];

    /// <summary>"AWS::IAM::Role arn:…" lacks a role, whichever it is.</summary>
    private static string FactOf(string missing) => missing.Split(' ', 2)[0];

    private static void Increment<TKey>(Dictionary<TKey, int> counts, TKey key, TKey rest)
        where TKey : notnull
    {
        var known = counts.Count < MostKinds || counts.ContainsKey(key) ? key : rest;
        counts[known] = counts.GetValueOrDefault(known) + 1;
    }
}
