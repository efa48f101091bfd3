using ServerlessGuard.Exemptions;
using ServerlessGuard.Guards;
using ServerlessGuard.Resources;
using ServerlessGuard.Tables;

namespace ServerlessGuard.Federation;

/// <summary>The peer's exemptions and its switch: a copy of each, for people to see. Neither has a say over our own resources.</summary>
internal sealed class ReceivedDecisions(ITable table, Provider peer, Arrivals arrivals, TimeProvider time, Backoff backoff)
{
    public async Task<RowAnswer> ApplyAsync(FederatedRow row, Exemption exemption, CancellationToken cancellation)
    {
        if (!Sound.Id(exemption.Id))
        {
            return RowAnswer.Rejected("an exemption's id must be 1 to 100 letters, digits, dots and hyphens");
        }

        var fault = Revision(exemption.Revision) ?? Sound.Fault(exemption, time.GetUtcNow());
        return fault is null
            ? await HigherAsync(ExemptionRows.Row(row.Partition, exemption, version: null), exemption.Revision,
                held => ExemptionRows.Read(held).Revision, cancellation)
            : RowAnswer.Rejected(fault);
    }

    public async Task<RowAnswer> ApplyAsync(FederatedRow row, Control control, CancellationToken cancellation)
    {
        if (row.Partition != RowKeys.Deployment(peer))
        {
            return RowAnswer.Rejected("the switch must be in its deployment's own partition");
        }

        var fault = Revision(control.Revision) ?? (Sound.Text(control.Reason) && Sound.Name(control.By) ? null : "a text that is too long");
        return fault is null
            ? await HigherAsync(ControlRows.Row(row.Partition, control, version: null), control.Revision,
                held => ControlRows.Read(held).Revision, cancellation)
            : RowAnswer.Rejected(fault);
    }

    private static string? Revision(long revision) => revision is < 1 or > FederationLimits.MaxRevision ? "a revision out of range" : null;

    private async Task<RowAnswer> HigherAsync(TableRow arrived, long revision, Func<TableRow, long> revisionOf,
        CancellationToken cancellation)
    {
        await arrivals.RegisterAsync(arrived.Partition, cancellation);
        return await backoff.WinAsync(time, $"federated {arrived.Kind}", async Task<RowAnswer?> () =>
        {
            var held = await table.FindAsync(arrived.Partition, arrived.Key, cancellation);
            var known = held is null ? 0 : revisionOf(held);
            if (held is not null && (arrivals.IsForced ? held.Document == arrived.Document : known >= revision))
            {
                return await arrivals.StaleAsync(held, arrived, known == revision, cancellation);
            }

            if (arrivals.Jump(known, revision) is { } jump)
            {
                return RowAnswer.Rejected(jump);
            }

            return await table.CommitAsync(arrived.Partition, [TableWrite.Guarded(arrived with { Version = held?.Version })], cancellation)
                ? RowAnswer.Accepted
                : null;
        }, cancellation);
    }
}
