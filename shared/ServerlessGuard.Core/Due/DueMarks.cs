using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using ServerlessGuard.Findings;
using ServerlessGuard.Tables;

namespace ServerlessGuard.Due;

/// <summary>
/// The writing side of the due-index. An account's rows lie in its own partition and the index in another, so they cannot be one
/// transaction. Instead the mark is written first: whoever dies in between leaves a mark too many, never one too few.
/// </summary>
public static class DueMarks
{
    /// <summary>For so long after a touch a process writes on without another one.</summary>
    internal static readonly TimeSpan Trust = TimeSpan.FromMinutes(5);

    /// <summary>
    /// For so long after a touch a mark stays as it is: the longest transaction and the difference of two clocks lie between this and
    /// <see cref="Trust"/>.
    /// </summary>
    internal static readonly TimeSpan Rest = TimeSpan.FromMinutes(10);

    private const int MostRemembered = 10_000;

    private static readonly ConditionalWeakTable<ITable, ConcurrentDictionary<string, DateTimeOffset>> Touched = [];

    /// <summary>Marks the account for what the writes leave to be done, then commits them. As <see cref="ITable.CommitAsync"/>.</summary>
    public static async Task<bool> CommitMarkedAsync(
        this ITable table, string partition, IReadOnlyList<TableWrite> writes, DateTimeOffset now, CancellationToken cancellation)
    {
        var known = Touched.GetOrCreateValue(table);
        var kinds = writes.SelectMany(write => Of(write, now)).Distinct().Where(kind => !IsTrusted(known, kind, partition, now)).ToList();
        await Task.WhenAll(kinds.Select(kind => TouchAsync(table, kind, partition, now, cancellation)));
        return await table.CommitAsync(partition, writes, cancellation);
    }

    /// <summary>The account owes something of the kind from now on, whatever was known.</summary>
    public static async Task TouchAsync(ITable table, DueKind kind, string partition, DateTimeOffset now, CancellationToken cancellation)
    {
        // No condition: now is never later than what stands there and matters. A new version keeps whoever found the account empty from
        // taking the mark away.
        if (!await table.CommitAsync(RowKeys.Directory,
            [new TableWrite.Put(DueRows.Row(kind, partition, new DueMark(now, now), version: null))], cancellation))
        {
            throw new TableUnavailableException($"the mark of work that is due ({kind}) was contended to the last");
        }

        var known = Touched.GetOrCreateValue(table);
        if (known.Count >= MostRemembered)
        {
            known.Clear();
        }

        known[DueRows.Key(kind, partition)] = now;
    }

    private static bool IsTrusted(ConcurrentDictionary<string, DateTimeOffset> known, DueKind kind, string partition, DateTimeOffset now) =>
        known.TryGetValue(DueRows.Key(kind, partition), out var at) && at <= now && now - at < Trust;

    /// <summary>What a write leaves to be done.</summary>
    private static IEnumerable<DueKind> Of(TableWrite write, DateTimeOffset now) => write switch
    {
        TableWrite.Insert insert => Of(insert.Row),
        TableWrite.Put put => Of(put.Row),

        // An attempt that is put off was known before: it is due when the mark said, or later.
        TableWrite.Replace { Row: { Kind: RowKind.Outbox } row } when OutboxRows.Read(row) is { HeldBackBy: null, NextAttemptAt: { } next }
            && next > now => [],
        TableWrite.Replace replace => Of(replace.Row),
        _ => [],
    };

    private static IEnumerable<DueKind> Of(TableRow row) => row.Kind switch
    {
        RowKind.Outbox when Of(row.Key) is { } kind =>
            kind is DueKind.Remediate && OutboxRows.Read(row).HeldBackBy is HeldBackBy.Stop ? [kind, DueKind.Stopped] : [kind],
        RowKind.Exemption or RowKind.Due => [DueKind.Time],
        RowKind.Index when row.Key.StartsWith(FindingKeys.IndexOf(FindingStatus.Suppressed), StringComparison.Ordinal) => [DueKind.Time],
        _ => [],
    };

    private static DueKind? Of(string key)
    {
        foreach (var kind in DueIndex.OfOutbox)
        {
            if (key.StartsWith(OutboxRows.Prefix(kind), StringComparison.Ordinal))
            {
                return DueIndex.Of(kind);
            }
        }

        return null;
    }
}
