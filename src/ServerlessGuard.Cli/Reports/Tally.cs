using ServerlessGuard.Exemptions;
using ServerlessGuard.Verdicts;

namespace ServerlessGuard.Cli.Reports;

/// <summary>What a report counts, in one walk over the verdicts.</summary>
internal sealed class Tally
{
    private readonly Dictionary<Severity, int> _failed = [];
    private readonly OrderedDictionary<string, int> _accepted = new(StringComparer.Ordinal);

    public Tally(Report report)
    {
        foreach (var evaluation in report.Result.Evaluations)
        {
            var exemption = report.Suppressions.Of(evaluation);
            Accept(exemption);
            if (evaluation.Verdict.Compliance is Compliance.NonCompliant && exemption is null)
            {
                _failed[evaluation.Severity] = Failed(evaluation.Severity) + 1;
            }

            SubFindings += evaluation.Verdict.SubFindings.Count(found => !Accept(report.Suppressions.Of(evaluation, found)));
        }
    }

    /// <summary>Failures that nobody has accepted.</summary>
    public int AllFailed => _failed.Values.Sum();

    /// <summary>Sub-findings that nobody has accepted.</summary>
    public int SubFindings { get; }

    /// <summary>Failures and sub-findings that somebody has accepted.</summary>
    public int AllAccepted => _accepted.Values.Sum();

    /// <summary>By the exemption's id.</summary>
    public IReadOnlyDictionary<string, int> Accepted => _accepted;

    public int Failed(Severity severity) => _failed.GetValueOrDefault(severity);

    private bool Accept(Exemption? exemption)
    {
        if (exemption is null)
        {
            return false;
        }

        _accepted[exemption.Id] = _accepted.GetValueOrDefault(exemption.Id) + 1;
        return true;
    }
}
