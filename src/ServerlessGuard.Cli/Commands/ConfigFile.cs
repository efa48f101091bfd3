using ServerlessGuard.Engine;
using ServerlessGuard.Yaml;

namespace ServerlessGuard.Cli.Commands;

/// <summary>guard.yaml: the file that is named, or the one in this folder, or every default.</summary>
internal static class ConfigFile
{
    /// <param name="config">Named by the person; null: the one in this folder, where there is one.</param>
    /// <param name="warnings">Where what is allowed but lax is told, a line each.</param>
    public static GuardSettings Read(string? config, List<YamlFault> faults, TextWriter warnings)
    {
        var file = config ?? (File.Exists("guard.yaml") ? "guard.yaml" : null);
        if (file is null)
        {
            return GuardSettings.Default;
        }

        try
        {
            var (settings, wrong) = SettingsFile.Read(file, YamlFile.Text(file, faults));
            faults.AddRange(wrong);
            foreach (var warning in SettingsWarnings.Of(settings))
            {
                warnings.WriteLine(Terminal.Safe($"{file}: warning: {warning}"));
            }

            return settings;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            faults.Add(new YamlFault(file, 0,
                fault is FileNotFoundException or DirectoryNotFoundException ? "no such file" : fault.Message));
            return GuardSettings.Default;
        }
    }
}
