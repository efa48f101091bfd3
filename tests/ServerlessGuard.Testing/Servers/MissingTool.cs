namespace ServerlessGuard.Testing.Servers;

/// <summary>A tool that the machine may lack. Its tests are skipped then; on an integration server (CI=true) they run and fail instead, so that nothing goes untested unnoticed.</summary>
public static class MissingTool
{
    public static bool IsFailure { get; } = IsOn(Environment.GetEnvironmentVariable("CI"));

    /// <summary>Why the test is skipped; null when it runs.</summary>
    public static string? Skip(bool isThere, string reason) => Skip(isThere, reason, IsFailure);

    public static string? Skip(bool isThere, string reason, bool isFailure) => isThere || isFailure ? null : reason;

    public static bool IsOn(string? variable) => variable is "1" || string.Equals(variable, "true", StringComparison.OrdinalIgnoreCase);
}
