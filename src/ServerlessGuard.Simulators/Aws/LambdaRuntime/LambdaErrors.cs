using System.Globalization;
using System.Text.Json.Nodes;

namespace ServerlessGuard.Simulators.Aws.LambdaRuntime;

/// <summary>What Lambda itself says when a runtime does not: the documented error types of sandbox and runtime.</summary>
internal static class LambdaErrors
{
    public static string TimedOut(Invocation invocation, LambdaFunctionSettings settings) => Error(
        "Sandbox.Timedout",
        $"RequestId: {invocation.RequestId} Error: Task timed out after "
            + $"{settings.Timeout.TotalSeconds.ToString("0.00", CultureInfo.InvariantCulture)} seconds");

    /// <param name="invocation">The one that had no answer.</param>
    /// <param name="exitCode">128 + the signal's number where a signal ended it.</param>
    public static string Exited(Invocation invocation, int exitCode) => Error(
        "Runtime.ExitError",
        $"RequestId: {invocation.RequestId} Error: Runtime exited "
            + $"{(exitCode is 0 ? "without providing a reason" : exitCode is 137 ? "with error: signal: killed" : "with error: exit status " + exitCode.ToString(CultureInfo.InvariantCulture))}");

    private static string Error(string type, string message) =>
        new JsonObject { ["errorType"] = type, ["errorMessage"] = message }.ToJsonString();
}
