namespace ServerlessGuard.Remediation.Seals;

/// <summary>How far a plan has come, by the word of the only identity that can seal it. The numbers are sealed: never reuse one.</summary>
public enum SealedPlanState
{
    Planned = 1,

    /// <summary>As many people as it takes said yes.</summary>
    Approved = 2,

    /// <summary>Counted by the breaker; the call may or may not have happened.</summary>
    Applying = 3,

    /// <summary>Done and read back: it can be undone.</summary>
    Applied = 4,

    Undoing = 5,
    Undone = 6,

    /// <summary>A person said no.</summary>
    Refused = 7,
}
