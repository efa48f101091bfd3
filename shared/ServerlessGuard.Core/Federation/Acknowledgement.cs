namespace ServerlessGuard.Federation;

/// <summary>That the peer has a finding. A row of the owner's alone: the finding itself stays as both tables hold it.</summary>
/// <param name="Revision">The finding's, as it was sent.</param>
/// <param name="At">When the peer's answer was here, by the owner's clock.</param>
public sealed record Acknowledgement(long Revision, DateTimeOffset At);

/// <summary>What one end of the federation last saw of the other: evidence for the doctor, without a secret and without a call.</summary>
public sealed record PeerLink
{
    /// <summary>The last time that all went well: rows acknowledged by the peer, or rows of the peer taken.</summary>
    public DateTimeOffset? At { get; init; }

    /// <summary>The last time that the peer could not be reached, or refused us.</summary>
    public DateTimeOffset? FaultAt { get; init; }

    /// <summary>Why: one line.</summary>
    public string? Fault { get; init; }
}
