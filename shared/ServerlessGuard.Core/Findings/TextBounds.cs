using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using ServerlessGuard.Verdicts;

namespace ServerlessGuard.Findings;

/// <summary>
/// Bounds for texts that strangers choose, so that no row exceeds what the stores take (<see cref="Tables.TableRow.MaxDocument"/>), even
/// where every character is escaped. What was cut says so.
/// </summary>
public static class TextBounds
{
    public const int Sentence = 600;
    public const int Detail = 1_500;
    private const int Value = 500;

    /// <summary>Characters of all evidence of one finding together.</summary>
    private const int AllEvidence = 5_000;

    private const string Mark = " … cut";

    [return: NotNullIfNotNull(nameof(text))]
    public static string? To(string? text, int length) =>
        text is null || text.Length <= length ? text : string.Concat(text.AsSpan(0, Whole(text, length - Mark.Length)), Mark);

    public static SubjectVerdicts Verdicts(SubjectVerdicts verdicts) => verdicts with
    {
        Actor = To(verdicts.Actor, Value),
        Owner = To(verdicts.Owner, Value),
        Verdicts =
        [
            .. verdicts.Verdicts.Select(verdict => verdict with
            {
                Title = To(verdict.Title, Sentence),
                Reason = To(verdict.Reason, Detail),
                Missing = To(verdict.Missing, Value),
                Evidence = Of(verdict.Evidence),
            }),
        ],
    };

    private static ImmutableArray<Evidence> Of(ImmutableArray<Evidence> evidence)
    {
        if (evidence.IsDefaultOrEmpty
            || evidence.Sum(one => (long)one.Path.Length + one.Value.Length) <= AllEvidence
            && evidence.All(one => one.Path.Length <= Value))
        {
            return evidence;
        }

        var kept = ImmutableArray.CreateBuilder<Evidence>();
        var left = AllEvidence;
        foreach (var one in evidence)
        {
            var shorter = one with { Path = To(one.Path, Value), Value = To(one.Value, Value) };
            left -= shorter.Path.Length + shorter.Value.Length;
            if (left < 0)
            {
                kept.Add(new Evidence("…", $"{evidence.Length - kept.Count} more{Mark}"));
                break;
            }

            kept.Add(shorter);
        }

        return kept.DrainToImmutable();
    }

    /// <summary>Not between the two halves of a pair.</summary>
    private static int Whole(string text, int length) => char.IsHighSurrogate(text[length - 1]) ? length - 1 : length;
}
