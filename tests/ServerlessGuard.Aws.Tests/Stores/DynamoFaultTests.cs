using ServerlessGuard.Aws.Stores;
using ServerlessGuard.Tables;

namespace ServerlessGuard.Aws.Tests.Stores;

/// <summary>DynamoDB's faults, put between the real client and the real engine.</summary>
public sealed class DynamoFaultTests
{
    private static readonly Lazy<Task<string>> Name = new(LocalTable.CreateAsync);

    private readonly string _partition = "aws:" + Guid.NewGuid().ToString("N");

    private TableWrite.Insert Insert(string key) => new(new TableRow(_partition, key, RowKind.Finding, "{}"));

    private static async Task<(DynamoTable Table, FaultyHttp Http)> Open(params Fault?[] faults)
    {
        var http = new FaultyHttp(faults);
        return (await LocalTable.OpenAsync(await Name.Value, http), http);
    }

    public static TheoryData<string> Transient => ["Throttled", "Throttling", "Internal", "Unavailable", "Silence"];

    private static Fault Named(string name) => name switch
    {
        "Throttled" => Fault.Throttled,
        "Throttling" => Fault.Throttling,
        "Internal" => Fault.Internal,
        "Unavailable" => Fault.Unavailable,
        _ => Fault.Silence,
    };

    [Theory]
    [MemberData(nameof(Transient))]
    public async Task A_transient_fault_is_tried_again(string name)
    {
        var (table, http) = await Open(Named(name), null, Named(name), null, Named(name), null);
        Assert.True(await table.CommitAsync(_partition, [Insert("r:a")], CancellationToken.None));
        Assert.True(await table.CommitAsync(_partition, [Insert("r:b"), Insert("r:c")], CancellationToken.None));
        Assert.NotNull(await table.FindAsync(_partition, "r:c", CancellationToken.None));
        Assert.Equal(["PutItem", "PutItem", "TransactWriteItems", "TransactWriteItems", "GetItem", "GetItem"], http.Operations);
    }

    [Theory]
    [InlineData("Throttled")]
    [InlineData("Internal")]
    public async Task A_fault_that_stays_is_the_stores_and_nothing_is_written(string name)
    {
        var (table, _) = await Open([.. Enumerable.Repeat(Named(name), 21)]);
        await Assert.ThrowsAsync<TableUnavailableException>(() => table.CommitAsync(_partition, [Insert("r:a")], CancellationToken.None));
        await Assert.ThrowsAsync<TableUnavailableException>(() => table.CommitAsync(_partition, [Insert("r:a"), Insert("r:b")], CancellationToken.None));
        await Assert.ThrowsAsync<TableUnavailableException>(() => table.FindAsync(_partition, "r:a", CancellationToken.None));
        Assert.Null(await table.FindAsync(_partition, "r:a", CancellationToken.None));
    }

    /// <summary>The commit took place and its answer was lost: asked again, it must not read as a lost race.</summary>
    [Theory]
    [InlineData(true, 1)]
    [InlineData(true, 3)]
    [InlineData(false, 1)]
    [InlineData(false, 3)]
    public async Task A_lost_answer_is_not_a_conflict(bool silent, int rows)
    {
        var (table, http) = await Open(silent ? Fault.LostInSilence : Fault.LostAnswer);
        Assert.True(await table.CommitAsync(_partition, [.. Enumerable.Range(0, rows).Select(i => Insert($"r:{i}"))], CancellationToken.None));
        Assert.True(http.Operations.Count >= 2);
        Assert.NotNull(await table.FindAsync(_partition, "r:0", CancellationToken.None));
    }

    [Fact]
    public async Task A_lost_answer_after_another_writer_was_first_is_a_conflict()
    {
        var (other, _) = await Open();
        Assert.True(await other.CommitAsync(_partition, [Insert("r:a")], CancellationToken.None));
        var (table, _) = await Open(Fault.LostAnswer);
        Assert.False(await table.CommitAsync(_partition, [Insert("r:a")], CancellationToken.None));
    }

    [Fact]
    public async Task A_transaction_in_the_way_is_waited_for()
    {
        var (table, http) = await Open(Fault.Cancelled("None", "TransactionConflict"), Fault.Cancelled("ThrottlingError", "None"));
        Assert.True(await table.CommitAsync(_partition, [Insert("r:a"), Insert("r:b")], CancellationToken.None));
        Assert.Equal(3, http.Operations.Count);
    }

    [Fact]
    public async Task Contention_without_end_is_false_and_throttling_without_end_is_thrown()
    {
        var (contended, _) = await Open([.. Enumerable.Repeat(Fault.Cancelled("TransactionConflict"), 7)]);
        Assert.False(await contended.CommitAsync(_partition, [Insert("r:a"), Insert("r:b")], CancellationToken.None));
        var (throttled, _) = await Open([.. Enumerable.Repeat(Fault.Cancelled("ThrottlingError"), 7)]);
        await Assert.ThrowsAsync<TableUnavailableException>(() => throttled.CommitAsync(_partition, [Insert("r:a"), Insert("r:b")], CancellationToken.None));
    }

    [Fact]
    public async Task A_failed_condition_decides_at_once_whatever_else_was_in_the_way()
    {
        var (table, http) = await Open(Fault.Cancelled("ConditionalCheckFailed", "ThrottlingError", "TransactionConflict"));
        Assert.False(await table.CommitAsync(_partition, [Insert("r:a"), Insert("r:b")], CancellationToken.None));
        Assert.Single(http.Operations);
    }

    [Fact]
    public async Task A_missing_permission_is_thrown_at_once()
    {
        var (table, http) = await Open(Fault.Denied);
        var fault = await Assert.ThrowsAsync<TableUnavailableException>(() => table.FindAsync(_partition, "r:a", CancellationToken.None));
        Assert.EndsWith("AccessDeniedException", fault.Message, StringComparison.Ordinal);
        Assert.Single(http.Operations);
    }

    [Fact]
    public async Task A_cancelled_caller_is_not_kept()
    {
        using var stop = new CancellationTokenSource();
        var (table, _) = await Open(Fault.Hanging);
        var find = table.FindAsync(_partition, "r:a", stop.Token);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => find);
    }
}
