namespace ServerlessGuard.Guards;

/// <summary>How far a remediation may go by itself. The order is the order of trust.</summary>
public enum RemediationMode
{
    /// <summary>Findings only.</summary>
    Observe = 1,

    /// <summary>The plan is made and shown.</summary>
    Propose = 2,

    /// <summary>The plan waits for a person.</summary>
    Approve = 3,

    /// <summary>The plan is applied at once.</summary>
    Enforce = 4,
}
