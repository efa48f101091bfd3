using ServerlessGuard.Exemptions;
using ServerlessGuard.Findings;
using ServerlessGuard.Verdicts;

namespace ServerlessGuard.Recording;

/// <summary>
/// Verdicts × what the table holds → what changes. Pure, and the same in both clouds: open, still open, resolved, reopened, suppressed.
/// Idempotent, and right in whatever order events arrive: an older capture than the latest one judged changes nothing.
/// </summary>
public static partial class Reconciler
{
    public static Reconciliation Reconcile(
        ResourceState? known, IReadOnlyList<Finding> stored, SubjectVerdicts now, IReadOnlyList<Exemption> exemptions,
        DateTimeOffset recordedAt)
    {
        if (known is not null && known.Captures.TryGetValue(now.Source, out var latest) && now.CapturedAt < latest)
        {
            return Reconciliation.Stale;
        }

        var changes = new List<FindingChange>();
        var before = stored.ToDictionary(finding => finding.RuleId, StringComparer.Ordinal);
        foreach (var verdict in now.Verdicts)
        {
            before.Remove(verdict.RuleId, out var finding);
            if (Next(finding, verdict, now, exemptions, recordedAt) is { } change)
            {
                changes.Add(change);
            }
        }

        // What nobody spoke of: everything, when the resource is gone; a sub-finding, when its rule had its say without it.
        foreach (var finding in before.Values.Where(finding => finding.Status is not FindingStatus.Resolved))
        {
            var said = now.Verdicts.FirstOrDefault(verdict => verdict.RuleId == SubFinding.RuleOf(finding.RuleId))?.Compliance;
            var reason = now.Deleted ? "The resource was deleted." : "The weakness is no longer there.";
            if (now.Deleted || SubFinding.IsId(finding.RuleId) && said is not (null or Compliance.InsufficientData))
            {
                changes.Add(Resolve(finding, reason, now, recordedAt));
            }
        }

        var judged = now.Verdicts.Select(verdict => verdict.RuleId).ToHashSet(StringComparer.Ordinal);
        var state = new ResourceState
        {
            Resource = now.Subject,
            Captures = (known?.Captures ?? ResourceState.NoCaptures).SetItem(now.Source, now.CapturedAt),
            Deleted = now.IsOwn ? now.Deleted : known?.Deleted ?? false,
            Gaps =
            [
                .. (known?.Gaps ?? []).Where(gap => !now.Deleted && !judged.Contains(gap.RuleId)),
                .. now.Verdicts.Where(verdict => verdict.Compliance is Compliance.InsufficientData)
                    .Select(verdict => new Gap(verdict.RuleId, verdict.Missing ?? string.Empty)),
            ],
        };
        return new Reconciliation(IsStale: false, Same(state, known) ? null : state, changes);
    }

    private static bool Same(ResourceState state, ResourceState? known) => known is not null
        && state.Captures.SequenceEqual(known.Captures) && state.Deleted == known.Deleted && state.Gaps.SequenceEqual(known.Gaps);

    private static FindingChange? Next(Finding? finding, RuleVerdict verdict, SubjectVerdicts now, IReadOnlyList<Exemption> exemptions,
        DateTimeOffset at)
    {
        var live = finding?.Status is FindingStatus.Open or FindingStatus.Suppressed ? finding : null;
        return (verdict.Compliance, live) switch
        {
            (Compliance.InsufficientData, _) => null,
            (Compliance.NonCompliant, null) => Open(finding, verdict, now, exemptions, at),
            (Compliance.NonCompliant, _) => Still(live, verdict, now, exemptions, at),
            (Compliance.Compliant or Compliance.NotApplicable, null) => null,
            (Compliance.Compliant, _) => Resolve(live, "The resource complies.", now, at),
            (Compliance.NotApplicable, _) =>
                Resolve(live, now.Deleted ? "The resource was deleted." : $"The rule no longer applies: {verdict.Reason}.", now, at),
        };
    }

    private static FindingChange Open(Finding? finding, RuleVerdict verdict, SubjectVerdicts now, IReadOnlyList<Exemption> exemptions,
        DateTimeOffset at)
    {
        var exemption = Find(verdict, now, exemptions, at);
        var opened = new Finding
        {
            Id = FindingId.Of(verdict.RuleId, now.Subject),
            RuleId = verdict.RuleId,
            Resource = now.Subject,
            Title = verdict.Title,
            Severity = verdict.Severity,
            Status = exemption is null ? FindingStatus.Open : FindingStatus.Suppressed,
            Reason = verdict.Reason,
            Evidence = verdict.Evidence,
            Revision = (finding?.Revision ?? 0) + 1,
            CapturedAt = now.CapturedAt,
            OpenedAt = now.CapturedAt,
            Reopened = finding is null ? 0 : finding.Reopened + 1,
            DetectedBy = now.DetectedBy,
            Actor = now.Actor,
            NeverTouch = now.NeverTouch,
            Preview = verdict.IsPreview,
            Owner = now.Owner,
            Remediation = verdict.Remediation,
            Treatment = finding?.Treatment,
            ExemptionId = exemption?.Id,
            Stages = now.Stages with { Recorded = at },
        };
        var step = exemption is not null ? FindingStep.Suppressed : finding is null ? FindingStep.Opened : FindingStep.Reopened;
        return FindingChange.Of(finding, opened, step, now.CapturedAt, at, now.Actor,
            exemption is null ? verdict.Reason : $"{verdict.Reason} Accepted: {exemption.Reason}");
    }
}
