using ServerlessGuard.Resources;
using ServerlessGuard.Tables;

namespace ServerlessGuard.Guards;

/// <summary>Reads and turns a deployment's switch.</summary>
public sealed class Controls(ITable table, Provider own, TimeProvider time)
{
    private readonly string _partition = RowKeys.Deployment(own);

    /// <summary>As it is now. The first look writes down when that was.</summary>
    public async Task<Control> ReadAsync(CancellationToken cancellation)
    {
        if (await table.FindAsync(_partition, ControlRows.Key, cancellation) is { } row)
        {
            return ControlRows.Read(row);
        }

        await table.RegisterAsync(_partition, cancellation);
        var first = Control.First(time.GetUtcNow());
        await table.CommitAsync(_partition, [new TableWrite.Insert(ControlRows.Row(_partition, first, version: null))], cancellation);

        // Lost to another: theirs counts.
        return await table.FindAsync(_partition, ControlRows.Key, cancellation) is { } known ? ControlRows.Read(known) : first;
    }

    /// <summary>The row after a person's word.</summary>
    /// <param name="row">Before; null: there was none.</param>
    /// <param name="byPeer">The person was in the other cloud.</param>
    public static Control Next(TableRow? row, bool stops, string by, string? reason, DateTimeOffset now, bool byPeer = false)
    {
        var before = row is null ? Control.First(now) : ControlRows.Read(row);
        return before with
            { Stopped = stops, ByPeer = stops && byPeer, By = by, Reason = reason, At = now, Revision = before.Revision + 1 };
    }
}
