using ServerlessGuard.Exemptions;
using ServerlessGuard.Findings;
using ServerlessGuard.Rules;
using ServerlessGuard.Tables;

namespace ServerlessGuard.Notifications;

/// <summary>A finding and its story → what people are told, and what they may decide.</summary>
public static partial class Messages
{
    private const int MostSteps = 6;
    private const int MostEvidence = 3;
    private const int NameLength = 120;
    private const int DetailLength = 400;
    private const int StepDetailLength = 100;

    /// <param name="story">Its steps, in any order; what is missing is only not shown.</param>
    /// <param name="rule">The finding's rule; null when this deployment does not know it.</param>
    /// <param name="exemption">The one that suppresses it, where known.</param>
    public static Message Of(Finding finding, IReadOnlyList<FindingEvent> story, RuleDescriptor? rule, DateTimeOffset now,
        Exemption? exemption = null)
    {
        var treatment = TreatmentOf(finding);
        var (status, tone) = MessageWords.Status(finding);
        var steps = story.OrderBy(step => step.Revision).ThenBy(step => step.RecordedAt).ToList();
        return new Message
        {
            FindingId = finding.Id,
            RuleId = finding.RuleId,
            Revision = finding.Revision,
            Partition = RowKeys.Partition(finding.Resource),
            PlanId = treatment?.Plan?.Id,
            Headline = finding.Title,
            Severity = finding.Severity,
            Status = status,
            Tone = tone,
            Resource = Resource(finding),
            Since = finding.OpenedAt,
            Actor = finding.Actor,
            Reason = finding.Reason,
            WhyItMatters = rule?.Risk,
            Evidence = [.. finding.Evidence.Take(MostEvidence)],
            Plan = treatment?.Plan is { } plan ? PlanChanges.Of(plan) : null,
            Outcome = Outcome(finding, treatment, steps, exemption),
            Approvals = treatment?.State is TreatmentState.AwaitingApproval or TreatmentState.Proposed ? treatment.Approvals : [],
            ExemptUntil = finding.Status is FindingStatus.Suppressed ? exemption?.ExpiresAt : null,
            Steps = [.. steps.Skip(Math.Max(0, steps.Count - MostSteps)).Select(Step)],
            Buttons = Buttons(finding, treatment),
            AsOf = now,
        };
    }

    internal static MessageResource Resource(Finding finding)
    {
        var resource = finding.Resource;
        var name = string.IsNullOrWhiteSpace(resource.Name) ? resource.Id : resource.Name;
        return new MessageResource(resource.Provider, resource.NativeType, resource.Id, name, resource.Account, resource.Region);
    }

    /// <summary>What was done about this violation: a finding that came back carries what was done about the one before.</summary>
    internal static Treatment? TreatmentOf(Finding finding) =>
        finding.Treatment is { } treatment && (finding.Reopened == 0 || treatment.At >= finding.OpenedAt) ? treatment : null;

    private static MessageStep Step(FindingEvent step)
    {
        var by = step.Actor is { } actor ? " by " + PlainText.Of(actor, NameLength) : string.Empty;
        var detail = step.Step is not (FindingStep.Opened or FindingStep.Changed or FindingStep.Reopened) && step.Detail is { } text
            ? ": " + PlainText.Of(text, StepDetailLength)
            : string.Empty;
        return new MessageStep(step.At, MessageWords.Of(step.Step) + by + detail);
    }

    private static string? Outcome(Finding finding, Treatment? treatment, IReadOnlyList<FindingEvent> story, Exemption? exemption) =>
        finding.Status switch
    {
        FindingStatus.Resolved => Closed("Resolved", story, FindingStep.Resolved),
        FindingStatus.Suppressed => exemption is null
            ? Closed("Exempted", story, FindingStep.Suppressed)
            : $"Exempted{By(exemption.ApprovedBy ?? exemption.RequestedBy)} ({Category(exemption.Category)}): "
                + $"{PlainText.Of(exemption.Reason, DetailLength)}",
        FindingStatus.Open => treatment is null ? null : Outcome(treatment),
    };

    private static string Closed(string word, IReadOnlyList<FindingEvent> story, FindingStep step) =>
        story.LastOrDefault(candidate => candidate.Step == step) is { } last ? $"{word}{By(last.Actor)}{Detail(last.Detail)}" : word + ".";

    private static string? Outcome(Treatment treatment) => treatment.State switch
    {
        TreatmentState.Proposed => treatment.Detail is null ? null : $"Proposed, not applied{Detail(treatment.Detail)}",
        TreatmentState.AwaitingApproval => treatment.Detail is null ? null : $"A person has to decide{Detail(treatment.Detail)}",
        TreatmentState.Approved => $"Approved{By(treatment.By)}. The plan is made again from the live state before it is applied.",
        TreatmentState.Rejected => $"Rejected{By(treatment.By)}{Detail(treatment.Detail)}",
        TreatmentState.Applying => "The fix is being applied.",
        TreatmentState.Fixed => $"Fixed{(treatment.By is null ? " automatically" : ", approved" + By(treatment.By))}, and verified.",
        TreatmentState.AlreadyDone => $"Nothing left to do{Detail(treatment.Detail)}",
        TreatmentState.Refused => $"Not fixed{Detail(treatment.Detail)}",
        TreatmentState.Failed => $"Failed{Detail(treatment.Detail)}",
        TreatmentState.Undone => $"The fix was undone{By(treatment.By)}. It will not be fixed again without a person.",
        TreatmentState.Escalated => $"A person needs to look at this{Detail(treatment.Detail)}",
        TreatmentState.Undoing => $"The fix is being undone{By(treatment.By)}.",
        TreatmentState.Expired =>
            "Nobody approved in time. The next change to the resource makes a new plan; this one can still be approved.",
    };

    private static string By(string? name) => name is null ? string.Empty : " by " + PlainText.Of(name, NameLength);

    private static string Detail(string? detail) => detail is null ? "." : ": " + PlainText.Of(detail, DetailLength);

    private static string Category(ExemptionCategory category) => category switch
    {
        ExemptionCategory.Waiver => "the risk is accepted",
        ExemptionCategory.Mitigated => "mitigated elsewhere",
    };
}
