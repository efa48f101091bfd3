using Azure.Data.Tables;
using ServerlessGuard.Azure.Stores;
using ServerlessGuard.Tables;
using ServerlessGuard.Testing;
using ServerlessGuard.Testing.Servers;

namespace ServerlessGuard.Azure.Tests.Stores;

public sealed class AzureTableTests(AzuriteTable fixture) : TableContract, IClassFixture<AzuriteTable>
{
    protected override ITable Table => fixture.Table;

    [Fact]
    public async Task A_document_is_never_cut_inside_a_character()
    {
        var partition = Guid.NewGuid().ToString("N");
        var document = "\"" + new string('x', 31_998) + string.Concat(Enumerable.Repeat("🚀", 20_000)) + "\"";
        Assert.True(await Table.CommitAsync(partition, [new TableWrite.Insert(new TableRow(partition, "r:a", RowKind.Finding, document))], default));
        Assert.Equal(document, (await Table.FindAsync(partition, "r:a", default))!.Document);
    }

    [Fact]
    public async Task A_quote_in_a_key_stays_a_quote()
    {
        var partition = "it's " + Guid.NewGuid().ToString("N");
        Assert.True(await Table.CommitAsync(partition, [new TableWrite.Insert(new TableRow(partition, "a' or RowKey ge '", RowKind.Finding, "1")), new TableWrite.Insert(new TableRow(partition, "b", RowKind.Finding, "2"))], default));
        var rows = new List<TableRow>();
        await foreach (var row in Table.QueryAsync(partition, "a' or RowKey ge '", "a~", null, default))
        {
            rows.Add(row);
        }

        Assert.Equal("1", Assert.Single(rows).Document);
    }

    [Fact]
    public async Task A_missing_row_to_delete_does_not_hide_another_condition_that_failed()
    {
        var partition = Guid.NewGuid().ToString("N");
        var stale = new TableRow(partition, "r:gone", RowKind.Finding, "1") { Version = "W/\"datetime'2020-01-01T00%3A00%3A00.0000000Z'\"" };
        Assert.False(await Table.CommitAsync(partition, [new TableWrite.Delete("x:gone", null), new TableWrite.Replace(stale), new TableWrite.Put(new TableRow(partition, "r:b", RowKind.Finding, "2"))], default));
        Assert.Null(await Table.FindAsync(partition, "r:b", default));
    }

    [Fact]
    public async Task Nobody_listening_is_unavailable_not_absent()
    {
        var options = new TableClientOptions();
        options.Retry.MaxRetries = 1;
        options.Retry.Delay = TimeSpan.FromMilliseconds(1);
        var nobody = new AzureTable(new TableClient(new Uri("http://127.0.0.1:1/devstoreaccount1"), "guard", new TableSharedKeyCredential("devstoreaccount1", "AAAA"), options));
        await Assert.ThrowsAsync<TableUnavailableException>(() => nobody.FindAsync("p", "k", default));
        await Assert.ThrowsAsync<TableUnavailableException>(() => nobody.CommitAsync("p", [new TableWrite.Delete("k", null)], default));
    }

    [Fact]
    public async Task A_table_that_does_not_exist_is_unavailable_with_its_name()
    {
        var missing = new AzureTable(new TableClient(fixture.Azurite.ConnectionString, "nosuchtable"));
        var find = await Assert.ThrowsAsync<TableUnavailableException>(() => missing.FindAsync("p", "k", default));
        Assert.Contains("nosuchtable", find.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<TableUnavailableException>(() => missing.CommitAsync("p", [new TableWrite.Delete("k", null)], default));
    }
}

public sealed class AzuriteTable : IAsyncLifetime
{
    public Azurite Azurite { get; } = new();

    public ITable Table { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        await Azurite.InitializeAsync();
        var client = new TableClient(Azurite.ConnectionString, "guard");
        await Azurite.CreateTableAsync("guard");
        Table = new AzureTable(client);
    }

    public async Task DisposeAsync() => await Azurite.DisposeAsync();
}
