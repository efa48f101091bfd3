using ServerlessGuard.Exemptions;
using ServerlessGuard.Findings;

namespace ServerlessGuard.Decisions;

/// <summary>What the end of an exemption, or the warning of it, changes in a finding.</summary>
public sealed partial class ExpiryWalk
{
    private FindingChange? Next(Finding finding, IReadOnlyList<Exemption> active, string? by, DateTimeOffset now) => finding.Status switch
    {
        FindingStatus.Suppressed => Suppressed(finding, active, by, now),
        FindingStatus.Open => Open(finding, active, by, now),
        FindingStatus.Resolved => null,
    };

    private FindingChange? Suppressed(Finding finding, IReadOnlyList<Exemption> active, string? by, DateTimeOffset now)
    {
        var current = active.FirstOrDefault(one => one.Id == finding.ExemptionId);
        if (current is not null && CoversKnown(current, finding, now))
        {
            return finding.ExemptionWarnedAt is null && current.ExpiresAt - now <= warning
                ? Change(finding, finding with { ExemptionWarnedAt = now }, FindingStep.ExemptionEnding, by: null,
                    $"the exemption ends on {current.ExpiresAt:yyyy-MM-dd}: {current.Reason}", now)
                : null;
        }

        if (active.FirstOrDefault(one => one.Tag is null && Covers(one, finding, now)) is { } other)
        {
            return Change(finding, finding with { ExemptionId = other.Id, ExemptionWarnedAt = Warned(other, now) }, FindingStep.Suppressed,
                by, "Accepted: " + other.Reason, now);
        }

        var why = current is { RevokedAt: null } && now < current.ExpiresAt && current.Outgrown(Weakness.Of(finding)) is { } outgrown
            ? outgrown
            : current?.RevokedAt is not null
                ? "the exemption was ended" : current is null ? "the exemption no longer exists" : "the exemption has ended";
        return Change(finding,
            finding with { Status = FindingStatus.Open, ExemptionId = null, ExemptionWarnedAt = null, Reopened = finding.Reopened + 1 },
            FindingStep.Reopened, by, $"{why}: {finding.Reason}", now);
    }

    private FindingChange? Open(Finding finding, IReadOnlyList<Exemption> active, string? by, DateTimeOffset now)
    {
        if (active.FirstOrDefault(one => one.Tag is null && Covers(one, finding, now)) is { } exemption)
        {
            return Change(finding,
                finding with { Status = FindingStatus.Suppressed, ExemptionId = exemption.Id, ExemptionWarnedAt = Warned(exemption, now) },
                FindingStep.Suppressed, by ?? exemption.ApprovedBy, "Accepted: " + exemption.Reason, now);
        }

        return finding.Treatment is { State: TreatmentState.AwaitingApproval } waiting && now - waiting.At > approvalExpiry
            ? Change(finding, finding with { Treatment = waiting with { State = TreatmentState.Expired, At = now, Approvals = [] } },
                FindingStep.Expired, by: null, "nobody approved it in time", now)
            : null;
    }

    /// <summary>A short exemption says when it ends as it begins.</summary>
    private DateTimeOffset? Warned(Exemption exemption, DateTimeOffset now) => exemption.ExpiresAt - now <= warning ? now : null;

    private static bool Covers(Exemption exemption, Finding finding, DateTimeOffset now) =>
        exemption.Covers(Weakness.Of(finding), finding.Resource, static _ => null, now);

    /// <summary>
    /// The tags of the resource are not at hand here: that the exemption's tag was there is believed until the resource is judged again.
    /// </summary>
    private static bool CoversKnown(Exemption exemption, Finding finding, DateTimeOffset now) =>
        Covers(exemption with { Tag = null }, finding, now);

    private static FindingChange Change(Finding before, Finding after, FindingStep step, string? by, string detail, DateTimeOffset now) =>
        FindingChange.Of(before, after with { Revision = before.Revision + 1 }, step, now, now, by, detail);
}
