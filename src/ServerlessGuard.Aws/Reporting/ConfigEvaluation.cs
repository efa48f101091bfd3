using ServerlessGuard.Evaluations;
using ServerlessGuard.Resources;
using ServerlessGuard.Rules;
using ServerlessGuard.Verdicts;

namespace ServerlessGuard.Aws.Reporting;

/// <summary>All verdicts of one item in the one word that a Config rule takes: one Config rule stands for all of ours.</summary>
/// <param name="ResourceId">Config's: not the ARN.</param>
/// <param name="Word">COMPLIANT, NON_COMPLIANT or NOT_APPLICABLE; INSUFFICIENT_DATA is not accepted by PutEvaluations.</param>
/// <param name="Annotation">At most 256 characters.</param>
/// <param name="OrderingTimestamp">The item's own capture time, so that Config drops an older answer.</param>
/// <remarks>API reference of AWS Config, PutEvaluations and Evaluation.</remarks>
public sealed record ConfigEvaluation(string ResourceType, string ResourceId, string Word, string? Annotation,
    DateTimeOffset OrderingTimestamp)
{
    public const int MaxAnnotation = 256;

    /// <summary>Null when nothing may be said: every verdict lacks data.</summary>
    public static ConfigEvaluation? Of(Resource resource, IReadOnlyList<Evaluation> evaluations, DateTimeOffset now)
    {
        if (resource.Document["resourceId"].NonEmpty is not { } id)
        {
            return null;
        }

        // Config tells people and starts remediations of its own: a rule in preview is no cause for either.
        evaluations = [.. evaluations.Where(evaluation => evaluation.Rule.Maturity is not Maturity.Preview)];

        // A bucket speaks of its account too, and is not to blame for it; an item that speaks of its account only is.
        var own = evaluations.Where(evaluation => evaluation.Subject.Key == resource.Ref.Key).ToList();
        evaluations = own.Count > 0 ? own : evaluations;
        var broken = evaluations.Where(evaluation => evaluation.Verdict.Compliance is Compliance.NonCompliant).ToList();
        var unknown = evaluations.Where(evaluation => evaluation.Verdict.Compliance is Compliance.InsufficientData)
            .Select(evaluation => evaluation.Rule.Id).Distinct(StringComparer.Ordinal).ToList();
        var isGone = resource.Status is ResourceStatus.Deleted or ResourceStatus.LeftScope;
        var (word, annotation) = (isGone, broken.Count, unknown.Count) switch
        {
            (true, _, _) => ("NOT_APPLICABLE", null),
            (_, > 0, _) => ("NON_COMPLIANT", Worst(broken)),
            (_, _, 0) => (evaluations.Any(evaluation => evaluation.Verdict.Compliance is Compliance.Compliant)
                ? "COMPLIANT"
                : "NOT_APPLICABLE", (string?)null),
            _ when evaluations.Any(evaluation => evaluation.Verdict.Compliance is Compliance.Compliant) =>
                ("COMPLIANT", "Not evaluated, data is missing: " + string.Join(", ", unknown)),
            _ => (null, null),
        };
        return word is null ? null : new ConfigEvaluation(resource.Ref.NativeType, id, word, Cut(annotation), resource.CapturedAt ?? now);
    }

    /// <summary>The ids, worst first (as evaluations come), then the worst one's reason, as far as there is room.</summary>
    private static string Worst(List<Evaluation> broken) =>
        $"{string.Join(", ", broken.Select(evaluation => evaluation.Rule.Id).Distinct(StringComparer.Ordinal))}: "
            + $"{broken[0].Verdict.Reason}";

    private static string? Cut(string? text)
    {
        if (text is null || text.Length <= MaxAnnotation)
        {
            return text;
        }

        // Not through the middle of a pair of surrogates.
        var length = MaxAnnotation - 1;
        return text[..(char.IsHighSurrogate(text[length - 1]) ? length - 1 : length)] + "…";
    }
}
