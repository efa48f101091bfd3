using System.Collections.Concurrent;
using ServerlessGuard.Due;
using ServerlessGuard.Guards;
using ServerlessGuard.Recording;
using ServerlessGuard.Resources;
using ServerlessGuard.Tables;

namespace ServerlessGuard.Federation;

/// <summary>
/// What the peer does that somebody should know of: counted every time, told once for each account, and once an hour otherwise.
/// </summary>
/// <param name="outbox">Whether anybody is told; null: nobody, the row alone is left for the doctor.</param>
public sealed class PeerAlarms(ITable table, Provider own, OutboxPolicy? outbox, TimeProvider time, Action<PeerAlarmKind>? counted)
{
    private const int MostRemembered = 1_000;

    private readonly ConcurrentDictionary<string, bool> _told = new(StringComparer.Ordinal);

    public Task NewAccountAsync(string partition, CancellationToken cancellation) =>
        RaiseAsync(PeerAlarmKind.NewAccount, partition, partition, cancellation);

    public Task TooManyAsync(CommandKind kind, CancellationToken cancellation) =>
        RaiseAsync(PeerAlarmKind.TooMany, $"{kind}.{Hour()}", kind.ToString(), cancellation);

    /// <param name="row">What arrived, under a revision that we hold with another document.</param>
    public Task ConflictAsync(TableRow row, CancellationToken cancellation) =>
        RaiseAsync(PeerAlarmKind.Conflict, Hour(), $"{row.Partition} {row.Key}", cancellation);

    /// <summary>An operator has made both tables equal: what was told of their difference is over.</summary>
    public static async Task EndAsync(ITable table, Provider own, PeerAlarmKind kind, CancellationToken cancellation)
    {
        var (partition, prefix) = (RowKeys.Deployment(own), PeerRows.AlarmsOf(kind));
        var over = await table.QueryAsync(partition, prefix, RowKeys.After(prefix), limit: null, cancellation).ToListAsync(cancellation);
        foreach (var some in over.Chunk(ITable.MaxWrites))
        {
            await table.CommitAsync(partition, [.. some.Select(row => new TableWrite.Delete(row.Key, Version: null))], cancellation);
        }
    }

    private async Task RaiseAsync(PeerAlarmKind kind, string what, string about, CancellationToken cancellation)
    {
        counted?.Invoke(kind);
        var (partition, key) = (RowKeys.Deployment(own), PeerRows.Alarm(kind, what));
        if (_told.ContainsKey(key) || await table.FindAsync(partition, key, cancellation) is not null)
        {
            return;
        }

        // The notifier finds a deployment by its line in the directory.
        await table.RegisterAsync(partition, cancellation);
        var now = time.GetUtcNow();
        var note = new PeerNote
            { Alarm = kind, At = now, About = about.Length > FederationLimits.MaxName ? about[..FederationLimits.MaxName] : about };

        // False: another was here first, and has told it.
        await table.CommitMarkedAsync(
            partition,
            [new TableWrite.Insert(PeerRows.Row(partition, key, note, version: null)),
                .. outbox?.AfterRow(partition, key, now, tells: true, federated: false) ?? []],
            now,
            cancellation);
        if (_told.Count >= MostRemembered)
        {
            _told.Clear();
        }

        _told[key] = true;
    }

    private string Hour() => time.GetUtcNow().UtcDateTime.ToString("yyyyMMdd'T'HH", System.Globalization.CultureInfo.InvariantCulture);
}
