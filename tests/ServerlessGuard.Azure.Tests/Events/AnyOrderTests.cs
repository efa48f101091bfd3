using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using ServerlessGuard.Findings;

namespace ServerlessGuard.Azure.Tests.Events;

/// <summary>At least once and unordered is what Event Grid promises: whatever it does, the table ends with what ARM shows.</summary>
public sealed class AnyOrderTests
{
    private static readonly string[] Steps = ["open", "close", "public", "private", "delete", "again", "burst", "child"];

    [Property(MaxTest = 60)]
    public Property Whatever_is_delivered_however_often_the_table_ends_with_what_arm_shows() => Prop.ForAll(
        Gen.Elements(Steps).ListOf().ToArbitrary(),
        steps => RunAsync([.. steps]).GetAwaiter().GetResult());

    private static async Task<bool> RunAsync(List<string> steps)
    {
        using var bench = new Bench();
        var sent = new List<string>();
        foreach (var step in steps)
        {
            switch (step)
            {
                case "open" or "close":
                    bench.Source.PutAccount(step == "open");
                    break;
                case "public" or "private":
                    bench.Source.PutContainer("data", step == "public" ? "Container" : "None");
                    break;
                case "delete":
                    bench.Source.Remove(FakeSource.Account);
                    break;
            }

            sent.Add(step switch
            {
                "delete" => Bench.EventJson(FakeSource.Account, "Delete"),
                "public" or "private" or "child" => Bench.EventJson(FakeSource.Account + "/blobServices/default/containers/data"),
                _ => Bench.EventJson(FakeSource.Account),
            });
            var batch = step switch
            {
                "again" => string.Join(',', Enumerable.Reverse(sent)),
                "burst" => string.Join(',', Enumerable.Repeat(sent[^1], 100)),
                _ => sent[^1],
            };
            Assert.True((await bench.Scan.RunAsync(JsonElement.Parse($"[{batch}]"), default)).Succeeded);
        }

        // The last word: one more delivery of everything, backwards.
        Assert.True((await bench.Scan.RunAsync(JsonElement.Parse($"[{string.Join(',', Enumerable.Reverse(sent))}]"), default)).Succeeded);
        var there = bench.Source.Resources.TryGetValue(FakeSource.Account, out var account);
        var isOpen = there && account!.Contains("\"supportsHttpsTrafficOnly\":false", StringComparison.Ordinal);
        var isPublic = isOpen && bench.Source.Resources.TryGetValue(FakeSource.Account + "/blobServices/default/containers/data", out var container) && container.Contains("\"Container\"", StringComparison.Ordinal);
        Assert.Equal(isOpen, bench.Open.Contains("SG-STOR-004"));
        Assert.Equal(isPublic, bench.Open.Contains("SG-STOR-001"));
        Assert.Equal(bench.Findings.Select(finding => finding.Id).Distinct().Count(), bench.Findings.Count);
        return bench.Findings.All(finding => finding.Status is FindingStatus.Open or FindingStatus.Resolved);
    }
}
