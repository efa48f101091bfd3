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
        if (await table.FindAsync(_partition, RowKeys.Control, cancellation) is { } row)
        {
            return RowCodec.Control(row);
        }

        await Commands.CommandDesk.RegisterAsync(table, _partition, cancellation);
        var first = Control.First(time.GetUtcNow());
        await table.CommitAsync(_partition, [new TableWrite.Insert(RowCodec.Row(_partition, first, version: null))], cancellation);

        // Lost to another: theirs counts.
        return await table.FindAsync(_partition, RowKeys.Control, cancellation) is { } known ? RowCodec.Control(known) : first;
    }

    /// <summary>The row after a person's word.</summary>
    public static Control Next(TableRow? row, bool stops, string by, string? reason, DateTimeOffset now)
    {
        var before = row is null ? Control.First(now) : RowCodec.Control(row);
        return before with { Stopped = stops, By = by, Reason = reason, At = now, Revision = before.Revision + 1 };
    }
}
