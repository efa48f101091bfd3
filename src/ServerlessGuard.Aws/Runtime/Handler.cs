namespace ServerlessGuard.Aws.Runtime;

/// <summary>The entries of the one binary: <c>_HANDLER</c> names one, so that each function has its own role.</summary>
public enum Handler
{
    /// <summary>Judges events and records findings; no write permission on resources.</summary>
    Scan = 1,

    /// <summary>Fixes; parses no event of a stranger.</summary>
    Remediate,

    /// <summary>Lists what exists and has it judged.</summary>
    Sweep,

    /// <summary>Kicks what is still to be done.</summary>
    Outbox,

    /// <summary>Rows of the other cloud.</summary>
    Federation,

    /// <summary>What people click and type.</summary>
    Chatops,
}
