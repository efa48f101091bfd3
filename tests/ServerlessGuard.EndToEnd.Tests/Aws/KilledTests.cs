using ServerlessGuard.Findings;

namespace ServerlessGuard.EndToEnd.Tests.Aws;

/// <summary>kill -9 after every single call that the host makes, and then what AWS would do: deliver again.</summary>
public sealed class KilledTests
{
    [Fact]
    public async Task Killed_after_any_call_the_host_ends_with_the_same_table_and_one_fix()
    {
        var (calls, expected) = await RunAsync(killAt: null);
        Assert.InRange(calls, 10, 80);
        Assert.Contains(expected, line => line.StartsWith("finding SG-KEY-002", StringComparison.Ordinal) && line.Contains("Resolved Fixed fixes=1", StringComparison.Ordinal));

        for (var kill = 1; kill <= calls; kill++)
        {
            var (_, shape) = await RunAsync(kill);
            Assert.True(expected.SequenceEqual(shape), $"killed after call {kill} of {calls}:\n{string.Join('\n', shape)}\ninstead of\n{string.Join('\n', expected)}");
        }
    }

    /// <summary>How many calls were made, and what the table holds in the end.</summary>
    private static async Task<(int Calls, IReadOnlyList<string> Shape)> RunAsync(int? killAt)
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
        while (await scene.FindingAsync("SG-KEY-002") is not { Status: FindingStatus.Resolved, Treatment.State: Remediation.TreatmentState.Fixed })
        {
            // The kick was lost with the process: the outbox's schedule kicks again.
            Assert.True(killed, "the fix needs the schedule although nothing was killed");
            await scene.KickOverdueAsync();
            await scene.IdleAsync();
        }

        Assert.Equal(killAt is not null, killed);
        Assert.Single(scene.Lab.Account.Writes);
        Assert.Equal("COMPLIANT", Assert.Single(scene.Lab.Config.Evaluations).Compliance);
        Assert.Equal(0, scene.Lab.DeadLetters.Count);
        return (calls, await TableShape.OfAsync(scene.Table, Scene.Partition));
    }
}
