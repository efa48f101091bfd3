using ServerlessGuard.Yaml;

namespace ServerlessGuard.Cli.Commands;

/// <summary>
/// The team's custom rules as commands that deal with a deployment find them: like guard.yaml, in this folder unless an option names
/// others.
/// </summary>
internal static class RuleFiles
{
    /// <summary>
    /// The folders of <c>--rules-dir</c>; without any, the folder <c>rules</c> beside the guard.yaml that is used, if there is one.
    /// </summary>
    /// <param name="named">As given.</param>
    /// <param name="config">As given; null: guard.yaml here.</param>
    public static IReadOnlyList<string> Folders(IReadOnlyList<string> named, string? config)
    {
        var beside = Path.Combine(Path.GetDirectoryName(config) ?? string.Empty, RuleFolder.Name);
        return named.Count > 0 ? named : Directory.Exists(beside) ? [beside] : [];
    }
}
