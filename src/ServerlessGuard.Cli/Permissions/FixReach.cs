namespace ServerlessGuard.Cli.Permissions;

/// <summary>What the remediating role may do for one remediation. The order is the order of trust.</summary>
public enum FixReach
{
    /// <summary>Not even look.</summary>
    None = 0,

    /// <summary>Read the live state, so that a plan can be shown.</summary>
    Plan = 1,

    /// <summary>Read and write. In AWS undo as well: there one switch is for both.</summary>
    Fix = 2,

    /// <summary>Read, write, and what only undo needs: to assign a role again, to open a firewall rule again.</summary>
    Undo = 3,
}
