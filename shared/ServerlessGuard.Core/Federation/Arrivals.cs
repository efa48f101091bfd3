using ServerlessGuard.Tables;

namespace ServerlessGuard.Federation;

/// <summary>What every kind of row that arrives has in common: its account, and how far its revision may lie ahead.</summary>
/// <param name="alarms">Who is told of what is strange; null: nobody, as where an operator is at work.</param>
/// <param name="isForced">An operator makes our copy equal to the owner's table, with access of their own to both: what we hold counts
/// nothing. Never the peer's to say.</param>
internal sealed class Arrivals(ITable table, PeerAlarms? alarms, bool isForced)
{
    public bool IsForced => isForced;

    /// <summary>
    /// An account is listed before it has its first row, and told of before it is listed: a kill between the two tells once, not never.
    /// </summary>
    public async Task RegisterAsync(string partition, CancellationToken cancellation)
    {
        if (await table.IsListedAsync(partition, cancellation))
        {
            return;
        }

        if (alarms is not null && !RowKeys.IsDeployment(partition))
        {
            await alarms.NewAccountAsync(partition, cancellation);
        }

        await table.RegisterAsync(partition, cancellation);
    }

    /// <summary>Why it cannot be the next of what we hold (0: nothing); null when it can.</summary>
    public string? Jump(long held, long revision) => isForced || revision <= held + FederationLimits.MaxJump
        ? null
        : $"a revision that is more than {FederationLimits.MaxJump} ahead; an operator can send it with guard federation repair --force";

    /// <summary>We hold this revision or a later one. Of the same revision there is one document: another one is an alarm.</summary>
    public async Task<RowAnswer> StaleAsync(TableRow held, TableRow arrived, bool isSameRevision, CancellationToken cancellation)
    {
        if (alarms is not null && isSameRevision && held.Document != arrived.Document)
        {
            await alarms.ConflictAsync(arrived, cancellation);
        }

        return RowAnswer.Stale;
    }
}
