using ServerlessGuard.Findings;
using ServerlessGuard.Verdicts;

namespace ServerlessGuard.Decisions;

/// <summary>What a person had before them when they decided. Null: the message or the button did not say.</summary>
/// <param name="PlanId">Of the plan; null: there was none.</param>
/// <param name="Evidence">Its digest, see <see cref="Weakness.Digest"/>.</param>
public sealed record Seen(long Revision, string? PlanId, Severity? Severity, string? Evidence)
{
    public static Seen Of(Finding finding) =>
        new(finding.Revision, finding.Treatment?.Plan?.Id, finding.Severity, Weakness.Of(finding).Digest());
}
