using ServerlessGuard.Findings;

namespace ServerlessGuard.EndToEnd.Tests.Aws;

/// <summary>kill -9 after every single call that the host makes, and then what AWS would do: deliver again.</summary>
public sealed class KilledTests
{
    [Fact]
    public async Task Killed_after_any_call_the_host_ends_with_the_same_table_and_one_fix()
    {
        var (calls, _, expected) = await RunAsync(killAt: null);

        // A transaction that two functions fight for is tried again: the run with the fewest calls is the yardstick.
        for (var i = 0; i < 2; i++)
        {
            calls = Math.Min(calls, (await RunAsync(killAt: null)).Calls);
        }

        Assert.InRange(calls, 10, 80);
        Assert.Contains(expected, line => line.StartsWith("finding SG-KEY-002", StringComparison.Ordinal) && line.Contains("Resolved Fixed fixes=1", StringComparison.Ordinal));

        // Two functions that work side by side do not make the same number of calls every time: on until a run ends before its kill.
        var kills = 0;
        for (var (kill, reached) = (1, true); reached || kill <= calls; kill++)
        {
            (_, reached, var shape) = await RunAsync(kill);
            kills += reached ? 1 : 0;
            Assert.True(expected.SequenceEqual(shape), $"killed after call {kill} of {calls}:\n{string.Join('\n', shape)}\ninstead of\n{string.Join('\n', expected)}");
        }

        Assert.InRange(kills, calls - 5, calls + 20);
    }

    /// <summary>How many calls were made, whether the host was killed, and what the table holds in the end.</summary>
    private static async Task<(int Calls, bool Killed, IReadOnlyList<string> Shape)> RunAsync(int? killAt)
    {
        await using var scene = await Scene.StartAsync("enforce", settings => settings with { Concurrency = 1 });
        var calls = 0;
        var killed = false;
        void Count(string call, bool done)
        {
            // After the effect and before the answer: the caller never learns that it happened.
            if (done && Interlocked.Increment(ref calls) == killAt)
            {
                killed = true;
                scene.Lab.KillAll();
            }
        }

        scene.Proxy.OnCall = Count;
        scene.Lab.Api.OnCall = Count;
        scene.Lab.Do("stop key rotation");
        await scene.IdleAsync();
        while (await scene.FindingAsync("SG-KEY-002") is not { Status: FindingStatus.Resolved, Treatment.State: Findings.TreatmentState.Fixed })
        {
            // The kick was lost with the process: the outbox's schedule kicks again.
            Assert.True(killed, "the fix needs the schedule although nothing was killed");
            await scene.KickOverdueAsync();
            await scene.IdleAsync();
        }

        Assert.Single(scene.Lab.Account.Writes);
        Assert.Equal("COMPLIANT", Assert.Single(scene.Lab.Config.Evaluations).Compliance);
        Assert.Equal(0, scene.Lab.DeadLetters.Count);
        return (calls, killed, await TableShape.OfAsync(scene.Table, Scene.Partition));
    }
}
