namespace ServerlessGuard.Aws.Api;

/// <summary>How patient the calls are.</summary>
public sealed record AwsApiSettings
{
    public static AwsApiSettings Default { get; } = new();

    public int MaxAttempts { get; init; } = 5;

    /// <summary>Of one attempt, with its body.</summary>
    public TimeSpan AttemptTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>The ceiling of the first wait; it doubles with every attempt. The wait is spread evenly below it.</summary>
    public TimeSpan FirstWait { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>The longest wait, and the longest Retry-After that is waited for; beyond it the caller's queue waits.</summary>
    public TimeSpan LongestWait { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Answers beyond it are refused, in bytes.</summary>
    public int LargestAnswer { get; init; } = 16 << 20;
}
