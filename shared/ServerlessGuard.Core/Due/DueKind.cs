namespace ServerlessGuard.Due;

/// <summary>
/// What an account may owe at a time. The words are parts of keys: they never change, and the outbox's lie side by side in their order.
/// </summary>
public enum DueKind
{
    /// <summary>A person's decision is to be carried out, or brought to the peer.</summary>
    Command,

    /// <summary>The peer lacks a row.</summary>
    Federate,

    /// <summary>People are to be told.</summary>
    Notify,

    /// <summary>A fix is to be planned or made.</summary>
    Remediate,

    /// <summary>All findings are to be looked at again: the exemptions of guard.yaml are others than before.</summary>
    Review,

    /// <summary>A stop holds fixes back: after it they are due.</summary>
    Stopped,

    /// <summary>An approval or an exemption ends, or is to be announced.</summary>
    Time,
}
