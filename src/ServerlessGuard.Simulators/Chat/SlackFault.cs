namespace ServerlessGuard.Simulators.Chat;

/// <summary>What becomes of a call.</summary>
public enum SlackFault
{
    /// <summary>429, thirty seconds.</summary>
    Throttle,

    Fail,

    /// <summary>No answer until the caller gives up.</summary>
    Hang,

    /// <summary>The connection breaks.</summary>
    Drop,

    /// <summary>ok: false, invalid_blocks.</summary>
    Reject,
}
