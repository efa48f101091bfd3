using ServerlessGuard.Remediation;

namespace ServerlessGuard.Aws.Api;

/// <summary>The three variables that Lambda sets before it starts the process. No SDK, no file, no call.</summary>
public sealed class EnvironmentCredentials(Func<string, string?> environment) : IAwsCredentialsSource
{
    /// <summary>Whether key and secret are both there.</summary>
    public static bool AreIn(Func<string, string?> environment) =>
        !string.IsNullOrEmpty(environment("AWS_ACCESS_KEY_ID")) && !string.IsNullOrEmpty(environment("AWS_SECRET_ACCESS_KEY"));

    public ValueTask<AwsCredentials> FindAsync(CancellationToken cancellation) => AreIn(environment)
        ? ValueTask.FromResult(new AwsCredentials(
            environment("AWS_ACCESS_KEY_ID")!,
            environment("AWS_SECRET_ACCESS_KEY")!,
            environment("AWS_SESSION_TOKEN") is { Length: > 0 } token ? token : null))
        : throw new CloudCallException("NoCredentials", "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are not both set", isTransient: false);
}
