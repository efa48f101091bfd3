using ServerlessGuard.Sqlite;
using ServerlessGuard.Tables;

namespace ServerlessGuard.Cli.Tables;

/// <summary>A table that somebody named on the command line, open until disposed.</summary>
/// <param name="Address">As it was given.</param>
/// <param name="Table">What answers there.</param>
/// <param name="Owner">What has to be closed; null: nothing.</param>
internal sealed record OpenTable(string Address, ITable Table, IDisposable? Owner) : IDisposable
{
    private const string File = "sqlite:";

    /// <summary>For options that name a table.</summary>
    public const string Forms = "sqlite:FILE";

    /// <summary><see cref="TableFileException"/> in one sentence when the address is none or there is no such table.</summary>
    public static OpenTable ToRead(string address)
    {
        var table = SqliteTable.OpenToRead(Path(address));
        return new OpenTable(address, table, table);
    }

    /// <summary>Made on first use.</summary>
    public static OpenTable ToWrite(string address)
    {
        var table = SqliteTable.Open(Path(address));
        return new OpenTable(address, table, table);
    }

    /// <summary>Where the store does not do so by itself.</summary>
    public Task ForgetExpiredAsync(DateTimeOffset now, CancellationToken cancellation) => Table is SqliteTable file ? file.ForgetExpiredAsync(now, cancellation) : Task.CompletedTask;

    public void Dispose() => Owner?.Dispose();

    private static string Path(string address) => address.StartsWith(File, StringComparison.OrdinalIgnoreCase) && address.Length > File.Length
        ? address[File.Length..]
        : throw new TableFileException($"{address}: not a table; this version opens {Forms}");
}
