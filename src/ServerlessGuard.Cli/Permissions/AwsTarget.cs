namespace ServerlessGuard.Cli.Permissions;

/// <summary>What a statement is about. Who renders the policy knows the names.</summary>
public enum AwsTarget
{
    /// <summary>
    /// Everything that the action can be about: the resources of the account are not known beforehand, or the action has no resource.
    /// </summary>
    Any = 1,

    /// <summary>The product's table.</summary>
    Table = 2,

    /// <summary>The key of table and queues.</summary>
    Key = 3,

    /// <summary>What is to be judged.</summary>
    WorkQueue = 4,

    /// <summary>What is to be fixed.</summary>
    RemediateQueue = 5,

    /// <summary>The function's own log group.</summary>
    Log = 6,

    /// <summary>The roles that the product runs as.</summary>
    OwnRoles = 7,

    /// <summary>Where events end that could not be handled.</summary>
    DeadLetterQueue = 8,

    /// <summary>What wakes the outbox.</summary>
    OutboxQueue = 9,

    /// <summary>The function that takes the other cloud's rows.</summary>
    FederationFunction = 10,

    /// <summary>The chat's secrets that the role reads, each by its own name.</summary>
    ChatSecrets = 11,

    /// <summary>The key that an operator encrypted those secrets with, where it is not the account's default.</summary>
    SecretsKey = 12,

    /// <summary>The key that seals plans; its own policy denies it to everyone but the remediating role, whatever else IAM says.</summary>
    SealKey = 13,
}
