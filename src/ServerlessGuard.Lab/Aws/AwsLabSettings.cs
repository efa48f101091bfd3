using ServerlessGuard.Simulators.Crossing;

namespace ServerlessGuard.Lab.Aws;

/// <summary>What a simulated AWS account with the real host in it is made of.</summary>
public sealed record AwsLabSettings
{
    /// <summary>The published executable.</summary>
    public required string Bootstrap { get; init; }

    /// <summary>Where DynamoDB Local (or another DynamoDB) answers.</summary>
    public required Uri TableEndpoint { get; init; }

    public required string Table { get; init; }

    public string Account { get; init; } = "111122223333";
    public string Region { get; init; } = "eu-west-1";

    /// <summary>The role that the functions are said to run under.</summary>
    public string RoleArn => $"arn:aws:iam::{Account}:role/guard-outbox";

    /// <summary>How far fixes go, where <see cref="GuardFile"/> does not say it: the mode in a guard.yaml of the lab's own.</summary>
    public string Mode { get; init; } = "observe";

    /// <summary>A guard.yaml; null: none.</summary>
    public string? GuardFile { get; init; }

    /// <summary>Changes reach the host as a Config custom rule's invocations.</summary>
    public bool CustomRule { get; init; } = true;

    /// <summary>Changes reach the host through EventBridge and the work queue.</summary>
    public bool EventBridge { get; init; }

    /// <summary>Items of these types are announced without their content.</summary>
    public IReadOnlySet<string> Oversized { get; init; } = new HashSet<string>(StringComparer.Ordinal);

    /// <summary>From a change to its event. AWS takes seconds to minutes.</summary>
    public TimeSpan EventDelay { get; init; } = TimeSpan.FromMilliseconds(20);

    public TimeSpan VisibilityTimeout { get; init; } = TimeSpan.FromMilliseconds(400);
    public int MaxReceiveCount { get; init; } = 5;
    public TimeSpan FunctionTimeout { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>Processes per function.</summary>
    public int Concurrency { get; init; } = 2;

    /// <summary>The API's port; 0: the system picks one.</summary>
    public int Port { get; init; }

    /// <summary>Signs web identity tokens for the functions' role; null: no outbound federation.</summary>
    public LabIssuer? Outbound { get; init; }

    /// <summary>What Secrets Manager holds, by ARN.</summary>
    public IReadOnlyDictionary<string, string> Secrets { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>More variables for every function.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);
}
