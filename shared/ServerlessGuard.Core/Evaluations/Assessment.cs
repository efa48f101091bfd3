using ServerlessGuard.Facts;
using ServerlessGuard.Resources;

namespace ServerlessGuard.Evaluations;

/// <summary>What one resource gave by itself: verdicts that need nothing else, and facts that wait for others. Holds no document.</summary>
public sealed record Assessment(ResourceRef Resource)
{
    public required DateTimeOffset? CapturedAt { get; init; }
    public required ResourceStatus Status { get; init; }

    /// <summary>An abbreviated answer loses to a full one of the same resource.</summary>
    public required bool IsObserved { get; init; }

    public required IReadOnlyList<Evaluation> Evaluations { get; init; }
    public required IReadOnlyList<JoinedFacts> Waiting { get; init; }
    public required IReadOnlyList<NeighbourFacts> Neighbours { get; init; }

    /// <summary>Its place in the input: of two captures of the same time, or of none, the later in the input counts.</summary>
    public long Sequence { get; init; }

    /// <summary>Where its facts can be read again; null: nowhere, they have to be held.</summary>
    public Place? Place { get; init; }

    /// <summary>Bugs of ours that this resource's document brought out, one line each.</summary>
    public required IReadOnlyList<string> Faults { get; init; }

    /// <summary>
    /// One resource in one place: copies of a global resource from several regions share it. A hash of 128 bits, since a scan holds one for
    /// every resource.
    /// </summary>
    public UInt128 Key => KeyIndex.Hash($"{Resource.NativeType.ToLowerInvariant()}|{Resource.Account}|{Resource.Key}");
}
