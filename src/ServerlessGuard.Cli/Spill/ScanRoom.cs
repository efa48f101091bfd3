namespace ServerlessGuard.Cli.Spill;

/// <summary>What a scan may keep in memory before it turns to the disk.</summary>
/// <param name="Bytes">Of verdicts, for each order in which they are asked for.</param>
/// <param name="Resources">Resources whose facts are held for joins; the records of all others are read again.</param>
internal sealed record ScanRoom(int Bytes, int Resources)
{
    public static ScanRoom Usual { get; } = new(8 * 1024 * 1024, 5_000);
}
