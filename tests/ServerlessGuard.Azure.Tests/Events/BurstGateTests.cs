using System.Collections.Concurrent;
using ServerlessGuard.Azure.Events;

namespace ServerlessGuard.Azure.Tests.Events;

public sealed class BurstGateTests
{
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task A_burst_is_served_by_the_read_under_way_and_one_more()
    {
        var begun = new TaskCompletionSource();
        var go = new TaskCompletionSource();
        var served = new ConcurrentQueue<int[]>();
        using var gate = new BurstGate<int, int>(
            async (_, arrivals, _) =>
            {
                served.Enqueue([.. arrivals]);
                begun.TrySetResult();
                await go.Task;
                return arrivals.Count;
            },
            4, Long, TimeProvider.System);
        var first = gate.RunAsync("a", 0, default);
        await begun.Task.WaitAsync(Long);
        var rest = Enumerable.Range(1, 99).Select(i => gate.RunAsync("a", i, default)).ToArray();
        go.SetResult();
        Assert.Equal(1, await first.WaitAsync(Long));
        Assert.All(await Task.WhenAll(rest).WaitAsync(Long), count => Assert.Equal(99, count));
        Assert.Equal(2, served.Count);
    }

    [Fact]
    public async Task An_event_that_comes_after_the_read_began_is_never_served_by_it()
    {
        var reads = 0;
        var answers = new ConcurrentDictionary<int, int>();
        using var gate = new BurstGate<int, int>(
            async (_, arrivals, _) =>
            {
                var mine = Interlocked.Increment(ref reads);
                await Task.Yield();
                return mine;
            },
            4, Long, TimeProvider.System);
        await Parallel.ForEachAsync(Enumerable.Range(0, 500), async (i, _) =>
        {
            var before = Volatile.Read(ref reads);
            answers[i] = await gate.RunAsync("a", i, default) - before;
        });
        Assert.All(answers.Values, later => Assert.True(later >= 1));
    }

    [Fact]
    public async Task A_fault_is_everybodys_and_is_not_remembered()
    {
        var fail = true;
        using var gate = new BurstGate<int, int>((_, _, _) => fail ? throw new InvalidOperationException("down") : Task.FromResult(1), 4, Long, TimeProvider.System);
        await Assert.ThrowsAsync<InvalidOperationException>(() => gate.RunAsync("a", 1, default));
        fail = false;
        Assert.Equal(1, await gate.RunAsync("a", 2, default));
    }

    [Fact]
    public async Task More_keys_than_the_limit_wait_their_turn()
    {
        var (now, most) = (0, 0);
        using var gate = new BurstGate<int, int>(
            async (_, _, _) =>
            {
                InterlockedMax(ref most, Interlocked.Increment(ref now));
                await Task.Yield();
                Interlocked.Decrement(ref now);
                return 0;
            },
            3, Long, TimeProvider.System);
        await Task.WhenAll(Enumerable.Range(0, 200).Select(i => gate.RunAsync($"k{i}", i, default)));
        Assert.InRange(most, 1, 3);
    }

    private static void InterlockedMax(ref int most, int value)
    {
        for (var seen = Volatile.Read(ref most); value > seen; seen = Volatile.Read(ref most))
        {
            if (Interlocked.CompareExchange(ref most, value, seen) == seen)
            {
                return;
            }
        }
    }
}
