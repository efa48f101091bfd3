using ServerlessGuard.Findings;
using ServerlessGuard.Guards;
using ServerlessGuard.Verdicts;

namespace ServerlessGuard.Remediation;

/// <summary>
/// What becomes of the entry of a fix that a stop, the breaker or the dry window holds back: it waits until that ends, and then the fix is
/// planned again. One entry per finding, however often it is held back.
/// </summary>
internal static class Holding
{
    /// <summary>What is less bad is due a little later, which is a run of the schedule: the worst is planned first.</summary>
    private static readonly TimeSpan Step = TimeSpan.FromSeconds(10);

    /// <summary>
    /// A stop ends by a person's word, upon which <see cref="HeldRelease"/> lets go; this is for the word that was missed.
    /// </summary>
    private static readonly TimeSpan WhileStopped = TimeSpan.FromDays(1);

    public static OutboxEntry Entry(Finding finding, HeldBackBy by, RemediationSettings settings, Control control, DateTimeOffset now) =>
        new()
    {
        Kind = OutboxKind.Remediate,
        RuleId = finding.RuleId,
        Resource = finding.Resource,

        // No revision of its own: the same key each time, in the order in which findings were opened.
        Revision = 0,
        CreatedAt = finding.OpenedAt,
        Step = FindingStep.Proposed,
        HeldBackBy = by,
        Severity = finding.Severity,
        NextAttemptAt = Until(by, settings, control, now) + Behind(finding.Severity),
    };

    /// <summary>Nothing that is due comes later than that after the worst.</summary>
    public static TimeSpan Longest => Behind(Severity.Low);

    public static TimeSpan Behind(Severity? severity) => Step * ((int)Severity.Critical - (int)(severity ?? Severity.Low));

    private static DateTimeOffset Until(HeldBackBy by, RemediationSettings settings, Control control, DateTimeOffset now) => by switch
    {
        HeldBackBy.Stop => now + WhileStopped,
        HeldBackBy.Breaker =>
            new DateTimeOffset(now.UtcTicks - now.UtcTicks % TimeSpan.TicksPerHour, TimeSpan.Zero) + TimeSpan.FromHours(1),
        HeldBackBy.DryWindow => control.FirstSeen + settings.DryWindow,
    };
}
