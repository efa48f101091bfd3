namespace ServerlessGuard.Yaml;

/// <summary>Something in a file that a person wrote, said in one line with its place.</summary>
/// <param name="Line">From 1; 0 when the whole file is meant.</param>
/// <param name="Message">What is wrong and what to do.</param>
public sealed record YamlFault(string File, long Line, string Message)
{
    public override string ToString() => Line > 0 ? $"{File}:{Line}: {Message}" : $"{File}: {Message}";
}
