using ServerlessGuard.Tables;

namespace ServerlessGuard.Testing;

/// <summary>What every <see cref="ITable"/> promises. A store's test class inherits it.</summary>
public abstract class TableContract
{
    private readonly string _partition = "aws:" + Guid.NewGuid().ToString("N");

    protected abstract ITable Table { get; }

    private TableRow Row(string key, string document = "{}") => new(_partition, key, RowKind.Finding, document);

    private Task<bool> Commit(params TableWrite[] writes) => Table.CommitAsync(_partition, writes, TestContext);

    private static CancellationToken TestContext => CancellationToken.None;

    private async Task<List<TableRow>> Query(string from, string to, int? limit = null)
    {
        var rows = new List<TableRow>();
        await foreach (var row in Table.QueryAsync(_partition, from, to, limit, TestContext))
        {
            rows.Add(row);
        }

        return rows;
    }

    [Fact]
    public async Task A_row_that_is_not_there_is_null() => Assert.Null(await Table.FindAsync(_partition, "r:none", TestContext));

    [Fact]
    public async Task A_row_comes_back_as_it_was_written()
    {
        var expires = new DateTimeOffset(2030, 1, 2, 3, 4, 5, TimeSpan.Zero);
        var row = Row("r:0a1b:SG-STOR-001", "{\"text\":\"Grüße, 世界 🚀 \\\" ' \\n\"}") with { Kind = RowKind.Event, ExpiresAt = expires };
        Assert.True(await Commit(new TableWrite.Insert(row)));
        var back = await Table.FindAsync(_partition, row.Key, TestContext);
        Assert.NotNull(back?.Version);
        Assert.Equal(row, back with { Version = null });
    }

    [Theory]
    [InlineData(40_000)]
    [InlineData(TableRow.MaxDocument)]
    public async Task A_long_document_comes_back_whole(int length)
    {
        var document = "\"" + string.Concat(Enumerable.Range(0, length).Select(i => (char)('一' + i % 5000)))[..(length - 2)] + "\"";
        Assert.True(await Commit(new TableWrite.Insert(Row("r:long", document))));
        Assert.Equal(document, (await Table.FindAsync(_partition, "r:long", TestContext))!.Document);
        Assert.True(await Commit(new TableWrite.Put(Row("r:long", "{\"short\":1}"))));
        Assert.Equal("{\"short\":1}", (await Table.FindAsync(_partition, "r:long", TestContext))!.Document);
    }

    [Fact]
    public async Task An_insert_of_a_row_that_exists_writes_nothing()
    {
        Assert.True(await Commit(new TableWrite.Insert(Row("r:a", "1"))));
        Assert.False(await Commit(new TableWrite.Put(Row("r:b")), new TableWrite.Insert(Row("r:a", "2"))));
        Assert.Equal("1", (await Table.FindAsync(_partition, "r:a", TestContext))!.Document);
        Assert.Null(await Table.FindAsync(_partition, "r:b", TestContext));
    }

    [Fact]
    public async Task A_replace_with_an_old_version_writes_nothing()
    {
        Assert.True(await Commit(new TableWrite.Insert(Row("r:a", "1"))));
        var read = (await Table.FindAsync(_partition, "r:a", TestContext))!;
        Assert.True(await Commit(new TableWrite.Replace(read with { Document = "2" })));
        Assert.False(await Commit(new TableWrite.Put(Row("r:b")), new TableWrite.Replace(read with { Document = "3" })));
        var now = (await Table.FindAsync(_partition, "r:a", TestContext))!;
        Assert.Equal("2", now.Document);
        Assert.NotEqual(read.Version, now.Version);
        Assert.Null(await Table.FindAsync(_partition, "r:b", TestContext));
    }

    [Fact]
    public async Task A_replace_of_a_row_that_is_gone_writes_nothing()
    {
        Assert.True(await Commit(new TableWrite.Insert(Row("r:a"))));
        var read = (await Table.FindAsync(_partition, "r:a", TestContext))!;
        Assert.True(await Commit(new TableWrite.Delete("r:a", read.Version)));
        Assert.False(await Commit(new TableWrite.Replace(read)));
        Assert.Null(await Table.FindAsync(_partition, "r:a", TestContext));
    }

    [Fact]
    public async Task A_delete_with_an_old_version_writes_nothing()
    {
        Assert.True(await Commit(new TableWrite.Insert(Row("r:a", "1"))));
        var read = (await Table.FindAsync(_partition, "r:a", TestContext))!;
        Assert.True(await Commit(new TableWrite.Put(Row("r:a", "2"))));
        Assert.False(await Commit(new TableWrite.Delete("r:a", read.Version)));
        Assert.Equal("2", (await Table.FindAsync(_partition, "r:a", TestContext))!.Document);
    }

    [Fact]
    public async Task An_unconditional_delete_removes_the_row_with_the_rest_of_its_transaction()
    {
        Assert.True(await Commit(new TableWrite.Insert(Row("x:a"))));
        Assert.True(await Commit(new TableWrite.Delete("x:a", null), new TableWrite.Put(Row("x:b"))));
        Assert.Null(await Table.FindAsync(_partition, "x:a", TestContext));
        Assert.NotNull(await Table.FindAsync(_partition, "x:b", TestContext));
    }

    [Fact]
    public async Task A_query_gives_its_range_in_ordinal_order_and_no_other_partition()
    {
        Assert.True(await Commit([.. new[] { "r:b", "r:a", "r:a:1", "r:a:2", "r:B", "s:0", "q:z" }.Select(key => new TableWrite.Put(Row(key)))]));
        Assert.True(await Table.CommitAsync(_partition + "0", [new TableWrite.Put(new TableRow(_partition + "0", "r:a", RowKind.Finding, "{}"))], TestContext));
        Assert.Equal(["r:B", "r:a", "r:a:1", "r:a:2", "r:b"], (await Query("r:", RowKeys.After("r:"))).Select(row => row.Key));
        Assert.Equal(["r:a", "r:a:1", "r:a:2"], (await Query("r:a", RowKeys.After("r:a"))).Select(row => row.Key));
        Assert.Equal(["r:B", "r:a"], (await Query("r:", RowKeys.After("r:"), 2)).Select(row => row.Key));
        Assert.Empty(await Query("y:", RowKeys.After("y:")));
    }

    [Fact]
    public async Task A_hundred_rows_are_one_transaction_and_a_long_query_pages()
    {
        for (var page = 0; page < 12; page++)
        {
            var of = page;
            Assert.True(await Commit([.. Enumerable.Range(0, ITable.MaxWrites).Select(i => new TableWrite.Put(Row($"t:{of * 100 + i:D5}")))]));
        }

        var all = await Query("t:", RowKeys.After("t:"));
        Assert.Equal(1200, all.Count);
        Assert.Equal(all.Select(row => row.Key).Order(StringComparer.Ordinal), all.Select(row => row.Key));
        Assert.Equal(1100, (await Query("t:", RowKeys.After("t:"), 1100)).Count);
    }

    [Fact]
    public async Task Of_many_writers_of_one_row_all_get_through_one_after_the_other()
    {
        Assert.True(await Commit(new TableWrite.Insert(Row("s:0", "0"))));
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(async () =>
        {
            for (var done = 0; done < 5;)
            {
                var row = (await Table.FindAsync(_partition, "s:0", TestContext))!;
                done += await Commit(new TableWrite.Replace(row with { Document = $"{int.Parse(row.Document) + 1}" })) ? 1 : 0;
            }
        })));
        Assert.Equal("40", (await Table.FindAsync(_partition, "s:0", TestContext))!.Document);
    }
}
