using ServerlessGuard.Resources;
using ServerlessGuard.Rules;
using ServerlessGuard.Verdicts;

namespace ServerlessGuard.Evaluations;

/// <summary>One rule on one subject at one capture: transient, and the only thing that reports and findings are made of.</summary>
public sealed record Evaluation(RuleDescriptor Rule, ResourceRef Subject, Verdict Verdict)
{
    /// <summary>When the cloud observed the configuration; null for ARM answers.</summary>
    public DateTimeOffset? CapturedAt { get; init; }

    /// <summary>Levels that the subject's tags add or take.</summary>
    public int SeverityShift { get; init; }

    /// <summary>This case's severity: the rule's, or the case's own, moved by tags, which never take a critical one below high.</summary>
    public Severity Severity => Shift(Verdict.Severity ?? Rule.Severity, SeverityShift);

    public Severity SeverityOf(SubFinding found) => Shift(found.Severity, SeverityShift);

    /// <summary>What reports order by: a failure's severity; nothing else counts.</summary>
    internal int Rank => Verdict.Compliance is Compliance.NonCompliant ? (int)Severity : 0;

    internal static Severity Shift(Severity severity, int levels)
    {
        var floor = severity is Severity.Critical ? (int)Severity.High : (int)Severity.Low;
        return (Severity)Math.Clamp((int)severity + levels, floor, (int)Severity.Critical);
    }
}
