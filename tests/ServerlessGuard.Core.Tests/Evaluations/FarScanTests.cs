using ServerlessGuard.Evaluations;
using ServerlessGuard.Engine;
using ServerlessGuard.Facts;
using ServerlessGuard.Resources;
using ServerlessGuard.Rules;
using ServerlessGuard.Tests.Cases;
using ServerlessGuard.Yaml;

namespace ServerlessGuard.Tests.Evaluations;

/// <summary>A scan that holds no facts, but reads them again, comes to the same verdicts.</summary>
public class FarScanTests
{
    private static readonly DateTimeOffset Day = new(2026, 11, 1, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [MemberData(nameof(RuleCaseTests.Names), MemberType = typeof(RuleCaseTests))]
    public void Verdicts_are_the_same(string name)
    {
        var one = RuleCaseTests.All.Single(one => $"{Path.GetFileName(one.File)}:{one.Line} {one.Cloud} {one.Scenario}" == name);
        var settings = one.Settings is null ? GuardSettings.Default : SettingsFile.Read(one.File, one.Settings).Item1;
        var assessor = new Assessor(RuleCatalog.BuiltIn, new FactContext(settings, one.Now), []);
        var resources = RuleCaseTests.Resources(one).ToList();
        Assert.Equal(Words(assessor, resources, isFar: false), Words(assessor, resources, isFar: true));
    }

    [Fact]
    public void A_record_that_cannot_be_read_again_costs_its_own_joins_only()
    {
        var assessor = new Assessor(RuleCatalog.BuiltIn, new FactContext(GuardSettings.Default, Day), []);
        var resources = RuleCaseTests.All.Where(one => one.Settings is null).Take(40).SelectMany(RuleCaseTests.Resources).ToList();
        var scan = new Scan(assessor, keepEverything: true, recall: new Library(assessor, resources, isGone: true));
        Accept(scan, assessor, resources, isFar: true);
        Assert.NotEmpty(scan.Complete().Evaluations);
    }

    private static List<string> Words(Assessor assessor, List<Resource> resources, bool isFar)
    {
        var scan = new Scan(assessor, keepEverything: true, recall: new Library(assessor, resources, isGone: false));
        Accept(scan, assessor, resources, isFar);
        var result = scan.Complete();
        Assert.Empty(result.Faults);
        return [.. result.Evaluations.Select(Word), result.Counts.ToString()];
    }

    private static void Accept(Scan scan, Assessor assessor, List<Resource> resources, bool isFar)
    {
        for (var i = 0; i < resources.Count; i++)
        {
            scan.Accept(assessor.Assess(resources[i]) with { Sequence = i, Place = isFar ? new Place(0, i, 1, 0) : null });
        }
    }

    private static string Word(Evaluation one) =>
        $"{one.Rule.Id} {one.Subject.NativeType} {one.Subject.Id} {one.Verdict.Compliance} {one.Severity} {one.Verdict.Reason} {one.Verdict.Missing} "
            + $"{string.Join(';', one.Verdict.Evidence)} {string.Join(';', one.Verdict.SubFindings)} {one.CapturedAt:O}";

    private sealed class Library(Assessor assessor, List<Resource> resources, bool isGone) : IRecall
    {
        public IEnumerable<Assessment?> Again(IEnumerable<Place> places) =>
            places.Select(place => isGone ? null : assessor.Assess(resources[(int)place.Offset]));
    }
}
