using System.Text.Json.Nodes;
using ServerlessGuard.Tables;
using ServerlessGuard.Testing;

namespace ServerlessGuard.Page.Tests;

/// <summary>The health of the federation as both tables tell it.</summary>
public sealed class SyncTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 25, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task With_both_tables_each_side_is_told()
    {
        var (aws, azure) = await TablesAsync();
        foreach (var (table, peer) in new[] { (aws, azure), (azure, aws) })
        {
            var sides = await SidesAsync(table, peer);
            Assert.Equal(("InSync", 0), (State(sides, "Aws"), sides["Aws"]["waiting"]!.GetValue<int>()));
            Assert.Equal(("Behind", Northwind.Behind), (State(sides, "Azure"), sides["Azure"]["waiting"]!.GetValue<int>()));
            Assert.Equal(Now.AddMinutes(-9).AddMilliseconds(1265), sides["Azure"]["oldest"]!.GetValue<DateTimeOffset>());
        }
    }

    [Fact]
    public async Task With_one_table_the_other_sides_outbox_is_out_of_sight()
    {
        var (aws, azure) = await TablesAsync();
        var fromAws = await SidesAsync(aws, null);
        Assert.Equal(("InSync", "Unseen"), (State(fromAws, "Aws"), State(fromAws, "Azure")));
        var fromAzure = await SidesAsync(azure, null);
        Assert.Equal(("Unseen", "Behind"), (State(fromAzure, "Aws"), State(fromAzure, "Azure")));
    }

    [Fact]
    public async Task Tables_that_count_differently_with_nothing_waiting_differ()
    {
        var (aws, azure) = await TablesAsync();
        var lost = aws.Rows.First(row => row.Kind is RowKind.Summary && row.Partition.StartsWith("aws:", StringComparison.Ordinal));
        await azure.CommitAsync(lost.Partition, [new TableWrite.Delete(lost.Key, Version: null)], CancellationToken.None);
        var sides = await SidesAsync(aws, azure);
        Assert.Equal("Differs", State(sides, "Aws"));
        Assert.Equal([lost.Partition], sides["Aws"]["differing"]!.AsArray().Select(account => account!.GetValue<string>()));
    }

    [Fact]
    public async Task A_table_that_scans_write_has_nothing_to_forward()
    {
        var table = new MemoryTable();
        await SmallCompany.WriteAsync(new Sample(table, Now));
        var sides = await SidesAsync(table, null);
        Assert.Equal(("Alone", "Alone"), (State(sides, "Aws"), State(sides, "Azure")));
    }

    [Fact]
    public async Task An_empty_table_has_no_sides() => Assert.Empty(await SidesAsync(new MemoryTable(), null));

    private static async Task<(MemoryTable Aws, MemoryTable Azure)> TablesAsync()
    {
        var (aws, azure) = (new MemoryTable(), new MemoryTable());
        await new Northwind(aws, azure, Now).WriteAsync();
        return (aws, azure);
    }

    private static async Task<Dictionary<string, JsonNode>> SidesAsync(ITable table, ITable? peer)
    {
        using var page = new PageApi(table, peer, new PageSettings("memory"), new ManualTime(Now));
        var response = await page.HandleAsync(new PageRequest("GET", "/api/state"), CancellationToken.None);
        return JsonNode.Parse(response.Body.Span)!["sync"]!.AsArray().ToDictionary(side => side!["provider"]!.GetValue<string>(), side => side!);
    }

    private static string State(Dictionary<string, JsonNode> sides, string provider) => sides[provider]["state"]!.GetValue<string>();
}
