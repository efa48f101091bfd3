namespace ServerlessGuard.Testing;

/// <summary>A folder of custom rules for one test, as a team keeps it beside guard.yaml; gone afterwards.</summary>
public sealed class TeamRules : IDisposable
{
    public TeamRules(params ReadOnlySpan<(string Name, string Text)> files)
    {
        Directory.CreateDirectory(Path);
        foreach (var (name, text) in files)
        {
            File.WriteAllText(System.IO.Path.Combine(Path, name), text);
        }
    }

    public string Path { get; } = System.IO.Path.Combine(System.IO.Path.GetTempPath(), "guard-rules-" + Guid.NewGuid().ToString("N"));

    /// <summary>Every resource of the type breaks it: no document has what it asks for.</summary>
    /// <param name="id">Of the rule.</param>
    /// <param name="type">The native type.</param>
    /// <param name="more">A further line.</param>
    public static string Text(string id, string type, string more = "") => $$"""
        id: {{id}}
        title: Nobody is named for it
        severity: medium
        risk: Nobody answers when something goes wrong.
        fix: Name a team.
        nativeType: {{type}}
        {{more}}
        schema: {type: object, required: [namedBySomebody]}
        """;

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
