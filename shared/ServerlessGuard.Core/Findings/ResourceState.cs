using System.Collections.Immutable;
using ServerlessGuard.Resources;

namespace ServerlessGuard.Findings;

/// <summary>
/// The latest capture of a resource that was judged, whatever the verdicts: without it, an older event that comes late would open a finding
/// on a resource that complied in the meantime. It also serialises two events of one resource.
/// </summary>
public sealed record ResourceState
{
    public static readonly ImmutableSortedDictionary<string, DateTimeOffset> NoCaptures =
        ImmutableSortedDictionary.Create<string, DateTimeOffset>(StringComparer.Ordinal);

    public required ResourceRef Resource { get; init; }

    /// <summary>
    /// The latest capture, by the native type of the resource that spoke: an account is spoken of by its trails and by its public access
    /// block, each with a clock of its own.
    /// </summary>
    public required ImmutableSortedDictionary<string, DateTimeOffset> Captures { get; init; }

    public bool Deleted { get; init; }

    /// <summary>Rules without enough data, and the fact that was missing.</summary>
    public ImmutableArray<Gap> Gaps { get; init => field = value.IsDefault ? [] : value; } = [];
}

public sealed record Gap(string RuleId, string Missing);
