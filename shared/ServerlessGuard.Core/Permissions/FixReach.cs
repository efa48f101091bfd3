namespace ServerlessGuard.Permissions;

/// <summary>What the remediating role may do for one remediation. The order is the order of trust.</summary>
public enum FixReach
{
    /// <summary>Not even look.</summary>
    None = 0,

    /// <summary>Read the live state, so that a plan can be shown.</summary>
    Plan = 1,

    /// <summary>Read, write, and undo.</summary>
    Fix = 2,
}
