namespace ServerlessGuard.Lab;

/// <summary>A guard.yaml that says only how far fixes go: nothing but the file can let a host fix anything.</summary>
public static class ModeFile
{
    /// <returns>A new file in the folder for temporary ones.</returns>
    public static string Of(string mode)
    {
        var file = Path.Combine(Path.GetTempPath(), $"guard-lab-{Guid.NewGuid():N}.yaml");
        File.WriteAllText(file, $"remediation: {{mode: {mode}}}\n");
        return file;
    }
}
