using System.Collections.Immutable;
using ServerlessGuard.Evaluations;
using ServerlessGuard.Resources;
using ServerlessGuard.Rules;
using ServerlessGuard.Verdicts;

namespace ServerlessGuard.Findings;

/// <summary>All verdicts of one observation on one subject, flattened: a sub-finding is a verdict of its own.</summary>
/// <param name="Source">The native type of the resource that was observed; not always the subject's.</param>
/// <param name="CapturedAt">When the cloud observed it.</param>
public sealed record SubjectVerdicts(ResourceRef Subject, string Source, DateTimeOffset CapturedAt)
{
    /// <summary>The subject itself is gone.</summary>
    public bool Deleted { get; init; }

    /// <summary>The observed resource is the subject.</summary>
    public bool IsOwn => Source.Equals(Subject.NativeType, StringComparison.OrdinalIgnoreCase);

    public required ImmutableArray<RuleVerdict> Verdicts { get; init; }
    public required DetectedBy DetectedBy { get; init; }
    public string? Actor { get; init; }

    /// <summary>A tag of the resource, its account or its kind forbids any change by us.</summary>
    public bool NeverTouch { get; init; }

    /// <summary>The owner tag's value.</summary>
    public string? Owner { get; init; }

    public Func<string, string?> Tag { get; init; } = static _ => null;
    public required FindingStages Stages { get; init; }

    public static ImmutableArray<RuleVerdict> Flatten(IEnumerable<Evaluation> evaluations)
    {
        var verdicts = ImmutableArray.CreateBuilder<RuleVerdict>();
        foreach (var evaluation in evaluations)
        {
            var (rule, _, verdict) = evaluation;
            verdicts.Add(
                new RuleVerdict(rule.Id, rule.Title, evaluation.Severity, verdict.Compliance, verdict.Reason ?? string.Empty,
                    verdict.Evidence, rule.Remediation)
            {
                Missing = verdict.Missing,
                IsPreview = rule.Maturity is Maturity.Preview,
            });
            foreach (var found in verdict.SubFindings)
            {
                verdicts.Add(new RuleVerdict(
                    SubFinding.IdOf(rule.Id, found.Key),
                    rule.SubFindings.GetValueOrDefault(found.Key, rule.Title),
                    evaluation.SeverityOf(found),
                    Compliance.NonCompliant,
                    found.Reason,
                    [found.Evidence],
                    Remediation: null)
                {
                    IsPreview = rule.Maturity is Maturity.Preview,
                });
            }
        }

        return verdicts.DrainToImmutable();
    }
}

/// <summary>What one rule (or sub-finding) says about the subject.</summary>
public sealed record RuleVerdict(
    string RuleId, string Title, Severity Severity, Compliance Compliance, string Reason, ImmutableArray<Evidence> Evidence,
    string? Remediation)
{
    /// <summary>InsufficientData: the fact that was not observed.</summary>
    public string? Missing { get; init; }

    /// <summary>The rule is in preview: the finding is recorded, and nothing else.</summary>
    public bool IsPreview { get; init; }
}
