using ServerlessGuard.Exemptions;
using ServerlessGuard.Findings;

namespace ServerlessGuard.Recording;

/// <summary>What a verdict changes in a finding that is known.</summary>
public static partial class Reconciler
{
    private static FindingChange? Still(Finding finding, RuleVerdict verdict, SubjectVerdicts now, IReadOnlyList<Exemption> exemptions,
        DateTimeOffset at)
    {
        var exemption = Find(verdict, now, exemptions, at);
        var status = exemption is null ? FindingStatus.Open : FindingStatus.Suppressed;
        if (status == finding.Status && exemption?.Id == finding.ExemptionId && verdict.Severity == finding.Severity
            && verdict.Reason == finding.Reason
            && verdict.Title == finding.Title && verdict.IsPreview == finding.Preview && now.NeverTouch == finding.NeverTouch
                && verdict.Evidence.SequenceEqual(finding.Evidence))
        {
            return null;
        }

        var next = finding with
        {
            Status = status,
            ExemptionId = exemption?.Id,
            ExemptionWarnedAt = exemption?.Id == finding.ExemptionId ? finding.ExemptionWarnedAt : null,
            Severity = verdict.Severity,
            Title = verdict.Title,
            Reason = verdict.Reason,
            Evidence = verdict.Evidence,
            Revision = finding.Revision + 1,
            CapturedAt = now.CapturedAt,
            NeverTouch = now.NeverTouch,
            Preview = verdict.IsPreview,
            Owner = now.Owner,
            Remediation = verdict.Remediation,
            Stages = now.Stages with { Recorded = at },
        };
        var outgrown = status is FindingStatus.Open && finding.ExemptionId is { } held
            ? exemptions.FirstOrDefault(one => one.Id == held)?.Outgrown(Weakness.Of(verdict))
            : null;
        var step = (finding.Status, status) switch
        {
            (FindingStatus.Suppressed, FindingStatus.Open) => FindingStep.Reopened,
            (FindingStatus.Open, FindingStatus.Suppressed) => FindingStep.Suppressed,
            _ => FindingStep.Changed,
        };
        var left = finding.Preview && !verdict.IsPreview ? " The rule is no longer in preview." : string.Empty;
        var detail = outgrown is null ? verdict.Reason + left : $"{verdict.Reason} No longer exempted: {outgrown}.{left}";
        return FindingChange.Of(finding, next, step, now.CapturedAt, at, now.Actor, detail);
    }

    private static FindingChange Resolve(Finding finding, string reason, SubjectVerdicts now, DateTimeOffset at)
    {
        var next = finding with
        {
            Status = FindingStatus.Resolved,
            ExemptionId = null,
            ExemptionWarnedAt = null,
            Revision = finding.Revision + 1,
            CapturedAt = now.CapturedAt,
            ResolvedAt = now.CapturedAt,
            Stages = now.Stages with { Recorded = at, Remediated = finding.Stages.Remediated },
        };
        return FindingChange.Of(finding, next, FindingStep.Resolved, AfterOurs(finding.Treatment, now.CapturedAt), at, now.Actor, reason);
    }

    /// <summary>
    /// What a fix resolves comes after it in the timeline, whose keys are times: the two clocks may be the same to the tick, or the cloud's
    /// a little behind. While a fix is under way its step will bear a time between the intent's and this one.
    /// </summary>
    private static DateTimeOffset AfterOurs(Treatment? treatment, DateTimeOffset captured) =>
        treatment is { State: TreatmentState.Applying or TreatmentState.Fixed, At: var ours } && captured <= ours
            ? ours.AddTicks(1)
            : captured;

    private static Exemption? Find(RuleVerdict verdict, SubjectVerdicts now, IReadOnlyList<Exemption> exemptions, DateTimeOffset at) =>
        exemptions.FirstOrDefault(exemption => exemption.Covers(Weakness.Of(verdict), now.Subject, now.Tag, at));
}
