using ServerlessGuard.Findings;

namespace ServerlessGuard.Recording;

/// <summary>What a commit has to write.</summary>
/// <param name="IsStale">A newer capture was judged already.</param>
/// <param name="State">The resource's new state; null when it is the same.</param>
public sealed record Reconciliation(bool IsStale, ResourceState? State, IReadOnlyList<FindingChange> Changes)
{
    public static Reconciliation Stale { get; } = new(IsStale: true, State: null, []);
}
