using ServerlessGuard.Cli.Input;
using ServerlessGuard.Evaluations;
using ServerlessGuard.Exemptions;
using ServerlessGuard.Findings;
using ServerlessGuard.Verdicts;

namespace ServerlessGuard.Cli.Reports;

/// <summary>Which findings of a scan somebody has accepted, by the exemptions of guard.yaml that are live.</summary>
/// <param name="notes">The tags that they ask for.</param>
/// <param name="now">An exemption ends by the calendar, whatever time credentials are measured at.</param>
internal sealed class Suppressions(IReadOnlyList<Exemption> exemptions, ScanNotes notes, DateTimeOffset now)
{
    /// <summary>The exemption of a verdict that is not compliant, or null.</summary>
    public Exemption? Of(Evaluation evaluation) =>
        evaluation.Verdict.Compliance is Compliance.NonCompliant
            ? Of(evaluation, new Weakness(evaluation.Rule.Id, evaluation.Severity, evaluation.Verdict.Evidence))
            : null;

    public Exemption? Of(Evaluation evaluation, SubFinding found) =>
        Of(evaluation, new Weakness($"{evaluation.Rule.Id}/{found.Key}", evaluation.SeverityOf(found), [found.Evidence]));

    private Exemption? Of(Evaluation evaluation, Weakness weakness) => exemptions.Count == 0
        ? null
        : exemptions.FirstOrDefault(exemption =>
            exemption.Covers(weakness, evaluation.Subject, name => notes.Tag(evaluation.Subject, name), now));
}
