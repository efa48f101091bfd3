using ServerlessGuard.Guards;
using ServerlessGuard.Resources;
using ServerlessGuard.Tables;

namespace ServerlessGuard.Federation;

/// <summary>
/// How much the peer may ask for in a clock hour, by kind. Counted in a row, so that it holds however many processes take commands.
/// </summary>
internal sealed class PeerQuota(ITable table, Provider own, int perHour, TimeProvider time, Backoff backoff)
{
    /// <summary>False: there was enough of this kind. A command that is lost after it was counted has used its place up.</summary>
    public async Task<bool> TakeAsync(CommandKind kind, CancellationToken cancellation)
    {
        var partition = RowKeys.Deployment(own);
        return await backoff.WinAsync(time, "commands of the peer", async Task<bool?> () =>
        {
            var now = time.GetUtcNow();
            var key = PeerRows.Asked(kind, now);
            var row = await table.FindAsync(partition, key, cancellation);
            var count = row is null ? 0 : PeerRows.Note(row).Count;
            if (count >= perHour)
            {
                return false;
            }

            var next = new PeerNote { At = now, About = kind.ToString(), Count = count + 1 };
            return await table.CommitAsync(partition, [TableWrite.Guarded(PeerRows.Row(partition, key, next, row?.Version))], cancellation)
                ? true
                : null;
        }, cancellation);
    }
}
