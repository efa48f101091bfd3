using ServerlessGuard.Cli.Input;
using ServerlessGuard.Evaluations;
using ServerlessGuard.Exemptions;

namespace ServerlessGuard.Cli.Reports;

/// <summary>Which findings of a scan somebody has accepted, by the exemptions of guard.yaml that are live.</summary>
/// <param name="exemptions">Of the settings.</param>
/// <param name="notes">The tags that they ask for.</param>
/// <param name="now">An exemption ends by the calendar, whatever time credentials are measured at.</param>
internal sealed class Suppressions(IReadOnlyList<Exemption> exemptions, ScanNotes notes, DateTimeOffset now)
{
    /// <summary>The exemption of a verdict that is not compliant, or null.</summary>
    public Exemption? Of(Evaluation evaluation) => evaluation.Verdict.Compliance is Compliance.NonCompliant ? Of(evaluation, evaluation.Rule.Id) : null;

    public Exemption? Of(Evaluation evaluation, SubFinding found) => Of(evaluation, $"{evaluation.Rule.Id}/{found.Key}");

    public Exemption? Of(Evaluation evaluation, string id) => exemptions.Count == 0
        ? null
        : exemptions.FirstOrDefault(exemption => exemption.Covers(id, evaluation.Subject, name => notes.Tag(evaluation.Subject, name), now));
}
