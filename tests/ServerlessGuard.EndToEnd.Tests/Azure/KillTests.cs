using System.Collections.Concurrent;
using ServerlessGuard.Findings;
using ServerlessGuard.Lab.Azure.Seed;
using ServerlessGuard.Simulators.Azure.EventGrid;

namespace ServerlessGuard.EndToEnd.Tests.Azure;

/// <summary>
/// The app is killed with SIGKILL at each of its calls to ARM, tables and queues: before the call takes place, and where it changes something, after it took place but before
/// the app hears of it. Each time the platform delivers again; the outcome is that of an undisturbed run.
/// </summary>
[Collection(SimulatedAzure.Name)]
public sealed class KillTests(AzureCloud cloud)
{
    [Fact]
    public async Task Killed_at_any_call_the_outcome_is_the_same()
    {
        var (calls, expected, _) = await RunAsync(killAt: 0, after: false);
        Assert.InRange(calls.Count, 8, 200);
        Assert.Contains("Resolved", expected, StringComparison.Ordinal);
        Assert.EndsWith("fixes 1", expected, StringComparison.Ordinal);

        var wrong = new ConcurrentQueue<string>();
        var fired = 0;
        var cases = Enumerable.Range(1, calls.Count).Select(call => (call, After: false))
            .Concat(Enumerable.Range(1, calls.Count).Where(call => !calls[call - 1].Contains(" GET ", StringComparison.Ordinal)).Select(call => (call, After: true)))
            .ToList();
        await Parallel.ForEachAsync(cases, new ParallelOptions { MaxDegreeOfParallelism = 3 }, async (each, _) =>
        {
            var (_, outcome, killed) = await RunAsync(each.call, each.After);
            Interlocked.Add(ref fired, killed ? 1 : 0);
            if (outcome != expected)
            {
                wrong.Enqueue($"killed {(each.After ? "after" : "before")} call {each.call}:\n{outcome}");
            }
        });
        // A run has a call or two more or less, as its parts happen to meet: a kill at the very end may find nothing to kill.
        Assert.InRange(fired, cases.Count * 9 / 10, cases.Count);
        Assert.True(wrong.IsEmpty, $"{wrong.Count} of {cases.Count} kills left something else than\n{expected}\n\n{string.Join("\n\n", wrong.Take(5))}");
    }

    /// <summary>The calls that there were, the outcome in words, and whether the kill took place.</summary>
    private async Task<(IReadOnlyList<string> Calls, string Outcome, bool Killed)> RunAsync(int killAt, bool after)
    {
        await using var world = await AzureWorld.StartAsync(cloud, events: new EventGridOptions { TimeScale = 0.1 }, timeScale: 0.001);
        var calls = new List<string>();
        world.Arm.Tap = world.Lab.Tables.Tap = world.Lab.Queues.Tap = async (name, isAfter) =>
        {
            int number;
            lock (calls)
            {
                if (!isAfter)
                {
                    calls.Add(name);
                }

                number = calls.Count;
            }

            if (killAt > 0 && number >= killAt && isAfter == after && Interlocked.Exchange(ref killAt, 0) > 0)
            {
                await world.Lab.Host.ReplaceInstanceAsync();
            }
        };
        Breakage.AllowBlobPublicAccess.Apply(world.Arm);
        await world.SettleAsync(120);
        var findings = (await world.FindingsAsync()).Select(finding => $"{finding.RuleId} {finding.Status} {finding.Treatment?.State}");
        var story = (await world.TimelineAsync()).Select(step => step.Step).Where(step => step is FindingStep.Opened or FindingStep.Resolved);
        var outcome = $"{string.Join('\n', findings)}\n{string.Join(' ', story)}\noutbox {(await world.RowsAsync("o:")).Count}\nfixes {world.Fixes.Count}";
        return (calls, outcome, killAt <= 0);
    }
}
