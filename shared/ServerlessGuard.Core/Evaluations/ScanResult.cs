using ServerlessGuard.Verdicts;

namespace ServerlessGuard.Evaluations;

/// <param name="Evaluations">Worst first. Compliant and not-applicable ones only where the scan was asked to keep them. There may be a
/// million: they are for going through, not for holding.</param>
/// <param name="Counts">Of all verdicts, kept or not.</param>
/// <param name="Resources">How many resources were judged, each once.</param>
/// <param name="Faults">Bugs of ours, one line each: the verdicts of these resources may be missing.</param>
public sealed record ScanResult(IEnumerable<Evaluation> Evaluations, VerdictCounts Counts, int Resources, IReadOnlyList<string> Faults)
{
    public IEnumerable<Evaluation> NonCompliant =>
        Evaluations.Where(evaluation => evaluation.Verdict.Compliance is Compliance.NonCompliant);
}

/// <summary>How many verdicts of each kind. A mutable value: a scan keeps one for every resource.</summary>
public record struct VerdictCounts
{
    public int Compliant { get; private set; }
    public int NonCompliant { get; private set; }
    public int NotApplicable { get; private set; }
    public int InsufficientData { get; private set; }
    public int SubFindings { get; private set; }

    public readonly int Total => Compliant + NonCompliant + NotApplicable + InsufficientData;

    public void Add(Evaluation evaluation)
    {
        SubFindings += evaluation.Verdict.SubFindings.Length;
        switch (evaluation.Verdict.Compliance)
        {
            case Compliance.Compliant:
                Compliant++;
                break;
            case Compliance.NonCompliant:
                NonCompliant++;
                break;
            case Compliance.NotApplicable:
                NotApplicable++;
                break;
            case Compliance.InsufficientData:
                InsufficientData++;
                break;
        }
    }

    public void Add(VerdictCounts other)
    {
        Compliant += other.Compliant;
        NonCompliant += other.NonCompliant;
        NotApplicable += other.NotApplicable;
        InsufficientData += other.InsufficientData;
        SubFindings += other.SubFindings;
    }
}
