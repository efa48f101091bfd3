using ServerlessGuard.Testing.Servers;

namespace ServerlessGuard.Infra.Tests.Aws;

/// <summary>Shows as skipped, with the reason, where cfn-lint is not installed.</summary>
internal static class Lint
{
    public static string? Missing { get; } = MissingTool.Skip(
        (Environment.GetEnvironmentVariable("PATH") ?? string.Empty).Split(Path.PathSeparator).Any(folder => File.Exists(Path.Combine(folder, "cfn-lint"))),
        "cfn-lint is not installed (pip install cfn-lint): the templates were not linted");
}

[AttributeUsage(AttributeTargets.Method)]
internal sealed class LintFactAttribute : FactAttribute
{
    public LintFactAttribute() => Skip = Lint.Missing;
}

[AttributeUsage(AttributeTargets.Method)]
internal sealed class LintTheoryAttribute : TheoryAttribute
{
    public LintTheoryAttribute() => Skip = Lint.Missing;
}
