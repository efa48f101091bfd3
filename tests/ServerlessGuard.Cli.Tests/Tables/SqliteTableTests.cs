using ServerlessGuard.Sqlite;
using ServerlessGuard.Tables;
using ServerlessGuard.Testing;

namespace ServerlessGuard.Cli.Tests.Tables;

/// <summary>A real file, held to the contract of every table, and what a bad file ends in.</summary>
public sealed class SqliteTableTests : TableContract, IDisposable
{
    private readonly Folder _folder = new();
    private readonly SqliteTable _table;

    public SqliteTableTests() => _table = SqliteTable.Open(File("guard.db"));

    protected override ITable Table => _table;

    public void Dispose()
    {
        _table.Dispose();
        _folder.Dispose();
    }

    private string File(string name) => Path.Combine(_folder.Path, name);

    [Fact]
    public async Task A_second_process_sees_every_commit_and_both_get_through()
    {
        using var other = SqliteTable.Open(File("guard.db"));
        await _table.CommitAsync("guard", [new TableWrite.Insert(new TableRow("guard", "s:0", RowKind.Summary, "0"))], CancellationToken.None);
        await Task.WhenAll(new ITable[] { _table, other }.SelectMany(table => Enumerable.Range(0, 2).Select(_ => Task.Run(async () =>
        {
            for (var done = 0; done < 10;)
            {
                var row = (await table.FindAsync("guard", "s:0", CancellationToken.None))!;
                done += await table.CommitAsync("guard", [new TableWrite.Replace(row with { Document = $"{int.Parse(row.Document) + 1}" })], CancellationToken.None) ? 1 : 0;
            }
        }))));
        Assert.Equal("40", (await other.FindAsync("guard", "s:0", CancellationToken.None))!.Document);
    }

    /// <summary>An insert after a delete must not look like the row that was there before.</summary>
    [Fact]
    public async Task No_version_comes_twice()
    {
        async Task<string> Write()
        {
            Assert.True(await _table.CommitAsync("guard", [new TableWrite.Insert(new TableRow("guard", "l:a", RowKind.Lease, "{}"))], CancellationToken.None));
            return (await _table.FindAsync("guard", "l:a", CancellationToken.None))!.Version!;
        }

        var first = await Write();
        Assert.True(await _table.CommitAsync("guard", [new TableWrite.Delete("l:a", first)], CancellationToken.None));
        Assert.NotEqual(first, await Write());
    }

    [Fact]
    public async Task What_has_expired_is_forgotten_on_request_and_nothing_else()
    {
        var now = new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
        TableRow Row(string key, DateTimeOffset? expires) => new("guard", key, RowKind.Event, "{}") { ExpiresAt = expires };
        await _table.CommitAsync("guard", [new TableWrite.Put(Row("a", now.AddTicks(-1))), new TableWrite.Put(Row("b", now)), new TableWrite.Put(Row("c", null))], CancellationToken.None);
        Assert.Equal(1, await _table.ForgetExpiredAsync(now, CancellationToken.None));
        Assert.Null(await _table.FindAsync("guard", "a", CancellationToken.None));
        Assert.NotNull(await _table.FindAsync("guard", "b", CancellationToken.None));
        Assert.NotNull(await _table.FindAsync("guard", "c", CancellationToken.None));
    }

    [Fact]
    public async Task Opened_to_read_nothing_can_be_written()
    {
        using var reader = SqliteTable.OpenToRead(File("guard.db"));
        var fault = await Assert.ThrowsAsync<TableFileException>(() => reader.CommitAsync("guard", [new TableWrite.Put(new TableRow("guard", "a", RowKind.Event, "{}"))], CancellationToken.None));
        Assert.EndsWith("guard.db: the table or its folder is read-only", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_writer_that_another_keeps_waiting_gives_its_work_back()
    {
        using var impatient = SqliteTable.Open(File("guard.db"), TimeSpan.FromMilliseconds(50));
        using var holder = new Microsoft.Data.Sqlite.SqliteConnection($"Data Source={File("guard.db")};Pooling=False");
        holder.Open();
        TableWrite[] write = [new TableWrite.Put(new TableRow("guard", "a", RowKind.Event, "{}"))];
        using (holder.BeginTransaction(deferred: false))
        {
            var fault = await Assert.ThrowsAsync<TableUnavailableException>(() => impatient.CommitAsync("guard", write, CancellationToken.None));
            Assert.EndsWith("guard.db: another program is using the table; try again when it has finished", fault.Message, StringComparison.Ordinal);

            // The log lets readers through all the while.
            Assert.Null(await impatient.FindAsync("guard", "a", CancellationToken.None));
        }

        Assert.True(await impatient.CommitAsync("guard", write, CancellationToken.None));
    }

    [Theory]
    [InlineData("this is a text that is longer than the header of a database file, which has a hundred bytes in all of its versions", "not a SQLite file; use another file")]
    [InlineData("", "an empty file, not a table")]
    public void A_file_that_is_no_table_is_one_sentence(string content, string complaint)
    {
        var file = _folder.Write("other.db", content);
        var fault = Assert.Throws<TableFileException>(() => SqliteTable.OpenToRead(file));
        Assert.StartsWith($"{file}: {complaint}", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_file_of_another_program_is_left_alone()
    {
        var file = File("other.db");
        using (var connection = new Microsoft.Data.Sqlite.SqliteConnection($"Data Source={file};Pooling=False"))
        {
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = "CREATE TABLE songs (title TEXT)";
            command.ExecuteNonQuery();
        }

        var before = System.IO.File.ReadAllBytes(file);
        Assert.Contains("of another program", Assert.Throws<TableFileException>(() => SqliteTable.Open(file)).Message, StringComparison.Ordinal);
        Assert.Equal(before, System.IO.File.ReadAllBytes(file));
    }

    [Fact]
    public async Task A_damaged_file_is_one_sentence()
    {
        var rows = Enumerable.Range(0, 100).Select(i => new TableWrite.Put(new TableRow("guard", $"a{i:D3}", RowKind.Event, "\"" + new string('x', 5000) + "\""))).ToList();
        await _table.CommitAsync("guard", rows, CancellationToken.None);
        _table.Dispose();
        var bytes = System.IO.File.ReadAllBytes(File("guard.db"));
        Array.Fill(bytes, (byte)0x5A, 4096, bytes.Length - 4096);
        var file = _folder.Write("damaged.db", bytes);
        var fault = await Assert.ThrowsAsync<TableFileException>(async () =>
        {
            using var table = SqliteTable.OpenToRead(file);
            await table.FindAsync("guard", "a050", CancellationToken.None);
        });
        Assert.Contains("damaged", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_that_is_not_there_is_one_sentence() =>
        Assert.Contains("cannot be opened", Assert.Throws<TableFileException>(() => SqliteTable.Open(Path.Combine(_folder.Path, "no", "guard.db"))).Message, StringComparison.Ordinal);
}
