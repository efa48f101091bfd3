namespace ServerlessGuard.Findings;

public enum FindingStatus
{
    Open = 1,

    /// <summary>The resource complies, or is gone.</summary>
    Resolved = 2,

    /// <summary>The resource does not comply, and a live exemption says that this is accepted.</summary>
    Suppressed = 3,
}

/// <summary>Which of the ways a finding was seen first.</summary>
public enum DetectedBy
{
    /// <summary>A change event.</summary>
    Change = 1,

    /// <summary>The sweep, which closes the gap that lost events leave.</summary>
    Sweep = 2,
}
