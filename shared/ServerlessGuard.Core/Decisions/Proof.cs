using ServerlessGuard.Guards;

namespace ServerlessGuard.Decisions;

/// <summary>
/// What the peer's word is not enough for. Whoever holds the other cloud holds its chat endpoint too, and with it the name of everybody who
/// ever clicked: a click that came through there is a question, and the person answers it to the owner.
/// </summary>
public static class Proof
{
    /// <summary>How long a question, and the link that answers it, are good for.</summary>
    public static TimeSpan Life { get; } = TimeSpan.FromHours(1);

    /// <summary>True for what changes a resource or makes us watch less; what only makes us do less is free.</summary>
    public static bool IsNeeded(CommandKind kind) => kind switch
    {
        CommandKind.Approve or CommandKind.Undo or CommandKind.Exempt or CommandKind.Revoke or CommandKind.Sweep or CommandKind.Resume =>
            true,
        CommandKind.Reject or CommandKind.Stop => false,
    };

    /// <summary>The same, where <see cref="ApprovalSettings.FromPeer"/> does not spare it.</summary>
    public static bool IsNeeded(CommandKind kind, ApprovalSettings settings) => IsNeeded(kind) && !settings.FromPeer.Contains(kind);
}
