using System.Globalization;

namespace ServerlessGuard.Simulators.Aws.LambdaRuntime;

/// <summary>
/// The environment variables that Lambda defines. Nothing of the lab's own environment gets through but what a .NET program without Native
/// AOT needs.
/// </summary>
/// <remarks>Source: Lambda developer guide, "Defined runtime environment variables".</remarks>
internal static class LambdaEnvironment
{
    private static readonly string[] Inherited = ["PATH", "DOTNET_ROOT", "LD_LIBRARY_PATH"];

    public static void Fill(IDictionary<string, string?> variables, LambdaFunctionSettings settings, string runtimeApi)
    {
        var kept = Inherited.Where(variables.ContainsKey).Select(name => (name, variables[name])).ToArray();
        variables.Clear();
        foreach (var (name, value) in kept)
        {
            variables[name] = value;
        }

        variables["AWS_LAMBDA_RUNTIME_API"] = runtimeApi;
        variables["_HANDLER"] = settings.Handler;
        variables["LAMBDA_TASK_ROOT"] = Path.GetDirectoryName(Path.GetFullPath(settings.Bootstrap));
        variables["AWS_LAMBDA_FUNCTION_NAME"] = settings.Name;
        variables["AWS_LAMBDA_FUNCTION_VERSION"] = "$LATEST";
        variables["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"] = settings.Memory.ToString(CultureInfo.InvariantCulture);
        variables["AWS_LAMBDA_LOG_GROUP_NAME"] = "/aws/lambda/" + settings.Name;
        variables["AWS_LAMBDA_LOG_STREAM_NAME"] = "simulated/[$LATEST]" + Guid.NewGuid().ToString("N");
        variables["AWS_LAMBDA_INITIALIZATION_TYPE"] = "on-demand";
        variables["AWS_EXECUTION_ENV"] = "AWS_Lambda_provided.al2023_simulated";
        variables["AWS_REGION"] = settings.Region;
        variables["AWS_DEFAULT_REGION"] = settings.Region;
        variables["AWS_ACCESS_KEY_ID"] = SimulatedCredentials.AccessKeyId;
        variables["AWS_SECRET_ACCESS_KEY"] = SimulatedCredentials.SecretAccessKey;
        variables["AWS_SESSION_TOKEN"] = SimulatedCredentials.SessionToken(settings.Handler);
        variables["TZ"] = ":UTC";
        variables["LANG"] = "en_US.UTF-8";
        foreach (var (name, value) in settings.Environment)
        {
            variables[name] = value;
        }
    }
}

/// <summary>Open the simulated account and nothing else.</summary>
public static class SimulatedCredentials
{
    public const string AccessKeyId = "ASIASIMULATEDLAB0000";
    public const string SecretAccessKey = "simulated-lab-no-secret";

    private const string Session = "simulated-lab-session-";

    /// <summary>Each function has a role of its own, so each has a session of its own.</summary>
    public static string SessionToken(string handler) => Session + handler;

    /// <summary>Whose session it is; null: no function's.</summary>
    public static string? HandlerOf(string? token) =>
        token?.StartsWith(Session, StringComparison.Ordinal) is true ? token[Session.Length..] : null;
}
