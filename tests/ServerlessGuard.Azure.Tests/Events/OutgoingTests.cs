using ServerlessGuard.Chat;
using ServerlessGuard.Engine;
using ServerlessGuard.Federation;
using ServerlessGuard.Notifications;
using ServerlessGuard.Resources;
using ServerlessGuard.Tables;
using ServerlessGuard.Testing;

namespace ServerlessGuard.Azure.Tests.Events;

public sealed class OutgoingTests
{
    /// <summary>Every change asks for a run: while one is under way, the others are one more run together, and none of them is forgotten.</summary>
    [Fact]
    public async Task Many_that_ask_at_once_are_one_run_more_and_a_failed_run_lets_the_next_one_in()
    {
        var gate = new TaskCompletionSource();
        var runs = 0;
        var table = new GatedTable(() =>
        {
            Interlocked.Increment(ref runs);
            return gate.Task;
        });
        using var outgoing = new Outgoing(
            new FederationSender(table, new NoPeer(), Provider.Azure, TimeProvider.System, () => 0), null, () => "a", new RecordedTelemetry(), TimeProvider.System);
        var first = outgoing.RunAsync(deadline: null, CancellationToken.None);
        using var hurried = new CancellationTokenSource();
        var cancelled = outgoing.RunAsync(deadline: null, hurried.Token);
        Assert.Equal("the next run sees it", await outgoing.RunAsync(deadline: null, CancellationToken.None));
        await hurried.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled);

        // The one that waited has failed and comes again: whoever asks now waits in its place.
        var second = outgoing.RunAsync(deadline: null, CancellationToken.None);
        Assert.False(second.IsCompleted);
        Assert.Equal("the next run sees it", await outgoing.RunAsync(deadline: null, CancellationToken.None));
        Assert.Equal(1, runs);
        gate.SetResult();
        await first;
        await second;
        Assert.Equal(2, runs);
        await outgoing.RunAsync(deadline: null, CancellationToken.None);
        Assert.Equal(3, runs);
    }

    /// <summary>It used to: while Slack was slow, rows waited for seconds.</summary>
    [Fact]
    public async Task A_slow_chat_does_not_hold_up_the_peer()
    {
        var slow = new TaskCompletionSource();
        var forwarded = 0;
        var table = new GatedTable(() =>
        {
            Interlocked.Increment(ref forwarded);
            return Task.CompletedTask;
        });
        var notifier = new Notifier(
            new GatedTable(() => slow.Task),
            new Dictionary<ChatChannel, IChat>(),
            NotificationSettings.Default,
            _ => ValueTask.FromResult<IPresentation>(new Presentation([], _ => false, link: null, TimeProvider.System)),
            Provider.Azure,
            TimeProvider.System,
            () => 0);
        using var outgoing = new Outgoing(
            new FederationSender(table, new NoPeer(), Provider.Azure, TimeProvider.System, () => 0), notifier, () => "a", new RecordedTelemetry(), TimeProvider.System);
        var first = outgoing.RunAsync(deadline: null, CancellationToken.None);
        var second = outgoing.RunAsync(deadline: null, CancellationToken.None);
        Assert.Equal((2, false, false), (forwarded, first.IsCompleted, second.IsCompleted));
        slow.SetResult();
        await first;
        await second;
    }

    /// <summary>A table without rows whose first question waits.</summary>
    private sealed class GatedTable(Func<Task> asked) : ITable
    {
        private readonly MemoryTable _inner = new();

        public Task<TableRow?> FindAsync(string partition, string key, CancellationToken cancellation) => _inner.FindAsync(partition, key, cancellation);

        public async IAsyncEnumerable<TableRow> QueryAsync(string partition, string from, string to, int? limit, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation)
        {
            if (partition == RowKeys.Directory)
            {
                await asked();
            }

            await foreach (var row in _inner.QueryAsync(partition, from, to, limit, cancellation))
            {
                yield return row;
            }
        }

        public Task<bool> CommitAsync(string partition, IReadOnlyList<TableWrite> writes, CancellationToken cancellation) => _inner.CommitAsync(partition, writes, cancellation);
    }

    private sealed class NoPeer : IPeer
    {
        public Task<FederationAnswer> SendAsync(FederationBatch batch, CancellationToken cancellation) => throw new PeerUnavailableException("away");

        public Task<AccountDigest> DigestAsync(string partition, CancellationToken cancellation) => throw new PeerUnavailableException("away");

        public Task<System.Collections.Immutable.ImmutableArray<HeldRevision>> RevisionsAsync(string partition, string from, CancellationToken cancellation) => throw new PeerUnavailableException("away");
    }
}
