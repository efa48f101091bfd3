using System.Collections.Immutable;

namespace ServerlessGuard.Federation;

/// <summary>That the peer has a batch of steps. A row of the owner's alone: findings and steps stay as both tables hold them.</summary>
/// <param name="At">When the peer's answer was here, by the owner's clock.</param>
/// <param name="Steps">As <see cref="Findings.FindingKeys.Step"/> writes them.</param>
public sealed record Acknowledgement(DateTimeOffset At, ImmutableArray<string> Steps);

/// <summary>What one end of the federation last saw of the other: evidence for the doctor, without a secret and without a call.</summary>
public sealed record PeerLink
{
    /// <summary>The last time that all went well: rows acknowledged by the peer, or rows of the peer taken.</summary>
    public DateTimeOffset? At { get; init; }

    /// <summary>The last time that the peer could not be reached, or refused us.</summary>
    public DateTimeOffset? FaultAt { get; init; }

    /// <summary>Why: one line.</summary>
    public string? Fault { get; init; }

    /// <summary>Of the receiving end: what the settings let the peer ask for beyond making us do less; null: nothing.</summary>
    public string? Wider { get; init; }
}
