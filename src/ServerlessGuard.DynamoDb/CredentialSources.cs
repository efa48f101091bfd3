namespace ServerlessGuard.Aws.Api;

/// <summary>Chooses where credentials come from.</summary>
public static class CredentialSources
{
    /// <summary>The environment's own where they are complete, as in every Lambda; else the SDK's chain.</summary>
    public static IAwsCredentialsSource Of(Func<string, string?> environment, string region) =>
        EnvironmentCredentials.AreIn(environment) ? new EnvironmentCredentials(environment) : new ChainCredentials(region);
}
