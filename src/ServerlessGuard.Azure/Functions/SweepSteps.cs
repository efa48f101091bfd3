using System.Globalization;
using ServerlessGuard.Azure.Events;
using ServerlessGuard.Azure.Needs;
using ServerlessGuard.Azure.Runtime;
using ServerlessGuard.Due;
using ServerlessGuard.Facts.Azure;
using ServerlessGuard.Findings;
using ServerlessGuard.Resources;
using ServerlessGuard.Tables;

namespace ServerlessGuard.Azure.Functions;

/// <summary>
/// The steps of a sweep, as words in its state: <c>graph TYPE DONE</c>, <c>open ACCOUNT STATUS KEY</c>, <c>expired ACCOUNT</c>; indices
/// into lists of one order.
/// </summary>
internal sealed class SweepSteps(
    IResourceSource source,
    ITable table,
    IMessageSink work,
    IReadOnlyList<string> listed,
    IReadOnlyList<string> subscriptions,
    IReadOnlyList<string> types,
    DateTimeOffset until,
    TimeProvider time)
{
    private const int AtOnce = 8;

    private static readonly FindingStatus[] Unresolved = [FindingStatus.Open, FindingStatus.Suppressed];

    public Task<SweepState> NextAsync(SweepState state, CancellationToken cancellation) => (state.Next ?? "graph 0 0").Split(' ') switch
    {
        ["graph", var type, var done] when Number(type) >= types.Count || listed.Count == 0 =>
            Task.FromResult(state with { Next = "open 0 0 -" }),
        ["graph", var type, var done] => GraphAsync(state, Number(type), Number(done), cancellation),
        ["open", var account, _, _] when Number(account) >= subscriptions.Count => Task.FromResult(state with { Next = "expired 0" }),
        ["open", var account, var status, var key] => OpenAsync(state, Number(account), Number(status), key, cancellation),
        ["expired", var account] when Number(account) >= subscriptions.Count =>
            Task.FromResult(state with { Next = null, Complete = true }),
        ["expired", var account] => ExpiredAsync(state, Number(account), cancellation),
        _ => Task.FromResult(state with { Next = "graph 0 0" }),
    };

    /// <summary>All of one type, or as many as there is time for.</summary>
    private async Task<SweepState> GraphAsync(SweepState state, int type, int done, CancellationToken cancellation)
    {
        var (seen, queued) = (0, 0L);
        var batch = new List<string>();
        await foreach (var id in source.IdsAsync(types[type], listed, cancellation))
        {
            if (seen++ < done)
            {
                continue;
            }

            batch.Add(id);
            if (batch.Count == AtOnce)
            {
                queued += await SendAsync(batch, cancellation);
                if (time.GetUtcNow() > until)
                {
                    return state with
                        { Next = string.Create(CultureInfo.InvariantCulture, $"graph {type} {seen}"), Queued = state.Queued + queued };
                }
            }
        }

        queued += await SendAsync(batch, cancellation);
        return state with { Next = string.Create(CultureInfo.InvariantCulture, $"graph {type + 1} 0"), Queued = state.Queued + queued };
    }

    /// <summary>A resource that has vanished without an event is in no list: its finding is what is left of it.</summary>
    private async Task<SweepState> OpenAsync(SweepState state, int account, int status, string after, CancellationToken cancellation)
    {
        var partition = "azure:" + subscriptions[account];
        var prefix = FindingKeys.IndexOf(Unresolved[status]);
        var queued = 0L;
        var batch = new List<string>();
        await foreach (
            var row in table.QueryAsync(partition, after == "-" ? prefix : after + " ", RowKeys.After(prefix), limit: null, cancellation))
        {
            batch.Add(FindingRows.Finding(row).Resource.Id);
            if (batch.Count == AtOnce)
            {
                queued += await SendAsync(batch, cancellation);
                if (time.GetUtcNow() > until)
                {
                    return state with
                        { Next = string.Create(CultureInfo.InvariantCulture, $"open {account} {status} {row.Key}"),
                            Queued = state.Queued + queued };
                }
            }
        }

        queued += await SendAsync(batch, cancellation);
        var next = status + 1 < Unresolved.Length ? $"open {account} {status + 1} -" : $"open {account + 1} 0 -";
        return state with { Next = next, Queued = state.Queued + queued };
    }

    /// <summary>
    /// Azure Tables has no time to live. The timeline lies in the order of time, and each of its rows names its twin in the finding's
    /// story.
    /// </summary>
    private async Task<SweepState> ExpiredAsync(SweepState state, int account, CancellationToken cancellation)
    {
        var partition = "azure:" + subscriptions[account];
        var now = time.GetUtcNow();
        var gone = new List<TableWrite>();
        await foreach (var row in table.QueryAsync(partition, "t:", FindingKeys.Timeline(now), limit: null, cancellation))
        {
            if (row.ExpiresAt is not { } expires || expires > now)
            {
                break;
            }

            gone.Add(new TableWrite.Delete(row.Key, Version: null));
            gone.Add(new TableWrite.Delete(FindingKeys.History(FindingRows.Event(row)), Version: null));
            if (gone.Count >= ITable.MaxWrites)
            {
                await table.CommitAsync(partition, gone, cancellation);
                gone.Clear();
                if (time.GetUtcNow() > until)
                {
                    return state;
                }
            }
        }

        await foreach (var row in table.QueryAsync(partition, "b:", RowKeys.After("b:"), limit: null, cancellation))
        {
            if (row.ExpiresAt < now && gone.Count < ITable.MaxWrites)
            {
                gone.Add(new TableWrite.Delete(row.Key, Version: null));
            }
        }

        if (gone.Count > 0)
        {
            await table.CommitAsync(partition, gone, cancellation);
        }

        return state with { Next = $"expired {account + 1}" };
    }

    /// <summary>Sends what is in the batch, once each, and empties it.</summary>
    private async Task<long> SendAsync(List<string> batch, CancellationToken cancellation)
    {
        var targets = batch.Select(AzureRoutes.AfterChange).OfType<string>().Where(id => SoundArmId.Fault(id) is null)
            .DistinctBy(ArmId.Key, StringComparer.Ordinal).ToList();
        batch.Clear();
        await Task.WhenAll(targets.Select(id => work.SendAsync(new WorkMessage.Scan(id).ToJson(), delay: null, cancellation)));
        return targets.Count;
    }

    private static int Number(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;
}
