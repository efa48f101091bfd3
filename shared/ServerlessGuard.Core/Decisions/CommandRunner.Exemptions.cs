using ServerlessGuard.Due;
using ServerlessGuard.Exemptions;
using ServerlessGuard.Findings;
using ServerlessGuard.Tables;

namespace ServerlessGuard.Decisions;

public sealed partial class CommandRunner
{
    private const string NotOne = "an exemption from the peer must be for one finding, and no finding has this rule and resource";

    private async Task<CommandOutcome?> ExemptAsync(Work work, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        if (work.Command.Exemption is not { } asked)
        {
            return await FinishAsync(work, CommandState.Refused, "the exemption has no content", [], cancellation);
        }

        var isPeers = work.Command.IssuedIn != own;
        if (work.Command.FindingId is not { } id || FindingId.RowKey(id) is not { } key
            || await table.FindAsync(work.Partition, key, cancellation) is not { Kind: RowKind.Finding } found)
        {
            return await FinishAsync(work, CommandState.Refused,
                isPeers ? NotOne : "exempt: it names no finding in this account: decide again", [], cancellation);
        }

        var finding = FindingRows.Finding(found);
        if (isPeers && !PeerRules.IsFor(asked, finding))
        {
            return await FinishAsync(work, CommandState.Refused, NotOne, [], cancellation);
        }

        if ((Unsound(asked, finding, now) ?? await OutOfDateAsync(finding, work, cancellation)) is { } why)
        {
            return await DeclineAsync(work, found, finding, "exempt: " + why, cancellation);
        }

        // Its place is in this account, whatever it says; its author is whoever asked; and it covers what was seen, nothing worse.
        var exemption = asked with
        {
            Id = work.Command.Id,
            FindingId = isPeers ? work.Command.FindingId : asked.FindingId,
            MaxSeverity = work.Command.Severity,
            Evidence = asked.ResourceId is null ? null : work.Command.Evidence,
            Account = work.Partition[(work.Partition.IndexOf(':', StringComparison.Ordinal) + 1)..],
            RequestedBy = work.Command.By.Name,
            ApprovedBy = work.Command.By.Name,
            Revision = 1,
            RevokedAt = null,
        };
        var row = ExemptionRows.Row(work.Partition, exemption, version: null);
        if (await table.FindAsync(work.Partition, row.Key, cancellation) is null
            && !await table.CommitMarkedAsync(work.Partition,
                [new TableWrite.Insert(row), .. outbox.AfterRow(work.Partition, row.Key, now, tells: false)], now, cancellation))
        {
            return null;
        }

        var suppressed = await walk.AlignAsync(work.Partition, exemption, work.Command.By.Name, cancellation);
        return await FinishAsync(work, CommandState.Done,
            $"exempted until {exemption.ExpiresAt:yyyy-MM-dd}, {suppressed} {(suppressed == 1 ? "finding" : "findings")} changed", [],
            cancellation);
    }

    /// <summary>An exemption has the id of the command that made it. Without the command it is taken for one of ours.</summary>
    private async Task<bool> IsPeersAsync(Work work, string exemption, CancellationToken cancellation) =>
        await table.FindAsync(work.Partition, CommandRows.Key(exemption), cancellation) is { Kind: RowKind.Command } row
            && CommandRows.Read(row).IssuedIn == work.Command.IssuedIn;

    private string? Unsound(Exemption asked, Finding finding, DateTimeOffset now)
    {
        if (asked.ExpiresAt <= now || asked.ExpiresAt > now + TimeSpan.FromDays(settings.MaxExemptionDays + 1))
        {
            return $"an exemption must end within {settings.MaxExemptionDays} days";
        }

        if (asked.RuleId != finding.RuleId || asked.Tag is not null
            || asked.ResourceId is { } resource && (finding.Resource with { Id = resource }).Key != finding.Resource.Key)
        {
            return "an exemption must be for the finding that was seen, or for its rule in the account";
        }

        return string.IsNullOrWhiteSpace(asked.Reason) ? "an exemption needs a reason" : null;
    }

    private async Task<CommandOutcome?> RevokeAsync(Work work, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        if (work.Command.Exemption?.Id is not { } id
            || await table.FindAsync(work.Partition, ExemptionRows.Key(id), cancellation) is not { Kind: RowKind.Exemption } row)
        {
            return await FinishAsync(work, CommandState.Refused, "no such exemption (those in guard.yaml have to be ended there)", [],
                cancellation);
        }

        var exemption = ExemptionRows.Read(row);
        if (work.Command.IssuedIn != own && !await IsPeersAsync(work, exemption.Id, cancellation))
        {
            return await FinishAsync(work, CommandState.Refused, "the exemption was made here: end it here", [], cancellation);
        }

        if (exemption.RevokedAt is null)
        {
            var ended = ExemptionRows.Row(work.Partition, exemption with { RevokedAt = now, Revision = exemption.Revision + 1 },
                row.Version);
            if (!await table.CommitMarkedAsync(work.Partition,
                [new TableWrite.Replace(ended), .. outbox.AfterRow(work.Partition, row.Key, now, tells: false)], now, cancellation))
            {
                return null;
            }
        }

        var reopened = await walk.AlignAsync(work.Partition, exemption, work.Command.By.Name, cancellation);
        return await FinishAsync(work, CommandState.Done, $"ended, {reopened} {(reopened == 1 ? "finding" : "findings")} changed", [],
            cancellation);
    }
}
