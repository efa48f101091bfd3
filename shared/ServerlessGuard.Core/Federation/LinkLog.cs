using ServerlessGuard.Resources;
using ServerlessGuard.Tables;

namespace ServerlessGuard.Federation;

/// <summary>Keeps <see cref="PeerLink"/> in the deployment's own partition, at most once a minute while nothing changes.</summary>
internal sealed class LinkLog(ITable table, Provider own, string key, TimeProvider time, string? wider = null)
{
    private const int LongestFault = 300;

    private static readonly TimeSpan Pause = TimeSpan.FromMinutes(1);

    private PeerLink? _known;

    public Task WorkedAsync(CancellationToken cancellation) => KeepAsync(fault: null, cancellation);

    public Task FailedAsync(string fault, CancellationToken cancellation) => KeepAsync(fault, cancellation);

    private async Task KeepAsync(string? fault, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        if (_known is { } last
            && (fault is null
                ? last.At > last.FaultAt.GetValueOrDefault() && now - last.At < Pause
                : last.FaultAt > last.At.GetValueOrDefault() && now - last.FaultAt < Pause))
        {
            return;
        }

        var partition = RowKeys.Deployment(own);
        var held = PeerRows.Link(await table.FindAsync(partition, key, cancellation));
        _known = fault is null
            ? held with { At = now, Wider = wider }
            : held with { FaultAt = now, Fault = fault.Length > LongestFault ? fault[..LongestFault] : fault };

        // Whoever writes last is right: two runs at once saw the same peer.
        await table.CommitAsync(partition, [new TableWrite.Put(PeerRows.Row(partition, key, _known))], cancellation);
    }
}
