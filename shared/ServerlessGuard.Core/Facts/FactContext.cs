using ServerlessGuard.Settings;

namespace ServerlessGuard.Facts;

/// <summary>What a reader may know besides the resource: the team's settings and the time that ages are measured at.</summary>
public sealed record FactContext(RuleSettings Settings, DateTimeOffset Now)
{
    /// <summary>
    /// A host asks the cloud for neighbours, so that one which is missing could not be read; a scan has what it was given.
    /// </summary>
    public bool ReadsNeighbours { get; init; }
}
