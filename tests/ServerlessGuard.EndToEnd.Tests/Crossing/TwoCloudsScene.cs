using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using Azure.Data.Tables;
using Azure.Storage.Queues;
using ServerlessGuard.Aws.Api;
using ServerlessGuard.Aws.Stores;
using ServerlessGuard.Azure.Stores;
using ServerlessGuard.Emulators;
using ServerlessGuard.EndToEnd.Tests.Aws;
using ServerlessGuard.EndToEnd.Tests.Azure;
using ServerlessGuard.Findings;
using ServerlessGuard.Lab;
using ServerlessGuard.Lab.Aws;
using ServerlessGuard.Lab.Azure;
using ServerlessGuard.Lab.Azure.Seed;
using ServerlessGuard.Lab.Crossing;
using ServerlessGuard.Resources;
using ServerlessGuard.Simulators.Aws.Http;
using ServerlessGuard.Tables;
using ServerlessGuard.Testing.Servers;

namespace ServerlessGuard.EndToEnd.Tests.Crossing;

/// <summary>Both published hosts between two simulated clouds, with DynamoDB Local and Azurite for their tables.</summary>
internal sealed class TwoCloudsScene : IAsyncDisposable
{
    public static readonly string AwsPartition = RowKeys.Partition(Provider.Aws, "111122223333");
    public static readonly string AzurePartition = RowKeys.Partition(Provider.Azure, SeedSubscription.Subscription);

    private static readonly EnvironmentCredentials Credentials = new(name => name.Contains("KEY", StringComparison.Ordinal) ? "local" : null);
    private readonly AmazonDynamoDBClient _client;

    private readonly TableProxy _proxy;

    private TwoCloudsScene(TwoClouds clouds, TableProxy proxy, AmazonDynamoDBClient client, ITable aws, ITable azure) =>
        (Clouds, _proxy, _client, AwsTable, AzureTable) = (clouds, proxy, client, aws, azure);

    public TwoClouds Clouds { get; }
    public ITable AwsTable { get; }
    public ITable AzureTable { get; }

    public static async Task<TwoCloudsScene> StartAsync(AzureCloud cloud, string mode, string? guardFile = null)
    {
        var bootstrap = await PublishedBootstrap.PathAsync();
        var endpoint = (await DynamoDbLocal.RunningAsync()).Address;
        var client = DynamoClient.Create("eu-west-1", endpoint, Credentials);
        var table = "guard-" + Guid.NewGuid().ToString("N");
        await client.CreateTableAsync(new CreateTableRequest
        {
            TableName = table,
            BillingMode = BillingMode.PAY_PER_REQUEST,
            AttributeDefinitions = [new("pk", ScalarAttributeType.S), new("sk", ScalarAttributeType.S)],
            KeySchema = [new("pk", KeyType.HASH), new("sk", KeyType.RANGE)],
        });
        var connection = cloud.Azurite.TakeAccount();
        await AzuriteEmulator.CreateTableAsync("guard", connection);
        foreach (var queue in new[] { "guard-work", "guard-dead" })
        {
            await new QueueClient(connection, queue).CreateIfNotExistsAsync();
        }

        var proxy = await TableProxy.StartAsync(endpoint, enforcesGrants: true);
        var clouds = await TwoClouds.StartAsync(
            new AwsLabSettings { Bootstrap = bootstrap, Table = table, TableEndpoint = proxy.Address, Mode = mode, GuardFile = guardFile, FunctionTimeout = TimeSpan.FromSeconds(60), VisibilityTimeout = TimeSpan.FromSeconds(2) },
            new AzureLabOptions
            {
                AppDirectory = cloud.App,
                StorageConnection = connection,
                Settings = Settings(mode, guardFile),
            },
            TimeProvider.System,
            CancellationToken.None,
            withChat: guardFile is not null);
        return new TwoCloudsScene(
            clouds, proxy, client, new DynamoTable(client, table, TimeProvider.System, new Backoff(static () => 0.01)), new AzureTable(new TableClient(connection, "guard")));
    }

    private static Dictionary<string, string> Settings(string mode, string? guardFile) =>
        new(StringComparer.Ordinal) { ["GUARD_SETTINGS"] = guardFile ?? ModeFile.Of(mode), ["GUARD_TABLE"] = "guard" };

    public async ValueTask DisposeAsync()
    {
        await Clouds.DisposeAsync();
        await _proxy.DisposeAsync();
        _client.Dispose();

        // The policies of the template have to be enough for what the functions do.
        Assert.Empty(_proxy.Refusals);
    }

    /// <summary>What a table says of a rule in an account of either cloud.</summary>
    public static async Task<Finding?> FindingAsync(ITable table, string partition, string rule)
    {
        await foreach (var row in table.QueryAsync(partition, "r:", RowKeys.After("r:"), null, CancellationToken.None))
        {
            if (row.Kind is RowKind.Finding && FindingRows.Finding(row) is var finding && finding.RuleId == rule)
            {
                return finding;
            }
        }

        return null;
    }

    /// <summary>Findings and their stories, with their documents: what both tables must hold alike.</summary>
    public static async Task<List<string>> SharedAsync(ITable table, string partition)
    {
        var rows = new List<string>();
        await foreach (var row in table.QueryAsync(partition, "a", "z", null, CancellationToken.None))
        {
            if (row.Kind is RowKind.Finding or RowKind.Event or RowKind.Index)
            {
                rows.Add(row.Key + " " + row.Document);
            }
        }

        return rows;
    }

    public async Task<bool> AgreeAsync() =>
        (await SharedAsync(AwsTable, AwsPartition)).SequenceEqual(await SharedAsync(AzureTable, AwsPartition))
        && (await SharedAsync(AwsTable, AzurePartition)).SequenceEqual(await SharedAsync(AzureTable, AzurePartition));

    public string State() => string.Join('\n',
    [
        .. Clouds.Aws.Functions.SelectMany(function => function.Lines.TakeLast(6).Select(line => $"{function.Settings.Name}: {line}")),
        .. Clouds.Azure.Log.Lines.TakeLast(20).Select(line => line.Length > 300 ? line[..300] : line),
    ]);
}
