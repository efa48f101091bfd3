using System.Text.Json;
using ServerlessGuard.Findings;
using ServerlessGuard.Tables;

namespace ServerlessGuard.Cli.Doctor;

/// <summary>What a table says about the health of one account.</summary>
internal sealed class AccountHealth
{
    private AccountHealth(string partition) => Partition = partition;

    public string Partition { get; }
    public long Resources { get; private set; }
    public long Findings { get; private set; }

    /// <summary>The latest capture of any resource; null when none was ever judged here, as in the peer's copy of an account.</summary>
    public DateTimeOffset? LatestCapture { get; private set; }

    /// <summary>When the latest change of a finding was recorded, by its owner's clock; null without findings.</summary>
    public DateTimeOffset? LastRecorded { get; private set; }

    public Dictionary<OutboxKind, Queue> Outbox { get; } = [];

    /// <summary>Fixes that wait for the end of a stop, of the breaker's hour or of the dry window.</summary>
    public long HeldBack { get; set; }

    /// <summary>Entries that were set aside, by their kind and reason.</summary>
    public Dictionary<(OutboxKind Kind, string Reason), long> SetAside { get; } = [];

    public List<(string Holder, DateTimeOffset? Until)> Leases { get; } = [];

    /// <summary>Rows of a later version, kept unread.</summary>
    public long Kept { get; private set; }

    /// <summary>Reads the account's resource states, outbox and leases, each by its key range.</summary>
    public static async Task<AccountHealth> ReadAsync(ITable table, string partition, CancellationToken cancellation)
    {
        var health = new AccountHealth(partition);
        await foreach (var row in Rows(table, partition, "r:", cancellation))
        {
            if (row.Kind is RowKind.Finding)
            {
                health.Findings++;
                var recorded = FindingRows.Finding(row).Stages.Recorded;
                health.LastRecorded = health.LastRecorded > recorded || recorded is null ? health.LastRecorded : recorded;
                continue;
            }

            health.Resources++;
            var latest = FindingRows.Resource(row).Captures.Values.DefaultIfEmpty(DateTimeOffset.MinValue).Max();
            health.LatestCapture = health.LatestCapture is { } known && known > latest ? known : latest;
        }

        foreach (var kind in Enum.GetValues<OutboxKind>())
        {
            await foreach (var row in Rows(table, partition, OutboxRows.Prefix(kind), cancellation))
            {
                var entry = OutboxRows.Read(row);
                if (entry.IsHeldBack)
                {
                    health.HeldBack++;
                    continue;
                }

                health.Outbox.TryGetValue(kind, out var queue);
                health.Outbox[kind] = queue is null
                    ? new Queue(1, entry.CreatedAt, entry.Attempts, entry.Fault)
                    : queue with { Depth = queue.Depth + 1 };
            }
        }

        await foreach (var row in Rows(table, partition, OutboxRows.SetAside(string.Empty), cancellation))
        {
            var entry = OutboxRows.Read(row);
            var reason = (entry.Kind, entry.Fault ?? "no reason given");
            health.SetAside[reason] = health.SetAside.GetValueOrDefault(reason) + 1;
        }

        await foreach (var row in Rows(table, partition, "l:", cancellation))
        {
            if (row.Kind is not RowKind.Lease)
            {
                continue;
            }

            using var document = JsonDocument.Parse(row.Document);
            var holder = document.RootElement.TryGetProperty("holder", out var name) && name.ValueKind is JsonValueKind.String
                ? name.GetString()!
                : "somebody";
            health.Leases.Add((holder, row.ExpiresAt));
        }

        await foreach (var _ in Rows(table, partition, "n:", cancellation))
        {
            health.Kept++;
        }

        return health;
    }

    private static IAsyncEnumerable<TableRow> Rows(ITable table, string partition, string prefix, CancellationToken cancellation) =>
        table.QueryAsync(partition, prefix, RowKeys.After(prefix), limit: null, cancellation);

    /// <param name="Oldest">When the first one was made.</param>
    /// <param name="Fault">Why its last attempt failed; null when there was none.</param>
    internal sealed record Queue(long Depth, DateTimeOffset Oldest, int Attempts, string? Fault);
}
