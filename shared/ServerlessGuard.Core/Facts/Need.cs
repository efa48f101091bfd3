using System.Collections.Immutable;
using ServerlessGuard.Resources;

namespace ServerlessGuard.Facts;

/// <summary>What the verdicts on one resource need beside it: neighbours of one source.</summary>
/// <param name="Source">Where they are.</param>
/// <param name="Beside">The resource that is judged: its account and region are the neighbours', unless the source says otherwise.</param>
/// <param name="Wanted">Which of them, each once.</param>
public sealed record Need(Source Source, ResourceRef Beside, ImmutableArray<Wanted> Wanted);

/// <param name="Source">Where it is.</param>
/// <param name="Key">What the join looks it up by.</param>
/// <param name="At">What the cloud is asked for, where that is not the key itself: an id in its own spelling, a name.</param>
public readonly record struct Wanted(Source Source, string Key, string At);
