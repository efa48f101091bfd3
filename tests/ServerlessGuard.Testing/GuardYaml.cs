using System.Collections.Concurrent;

namespace ServerlessGuard.Testing;

/// <summary>A guard.yaml that says only how far fixes go, as the variable that names it.</summary>
public static class GuardYaml
{
    private static readonly ConcurrentDictionary<string, string> Files = new(StringComparer.Ordinal);

    public static (string Name, string Value) Mode(string mode) => ("GUARD_SETTINGS", Files.GetOrAdd(mode, static mode =>
    {
        var file = Path.Combine(Path.GetTempPath(), $"guard-mode-{Guid.NewGuid():N}.yaml");
        File.WriteAllText(file, $"remediation: {{mode: {mode}}}\n");
        return file;
    }));
}
