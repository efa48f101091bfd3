namespace ServerlessGuard.Tables;

/// <summary>The entries of the product, each with permissions of its own: what parses events cannot change resources.</summary>
public enum GuardRole
{
    /// <summary>Reads events and configuration, judges, records.</summary>
    Scan = 1,

    /// <summary>Plans and applies fixes.</summary>
    Remediate = 2,

    /// <summary>Lists what there is and asks for it to be judged.</summary>
    Sweep = 3,

    /// <summary>Carries on what was left to be done.</summary>
    Outbox = 4,

    /// <summary>Takes rows from the other cloud.</summary>
    Federation = 5,

    /// <summary>Takes what people say in the chat, by a public address.</summary>
    Chatops = 6,
}
