using System.Globalization;
using System.Runtime.CompilerServices;
using Microsoft.Data.Sqlite;
using ServerlessGuard.Tables;

namespace ServerlessGuard.Sqlite;

/// <summary>
/// The federated table in one SQLite file: write-ahead log, one connection, BINARY collation (UTF-8 bytes, which for our ASCII keys is
/// ordinal order). Several processes may use the file at once: a writer waits for another, as long as its patience lasts.
/// </summary>
/// <remarks>A row's version comes from one counter of the file, so that no version ever comes twice, also not after a delete.</remarks>
public sealed partial class SqliteTable : ITable, IDisposable
{
    private static readonly TimeSpan DefaultPatience = TimeSpan.FromSeconds(10);

    /// <summary>Rows that one read holds: at the largest document a few MB.</summary>
    private const int PageRows = 64;

    private readonly string _file;
    private readonly SqliteConnection _connection;

    /// <summary>A connection is for one thread at a time.</summary>
    private readonly SemaphoreSlim _turn = new(1, 1);

    private SqliteTable(string file, SqliteConnection connection)
    {
        _file = file;
        _connection = connection;
    }

    /// <summary>
    /// For reading and writing; the file and its schema are made on first use. <see cref="TableFileException"/> when the file cannot be
    /// used.
    /// </summary>
    /// <param name="patience">How long SQLite waits for another writer, again and again, before it is a
    /// <see cref="TableUnavailableException"/>; null: ten seconds.</param>
    public static SqliteTable Open(string file, TimeSpan? patience = null) =>
        Open(file, SqliteOpenMode.ReadWriteCreate, patience ?? DefaultPatience);

    /// <summary>
    /// For reading only: nothing is made, and every commit is refused. <see cref="TableFileException"/> when there is no such table.
    /// </summary>
    public static SqliteTable OpenToRead(string file) => File.Exists(file)
        ? Open(file, SqliteOpenMode.ReadOnly, DefaultPatience)
        : throw new TableFileException($"{file}: no such table (guard scan … --table sqlite:{file} creates one)");

    private static SqliteTable Open(string file, SqliteOpenMode mode, TimeSpan patience)
    {
        var text = new SqliteConnectionStringBuilder { DataSource = file, Mode = mode, Pooling = false, DefaultTimeout = 1 };
        var connection = new SqliteConnection(text.ConnectionString);
        try
        {
            connection.Open();
            Run(connection, $"PRAGMA busy_timeout = {(int)patience.TotalMilliseconds}");
            Prepare(file, connection, mode);
            return new SqliteTable(file, connection);
        }
        catch (SqliteException fault)
        {
            connection.Dispose();
            throw SqliteFaults.Of(file, fault);
        }
        catch (TableFileException)
        {
            connection.Dispose();
            throw;
        }
    }

    public Task<TableRow?> FindAsync(string partition, string key, CancellationToken cancellation) => InTurn(
        () =>
        {
            using var command =
                Command("SELECT partition, key, kind, document, version, expires FROM rows WHERE partition = $partition AND key = $key");
            command.Parameters.AddWithValue("$partition", partition);
            command.Parameters.AddWithValue("$key", key);
            using var reader = command.ExecuteReader();
            return reader.Read() ? Row(reader) : null;
        },
        cancellation);

    public async IAsyncEnumerable<TableRow> QueryAsync(string partition, string from, string to, int? limit,
        [EnumeratorCancellation] CancellationToken cancellation)
    {
        var left = limit ?? int.MaxValue;
        var start = from;
        var inclusive = true;
        while (left > 0)
        {
            var page = await InTurn(() => Page(partition, start, inclusive, to, Math.Min(left, PageRows)), cancellation);
            foreach (var row in page)
            {
                yield return row;
            }

            if (page.Count < Math.Min(left, PageRows))
            {
                yield break;
            }

            left -= page.Count;
            (start, inclusive) = (page[^1].Key, false);
        }
    }

    private List<TableRow> Page(string partition, string start, bool inclusive, string to, int rows)
    {
        using var command = Command(
            $"SELECT partition, key, kind, document, version, expires FROM rows WHERE partition = $partition AND key "
                + $"{(inclusive ? ">=" : ">")} $start AND key < $to ORDER BY key LIMIT $rows");
        command.Parameters.AddWithValue("$partition", partition);
        command.Parameters.AddWithValue("$start", start);
        command.Parameters.AddWithValue("$to", to);
        command.Parameters.AddWithValue("$rows", rows);
        using var reader = command.ExecuteReader();
        var page = new List<TableRow>();
        while (reader.Read())
        {
            page.Add(Row(reader));
        }

        return page;
    }

