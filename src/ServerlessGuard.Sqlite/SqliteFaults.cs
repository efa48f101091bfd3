using Microsoft.Data.Sqlite;
using ServerlessGuard.Tables;

namespace ServerlessGuard.Sqlite;

/// <summary>SQLite's result codes as what they mean to somebody who named a file.</summary>
/// <remarks>Source: https://www.sqlite.org/rescode.html</remarks>
internal static class SqliteFaults
{
    public static Exception Of(string file, SqliteException fault) => fault.SqliteErrorCode switch
    {
        5 or 6 => new TableUnavailableException($"{file}: another program is using the table; try again when it has finished", fault),
        10 => new TableUnavailableException($"{file}: the disk could not be read or written", fault),
        13 => new TableUnavailableException($"{file}: the disk is full", fault),
        8 => new TableFileException($"{file}: the table or its folder is read-only", fault),
        3 or 14 or 23 => new TableFileException($"{file}: cannot be opened; does its folder exist, and can you write to it?", fault),
        11 => new TableFileException($"{file}: the table is damaged; restore it, or use a new file and scan again", fault),
        26 => new TableFileException($"{file}: not a SQLite file; use another file", fault),
        _ => new TableFileException($"{file}: {fault.Message}", fault),
    };
}
