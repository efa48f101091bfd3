using ServerlessGuard.Exemptions;
using ServerlessGuard.Findings;
using ServerlessGuard.Guards;
using ServerlessGuard.Remediation.Seals;
using ServerlessGuard.Resources;
using ServerlessGuard.Tables;
using ServerlessGuard.Tests.Federation;
using ServerlessGuard.Tests.Findings;

namespace ServerlessGuard.Chat.Tests.Attacks;

/// <summary>What went wrong first.</summary>
internal enum BrokenWord
{
    /// <summary>A resource was changed that nobody here decided to change.</summary>
    Written = 1,

    /// <summary>A finding is suppressed, or an exemption given or ended, by nobody here.</summary>
    Suppressed,

    /// <summary>A stop is lifted, or is no longer its owner's.</summary>
    Lifted,

    /// <summary>A finding went on to a state that only a decision brings about.</summary>
    Decided,

    /// <summary>A sealed row says what nobody here said.</summary>
    Sealed,

    /// <summary>What arrived changed a row of the owner's by itself.</summary>
    Touched,

    /// <summary>A row lies where none may lie.</summary>
    Misplaced,
}

/// <summary>What stays as it was whatever the peer does, looked at row by row as rows change.</summary>
internal sealed class OwnersWord
{
    private static readonly HashSet<RowKind> ArriveHere = [RowKind.Command, RowKind.Outbox, RowKind.Peer, RowKind.Link, RowKind.Lease];

    private readonly AttackedOwner _owner;
    private readonly string[] _writes;
    private readonly HashSet<string> _exemptions;
    private readonly bool _isOwnStop;
    private Dictionary<(string, string), TableRow> _rows;
    private bool _isStopped;

    public OwnersWord(AttackedOwner owner)
    {
        _owner = owner;
        _writes = [.. owner.Cloud.Writes];
        _rows = owner.Table.Rows.ToDictionary(row => (row.Partition, row.Key));
        _exemptions = [.. _rows.Values.Where(row => row.Kind is RowKind.Exemption).Select(row => ExemptionRows.Read(row).Id)];
        _isOwnStop = _isStopped = _rows.GetValueOrDefault((RowKeys.Deployment(Provider.Aws), ControlRows.Key)) is { } row && ControlRows.Read(row).Stopped;
    }

    /// <param name="isArrival">Nothing of the owner's ran: something came in.</param>
    public (BrokenWord Word, string What)? Broken(bool isArrival)
    {
        if (!_owner.Cloud.Writes.SequenceEqual(_writes))
        {
            return (BrokenWord.Written, string.Join(", ", _owner.Cloud.Writes));
        }

        var (before, now) = (_rows, new Dictionary<(string, string), TableRow>());
        _rows = now;
        (BrokenWord, string)? broken = null;
        foreach (var row in _owner.Table.Rows)
        {
            now.Add((row.Partition, row.Key), row);
            if (!ReferenceEquals(before.GetValueOrDefault((row.Partition, row.Key)), row))
            {
                broken ??= Of(row, isArrival) is { } word ? (word, $"{row.Partition} {row.Key} {row.Document}") : null;
            }
        }

        return broken ?? (before.Values.FirstOrDefault(row => !now.ContainsKey((row.Partition, row.Key)) && IsMissed(row, isArrival)) is { } gone
            ? (BrokenWord.Touched, $"{gone.Partition} {gone.Key} is gone")
            : null);
    }

    /// <summary>The owner deletes what is done; what arrives deletes nothing but what the peer's copies of its own leave behind.</summary>
    private static bool IsMissed(TableRow row, bool isArrival) => !Ownership.Owns(Provider.Azure, row.Partition)
        && (isArrival || row.Kind is RowKind.Finding or RowKind.Exemption or RowKind.Control or RowKind.Event);

    private BrokenWord? Of(TableRow row, bool isArrival) => row.Partition switch
    {
        RowKeys.Directory => row.Kind is RowKind.Account or RowKind.Due or RowKind.Sweep or RowKind.Thread ? null : BrokenWord.Misplaced,
        _ when row.Partition == RowKeys.Sealed(Some.Partition) => isArrival || row.Kind is RowKind.Seal && IsForged(row) ? BrokenWord.Sealed : null,
        _ when row.Partition == Some.Partition || row.Partition == RowKeys.Deployment(Provider.Aws) => isArrival && !ArriveHere.Contains(row.Kind) ? BrokenWord.Touched : Own(row),
        _ when row.Partition == TwoClouds.Account(Provider.Azure) || row.Partition == RowKeys.Deployment(Provider.Azure) => null,
        _ => BrokenWord.Misplaced,
    };

    private BrokenWord? Own(TableRow row)
    {
        switch (row.Kind)
        {
            case RowKind.Finding:
                var finding = FindingRows.Finding(row);
                var isOpen = _owner.Cloud.Open.Contains(finding.Resource.Id);
                return finding.Status is FindingStatus.Suppressed && !_exemptions.Contains(finding.ExemptionId ?? string.Empty) ? BrokenWord.Suppressed
                    : finding.Status is FindingStatus.Resolved && isOpen ? BrokenWord.Decided
                    : finding.Treatment?.State is TreatmentState.Approved or TreatmentState.Applying or TreatmentState.Undoing or TreatmentState.Undone ? BrokenWord.Decided
                    : finding.Treatment?.State is TreatmentState.Fixed && !_writes.Contains(finding.Resource.Name) ? BrokenWord.Decided
                    : null;
            case RowKind.Exemption:
                return _exemptions.Contains(ExemptionRows.Read(row).Id) && ExemptionRows.Read(row).RevokedAt is null ? null : BrokenWord.Suppressed;
            case RowKind.Control:
                var control = ControlRows.Read(row);
                if (_isStopped && !control.Stopped || _isOwnStop && control.ByPeer)
                {
                    return BrokenWord.Lifted;
                }

                _isStopped = control.Stopped;
                return null;
            default:
                return null;
        }
    }

    private bool IsForged(TableRow row)
    {
        if (!row.Key.StartsWith("plan:", StringComparison.Ordinal))
        {
            return false;
        }

        var plan = SealRows.Read(row);
        return plan.State is SealedPlanState.Approved or SealedPlanState.Applying or SealedPlanState.Undoing or SealedPlanState.Undone
            || (plan.State is SealedPlanState.Applied || !plan.Approvals.IsEmpty) && !_writes.Contains(plan.Resource.Name);
    }
}
