using System.Collections.Immutable;
using ServerlessGuard.Resources;
using ServerlessGuard.Verdicts;

namespace ServerlessGuard.Facts;

/// <summary>
/// What a reader found out about one subject, typed, cloud-neutral and nullable. Facts hold no document: a scan keeps them while the
/// document goes.
/// </summary>
/// <param name="Subject">What a finding would be about; not always the resource that was read.</param>
public abstract record SubjectFacts(ResourceRef Subject)
{
    /// <summary>Which rules these facts feed.</summary>
    public abstract FactsKind Kind { get; }

    /// <summary>Why the subject lies outside the reach of the rules on these facts; null when it does not.</summary>
    public string? OutOfReach { get; init; }

    /// <summary>Weaknesses beside the rule's own condition.</summary>
    public ImmutableArray<SubFinding> SubFindings { get; init; } = [];

    /// <summary>Levels that the subject's tags add to a finding's severity; set by the assessor.</summary>
    public int SeverityShift { get; init; }
}