    public Task<bool> CommitAsync(string partition, IReadOnlyList<TableWrite> writes, CancellationToken cancellation)
    {
        if (writes.Count is 0 or > ITable.MaxWrites)
        {
            throw new ArgumentException($"a transaction holds 1 to {ITable.MaxWrites} writes", nameof(writes));
        }

        return InTurn(
            () =>
            {
                using var transaction = _connection.BeginTransaction(deferred: false);
                var version = Number(_connection, "UPDATE counter SET version = version + 1 RETURNING version");
                foreach (var write in writes)
                {
                    if (!Apply(partition, write, version))
                    {
                        transaction.Rollback();
                        return false;
                    }
                }

                transaction.Commit();
                return true;
            },
            cancellation);
    }

    /// <summary>Deletes rows whose time has come, as DynamoDB's TTL does. Gives how many.</summary>
    public Task<int> ForgetExpiredAsync(DateTimeOffset now, CancellationToken cancellation) => InTurn(
        () =>
        {
            using var command = Command("DELETE FROM rows WHERE expires IS NOT NULL AND expires < $now");
            command.Parameters.AddWithValue("$now", now.UtcTicks);
            return command.ExecuteNonQuery();
        },
        cancellation);

    public void Dispose()
    {
        _connection.Dispose();
        _turn.Dispose();
    }

    /// <summary>False when its condition does not hold.</summary>
    private bool Apply(string partition, TableWrite write, long version)
    {
        const string Columns =
            "INSERT INTO rows (partition, key, kind, document, version, expires) VALUES ($partition, $key, $kind, $document, $version, "
                + "$expires)";
        switch (write)
        {
            case TableWrite.Insert insert:
                return Write(Columns + " ON CONFLICT (partition, key) DO NOTHING", partition, insert.Row, version) == 1;
            case TableWrite.Put put:
                Write(
                    Columns + " ON CONFLICT (partition, key) DO UPDATE SET kind = excluded.kind, document = excluded.document, version = "
                        + "excluded.version, expires = excluded.expires",
                    partition, put.Row, version);
                return true;
            case TableWrite.Replace replace:
                return Write(
                    "UPDATE rows SET kind = $kind, document = $document, version = $version, expires = $expires WHERE partition = "
                        + "$partition AND key = $key AND version = $known",
                    partition, replace.Row, version) == 1;
            case TableWrite.Delete delete:
                using (var command = Command(
                    $"DELETE FROM rows WHERE partition = $partition AND key = "
                        + $"$key{(delete.Version is null ? string.Empty : " AND version = $known")}"))
                {
                    command.Parameters.AddWithValue("$partition", partition);
                    command.Parameters.AddWithValue("$key", delete.RowKey);
                    command.Parameters.AddWithValue("$known", Known(delete.Version));
                    return command.ExecuteNonQuery() == 1 || delete.Version is null;
                }

            default:
                throw new ArgumentOutOfRangeException(nameof(write));
        }
    }

    private int Write(string sql, string partition, TableRow row, long version)
    {
        using var command = Command(sql);
        command.Parameters.AddWithValue("$partition", partition);
        command.Parameters.AddWithValue("$key", row.Key);
        command.Parameters.AddWithValue("$kind", (int)row.Kind);
        command.Parameters.AddWithValue("$document", row.Document);
        command.Parameters.AddWithValue("$version", version);
        command.Parameters.AddWithValue("$expires", row.ExpiresAt is { } at ? at.UtcTicks : DBNull.Value);
        command.Parameters.AddWithValue("$known", Known(row.Version));
        return command.ExecuteNonQuery();
    }

    /// <summary>A version that is none of ours matches no row.</summary>
    private static long Known(string? version) =>
        long.TryParse(version, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : -1;

    private static TableRow Row(SqliteDataReader reader) =>
        new(reader.GetString(0), reader.GetString(1), (RowKind)reader.GetInt32(2), reader.GetString(3))
    {
        Version = reader.GetInt64(4).ToString(CultureInfo.InvariantCulture),
        ExpiresAt = reader.IsDBNull(5) ? null : new DateTimeOffset(reader.GetInt64(5), TimeSpan.Zero),
    };

    private async Task<T> InTurn<T>(Func<T> work, CancellationToken cancellation)
    {
        await _turn.WaitAsync(cancellation);
        try
        {
            return work();
        }
        catch (SqliteException fault)
        {
            throw SqliteFaults.Of(_file, fault);
        }
        finally
        {
            _turn.Release();
        }
    }

    private SqliteCommand Command(string sql)
    {
        var command = _connection.CreateCommand();
#pragma warning disable CA2100 // Every text is one of this file's; values are parameters.
        command.CommandText = sql;
#pragma warning restore CA2100
        return command;
    }

    private static void Run(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // As above.
        command.CommandText = sql;
#pragma warning restore CA2100
        command.ExecuteNonQuery();
    }

    private static long Number(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // As above.
        command.CommandText = sql;
#pragma warning restore CA2100
        return (long)command.ExecuteScalar()!;
    }
}
