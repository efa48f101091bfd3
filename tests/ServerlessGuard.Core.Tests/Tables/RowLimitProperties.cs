using FsCheck.Xunit;
using ServerlessGuard.Recording;
using ServerlessGuard.Tables;
using ServerlessGuard.Tests.Findings;
using ServerlessGuard.Tests.Remediation;
using ServerlessGuard.Verdicts;

namespace ServerlessGuard.Tests.Tables;

/// <summary>Texts that strangers choose, of any length and of any characters: no row exceeds what the stores take. The table in memory asserts it at every commit.</summary>
public sealed class RowLimitProperties
{
    [Property(MaxTest = 60)]
    public void No_text_makes_a_row_too_large(int[] sizes, char filler, bool treats) => RunAsync(sizes, filler, treats).GetAwaiter().GetResult();

    [Fact]
    public Task Nor_does_the_longest_text_of_characters_that_are_all_escaped() => RunAsync([int.MaxValue, int.MaxValue, int.MaxValue, int.MaxValue], '"', treats: true);

    private static async Task RunAsync(int[] sizes, char filler, bool treats)
    {
        string Text(int i) => new(filler, (int)(Math.Abs((long)(i < sizes.Length ? sizes[i] : i * 7919)) % 300_000));
        var scene = new Scene();
        var evidence = Enumerable.Range(0, sizes.Length * 40).Select(i => new Evidence(Text(i), Text(i + 1)));
        var verdict = Some.Rule(Compliance.NonCompliant) with { Title = Text(0), Reason = Text(1), Evidence = [.. evidence, new Evidence("a", Text(2))] };
        var gap = Some.Rule(Compliance.InsufficientData, "SG-STOR-002") with { Missing = Text(3) };
        var subject = Some.Bucket() with { Id = "arn:aws:s3:::" + new string('n', 2000) };
        var seen = Some.Of(subject, 1, verdict, gap) with { Actor = Text(2), Owner = Text(3) };
        var policy = new OutboxPolicy(scene.Settings, federates: true, notifies: true);
        var recorder = new FindingRecorder(scene.Table, scene.Time, new Backoff(() => 0), [], policy.After);
        await recorder.RecordAsync(seen, CancellationToken.None);
        if (treats)
        {
            scene.Cloud.Refuses = Text(0) + "x";
            await scene.TreatAsync();
        }

        // Judged again the same: what was cut is no change.
        var revision = scene.Finding.Revision;
        await recorder.RecordAsync(seen with { CapturedAt = seen.CapturedAt.AddMinutes(1) }, CancellationToken.None);
        Assert.Equal(revision, scene.Finding.Revision);
        Assert.True(scene.Finding.Title.Length < 700 && (verdict.Title.Length <= 600 || scene.Finding.Title.EndsWith("… cut", StringComparison.Ordinal)));
    }
}
