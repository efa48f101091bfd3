namespace ServerlessGuard.Guards;

/// <summary>The numbers are stored: never reuse one.</summary>
public enum CommandKind
{
    /// <summary>Yes to a plan.</summary>
    Approve = 1,

    /// <summary>No to a plan: it is not proposed again as long as it stays the same.</summary>
    Reject = 2,

    /// <summary>Take a fix back.</summary>
    Undo = 3,

    /// <summary>Accept a finding, or a kind of findings, until a day.</summary>
    Exempt = 4,

    /// <summary>End an exemption now.</summary>
    Revoke = 5,

    /// <summary>Evaluate everything again.</summary>
    Sweep = 6,

    /// <summary>No fix any more, whatever the mode, until resumed.</summary>
    Stop = 7,

    Resume = 8,
}
