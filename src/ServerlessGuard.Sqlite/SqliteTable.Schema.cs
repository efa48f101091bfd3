using Microsoft.Data.Sqlite;

namespace ServerlessGuard.Sqlite;

/// <content>What the file holds, and how it is told from other files.</content>
public sealed partial class SqliteTable
{
    /// <summary>"SGrd": this application's files, by SQLite's own header field.</summary>
    private const int ApplicationId = 0x53477264;

    private const int SchemaVersion = 1;

    private const string Schema = """
        CREATE TABLE rows (
            partition TEXT NOT NULL COLLATE BINARY,
            key TEXT NOT NULL COLLATE BINARY,
            kind INTEGER NOT NULL,
            document TEXT NOT NULL,
            version INTEGER NOT NULL,
            expires INTEGER,
            PRIMARY KEY (partition, key));
        CREATE INDEX rows_expire ON rows (expires) WHERE expires IS NOT NULL;
        CREATE TABLE counter (version INTEGER NOT NULL);
        INSERT INTO counter VALUES (0);
        """;

    private static void Prepare(string file, SqliteConnection connection, SqliteOpenMode mode)
    {
        if (Number(connection, "SELECT count(*) FROM sqlite_master") == 0)
        {
            if (mode is SqliteOpenMode.ReadOnly)
            {
                throw new TableFileException($"{file}: an empty file, not a table (guard scan … --table sqlite:{file} creates one)");
            }

            Run(connection, "PRAGMA journal_mode = WAL");
            Create(connection);
        }

        if (Number(connection, "PRAGMA application_id") != ApplicationId)
        {
            throw new TableFileException($"{file}: a SQLite file of another program; use another file");
        }

        if (Number(connection, "PRAGMA user_version") is not SchemaVersion and var version)
        {
            throw new TableFileException($"{file}: a table of version {version}; this program supports version {SchemaVersion}");
        }

        // With the log a commit is atomic without a flush; a power cut may lose the last commits, which the next scan brings again.
        Run(connection, "PRAGMA synchronous = NORMAL");
    }

    /// <summary>Two processes may both find an empty file: the second one finds the schema once it has its turn.</summary>
    private static void Create(SqliteConnection connection)
    {
        using var transaction = connection.BeginTransaction(deferred: false);
        if (Number(connection, "SELECT count(*) FROM sqlite_master") == 0)
        {
            Run(connection, Schema);
            Run(connection, $"PRAGMA application_id = {ApplicationId}");
            Run(connection, $"PRAGMA user_version = {SchemaVersion}");
        }

        transaction.Commit();
    }
}
