namespace ServerlessGuard.Cli.Permissions;

/// <summary>What a deployment has beside the findings. Without it, nobody is granted what only it needs.</summary>
[Flags]
public enum AwsExtras
{
    None = 0,

    /// <summary>The federation with the other cloud.</summary>
    Peer = 1,

    /// <summary>Messages to people and their answers.</summary>
    Chat = 2,

    /// <summary>The chat's secrets have a key of their own.</summary>
    SecretsKey = 4,
}
