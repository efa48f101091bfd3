using ServerlessGuard.Documents;
using ServerlessGuard.Engine;
using ServerlessGuard.Evaluations;
using ServerlessGuard.Facts;
using ServerlessGuard.Ingestion;
using ServerlessGuard.Resources;
using ServerlessGuard.Rules;
using ServerlessGuard.Verdicts;

namespace ServerlessGuard.Tests.Evaluations;

/// <summary>A whole scan of some records, in memory.</summary>
internal static class OneScan
{
    public static readonly DateTimeOffset Now = new(2026, 11, 1, 12, 0, 0, TimeSpan.Zero);

    public static ScanResult Of(params IEnumerable<string> records) => Of(GuardSettings.Default, records);

    public static ScanResult Of(GuardSettings settings, params IEnumerable<string> records)
    {
        var assessor = new Assessor(RuleCatalog.BuiltIn, new FactContext(settings, Now), []);
        var scan = new Scan(assessor, keepEverything: true);
        long sequence = 0;
        foreach (var resource in records.SelectMany(Read).OfType<Reading.Found>())
        {
            scan.Accept(assessor.Assess(resource.Resource) with { Sequence = sequence++ });
        }

        return scan.Complete();
    }

    public static IEnumerable<Reading> Read(string record) => DocText.TryParse(record, out var element) ? RecordReader.Read(new Doc(element)) : [];

    public static Verdict Verdict(this ScanResult result, string rule, string? subject = null) =>
        result.Evaluations.Single(evaluation => evaluation.Rule.Id == rule && (subject is null || evaluation.Subject.Id == subject)).Verdict;
}
