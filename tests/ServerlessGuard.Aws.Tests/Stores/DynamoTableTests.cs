using ServerlessGuard.Tables;
using ServerlessGuard.Testing;

namespace ServerlessGuard.Aws.Tests.Stores;

/// <summary>What every table promises, kept by the real engine.</summary>
public sealed class DynamoTableTests : TableContract, IAsyncLifetime
{
    private static readonly Lazy<Task<string>> Name = new(LocalTable.CreateAsync);

    private ITable? _table;

    protected override ITable Table => _table!;

    public async Task InitializeAsync() => _table = await LocalTable.OpenAsync(await Name.Value);

    public Task DisposeAsync() => Task.CompletedTask;
}
