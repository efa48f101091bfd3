namespace ServerlessGuard.Cli.Tests.Tables;

/// <summary>A folder with one table, and the commands on it.</summary>
internal sealed class TableFolder : IDisposable
{
    private readonly Folder _folder = new();
    private int _scans;

    public string Table => "sqlite:" + File("guard.db");

    public string File(string name) => Path.Combine(_folder.Path, name);

    public string Write(string name, string content) => _folder.Write(name, content);

    /// <summary>A recorded scan of one document.</summary>
    public Task<Guard> Scan(string document, params string[] options) =>
        Guard.Run(["scan", Write($"scan{++_scans}.json", document), "--table", Table, "--as-of", Guard.Day, .. options]);

    public Task<Guard> Findings(string verb, params string[] options) => Guard.Run(["findings", verb, .. options, "--table", Table]);

    /// <summary>What the last line of a scan says was recorded: opened, reopened, suppressed, changed, resolved.</summary>
    public static string Counts(Guard guard)
    {
        var line = (guard.Output + guard.Complaints).Split('\n').Single(line => line.StartsWith("Recorded in ", StringComparison.Ordinal));
        return line[(line.IndexOf(".db: ", StringComparison.Ordinal) + 5)..].TrimEnd('.');
    }

    public void Dispose() => _folder.Dispose();
}
