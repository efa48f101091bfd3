using ServerlessGuard.Evaluations;
using ServerlessGuard.Verdicts;

namespace ServerlessGuard.Cli.Reports;

/// <summary>One line of the table: a verdict, or one of its sub-findings.</summary>
/// <param name="Part">Which sub-finding; -1: the verdict itself.</param>
/// <param name="Number">Which of the report's rows.</param>
internal sealed record TableRow(Evaluation Evaluation, int Part, long Number)
{
    private readonly SubFinding? _found = Part < 0 ? null : Evaluation.Verdict.SubFindings[Part];

    /// <summary>Failures first, worst first, then by rule and subject.</summary>
    public static IComparer<TableRow> Order { get; } = Comparer<TableRow>.Create(static (left, right) =>
        left.Rank != right.Rank ? left.Rank.CompareTo(right.Rank)
        : string.CompareOrdinal(left.Id, right.Id) is not 0 and var byId ? byId
        : string.CompareOrdinal(left.Evaluation.Subject.Id, right.Evaluation.Subject.Id) is not 0 and var bySubject ? bySubject
        : left.Number.CompareTo(right.Number));

    public string Id => _found is null ? Evaluation.Rule.Id : $"{Evaluation.Rule.Id}/{_found.Key}";

    public string Title => _found is null
        ? Evaluation.Rule.Title
        : Evaluation.Rule.SubFindings.GetValueOrDefault(_found.Key, _found.Key);

    public Severity Severity => _found is null ? Evaluation.Severity : Evaluation.SeverityOf(_found);

    public Compliance Compliance => _found is null ? Evaluation.Verdict.Compliance : Compliance.NonCompliant;

    public string Reason => (_found, Evaluation.Verdict) switch
    {
        ({ } found, _) => found.Reason,
        (_, { Reason: null }) => "The condition was tested and is met.",
        (_, { Missing: null, Reason: { } reason }) => reason,
        var (_, verdict) => $"{verdict.Missing}: {verdict.Reason}",
    };

    public IEnumerable<Evidence> Evidence => _found is null ? Evaluation.Verdict.Evidence : [_found.Evidence];

    private int Rank => Compliance is Compliance.NonCompliant ? -(int)Severity : (int)Compliance + 1;
}
