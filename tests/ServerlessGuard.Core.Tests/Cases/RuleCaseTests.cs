using ServerlessGuard.Documents;
using ServerlessGuard.Engine;
using ServerlessGuard.Evaluations;
using ServerlessGuard.Facts;
using ServerlessGuard.Ingestion;
using ServerlessGuard.Resources;
using ServerlessGuard.Rules;
using ServerlessGuard.Yaml;

namespace ServerlessGuard.Tests.Cases;

/// <summary>Every case under tests/cases, from the clouds' own documents to the verdict: ingestion, readers, joins and rule together.</summary>
public sealed class RuleCaseTests
{
    public static IReadOnlyList<RuleCase> All { get; } = Load();

    public static TheoryData<string> Names => [.. All.Select(one => $"{Path.GetFileName(one.File)}:{one.Line} {one.Cloud} {one.Scenario}")];

    [Theory]
    [MemberData(nameof(Names))]
    public void Verdict_is(string name)
    {
        var one = All.Single(one => $"{Path.GetFileName(one.File)}:{one.Line} {one.Cloud} {one.Scenario}" == name);
        var (result, first) = Run(one);
        Assert.Empty(result.Faults);

        var subject = one.Subject ?? first;
        var key = one.Cloud is Provider.Azure ? ArmId.Key(subject) : subject;
        var mine = result.Evaluations.Where(evaluation => evaluation.Rule.Id == one.Rule).ToList();
        var evaluation = mine.SingleOrDefault(evaluation => evaluation.Subject.Key == key);
        Assert.True(evaluation is not null, $"no verdict about {subject}; there are: {string.Join(", ", mine.Select(other => other.Subject.Id))}");
        var shown = $"{evaluation.Verdict.Compliance} ({evaluation.Verdict.Missing ?? string.Join("; ", evaluation.Verdict.Evidence)}) {evaluation.Verdict.Reason}";
        Assert.True(one.Expected == evaluation.Verdict.Compliance, $"expected {one.Expected}, got {shown}");
        if (one.Severity is { } severity)
        {
            Assert.True(severity == evaluation.Severity, $"expected {severity}, got {evaluation.Severity}: {shown}");
        }

        if (one.SubFindings is { } keys)
        {
            Assert.Equal(keys.Order(StringComparer.Ordinal), evaluation.Verdict.SubFindings.Select(found => found.Key).Order(StringComparer.Ordinal));
        }

        if (one.Missing is { } missing)
        {
            Assert.Contains(missing, $"{evaluation.Verdict.Missing} {evaluation.Verdict.Reason}", StringComparison.OrdinalIgnoreCase);
        }
    }

    internal static (ScanResult Result, string First) Run(RuleCase one)
    {
        var assessor = new Assessor(RuleCatalog.BuiltIn, new FactContext(SettingsOf(one), one.Now), []);
        var scan = new Scan(assessor, keepEverything: true);
        string? first = null;
        long sequence = 0;
        foreach (var resource in Resources(one))
        {
            first ??= resource.Ref.Id;
            scan.Accept(assessor.Assess(resource) with { Sequence = sequence++ });
        }

        return (scan.Complete(), first ?? string.Empty);
    }

    internal static GuardSettings SettingsOf(RuleCase one)
    {
        if (one.Settings is null)
        {
            return GuardSettings.Default;
        }

        var (settings, faults) = SettingsFile.Read(one.File, one.Settings);
        Assert.Empty(faults);
        return settings;
    }

    internal static IEnumerable<Resource> Resources(RuleCase one) =>
        one.Records.SelectMany(record => Read(record.Build(Repository.Fixture))).Select(reading => Assert.IsType<Reading.Found>(reading).Resource);

    private static IEnumerable<Reading> Read(string text) => CredentialReport.Looks(text)
        ? CredentialReport.Read(text)
        : DocText.TryParse(text, out var element) ? RecordReader.Read(new Doc(element)) : throw new InvalidDataException(text);

    private static List<RuleCase> Load()
    {
        var faults = new List<YamlFault>();
        var cases = Directory.EnumerateFiles(Repository.Path("tests", "cases"), "*.yaml").Order(StringComparer.Ordinal)
            .SelectMany(file => RuleCase.Read(file, File.ReadAllText(file), faults)).ToList();
        return faults.Count == 0 ? cases : throw new InvalidDataException(string.Join(Environment.NewLine, faults));
    }
}
