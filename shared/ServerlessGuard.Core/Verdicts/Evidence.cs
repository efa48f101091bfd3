namespace ServerlessGuard.Verdicts;

/// <summary>
/// What a verdict rests on: a place in the resource's document (or the name of a joined resource) and the value found there.
/// </summary>
public readonly record struct Evidence(string Path, string Value)
{
    public override string ToString() => $"{Path} = {Value}";
}
