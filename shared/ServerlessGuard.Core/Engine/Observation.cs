using ServerlessGuard.Findings;
using ServerlessGuard.Resources;

namespace ServerlessGuard.Engine;

/// <summary>One resource as a host received or read it, with what its rules are joined with and how it came.</summary>
public sealed record Observation
{
    public required Resource Resource { get; init; }

    /// <summary>Resources that the verdicts need beside it; they are joined, not judged.</summary>
    public IReadOnlyList<Resource> Neighbours { get; init; } = [];

    public DetectedBy DetectedBy { get; init; } = DetectedBy.Change;

    /// <summary>When the event reached the host.</summary>
    public DateTimeOffset? DeliveredAt { get; init; }

    /// <summary>Who made the change: a principal's ARN or an Entra name, where the event says.</summary>
    public string? Actor { get; init; }
}
