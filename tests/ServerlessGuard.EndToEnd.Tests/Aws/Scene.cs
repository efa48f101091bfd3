using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using ServerlessGuard.Aws.Api;
using ServerlessGuard.Aws.Stores;
using ServerlessGuard.Findings;
using ServerlessGuard.Lab.Aws;
using ServerlessGuard.Simulators.Aws.Http;
using ServerlessGuard.Tables;
using ServerlessGuard.Testing.Servers;

namespace ServerlessGuard.EndToEnd.Tests.Aws;

/// <summary>A simulated account with the published host in it, on a table of its own in DynamoDB Local, behind a proxy that can fail.</summary>
internal sealed class Scene : IAsyncDisposable
{
    public const string Account = "111122223333";
    public const string Partition = "aws:" + Account;
    public const string Key = "0f0f0f0f-1111-2222-3333-444444444444";

    private static readonly IAwsCredentialsSource Credentials = new EnvironmentCredentials(name => name.Contains("KEY", StringComparison.Ordinal) ? "local" : null);

    private readonly AmazonDynamoDBClient _client;

    private Scene(AwsLab lab, TableProxy proxy, AmazonDynamoDBClient client, string table)
    {
        (Lab, Proxy, _client) = (lab, proxy, client);
        Table = new DynamoTable(client, table, TimeProvider.System, new Backoff(static () => 0.01));
    }

    public AwsLab Lab { get; }

    /// <summary>What the host reaches its table through.</summary>
    public TableProxy Proxy { get; }

    /// <summary>The same table, without the proxy.</summary>
    public ITable Table { get; }

    public static async Task<Scene> StartAsync(string mode = "observe", Func<AwsLabSettings, AwsLabSettings>? change = null)
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
        var proxy = await TableProxy.StartAsync(endpoint, enforcesGrants: true);
        var settings = new AwsLabSettings
        {
            Bootstrap = bootstrap,
            Table = table,
            TableEndpoint = proxy.Address,
            Mode = mode,
            FunctionTimeout = TimeSpan.FromSeconds(60),
            VisibilityTimeout = TimeSpan.FromMilliseconds(100),
        };
        return new Scene(await AwsLab.StartAsync(change?.Invoke(settings) ?? settings, TimeProvider.System), proxy, client, table);
    }

    public async ValueTask DisposeAsync()
    {
        await Lab.DisposeAsync();
        await Proxy.DisposeAsync();
        _client.Dispose();

        // The policies of the template have to be enough for what the functions do.
        Assert.Empty(Proxy.Refusals);
    }

    public async Task<IReadOnlyList<Finding>> FindingsAsync(string partition = Partition)
    {
        var found = new List<Finding>();
        await foreach (var row in Table.QueryAsync(partition, "r:", RowKeys.After("r:"), null, CancellationToken.None))
        {
            if (row.Kind is RowKind.Finding)
            {
                found.Add(FindingRows.Finding(row));
            }
        }

        return found;
    }

    /// <summary>The finding of the rule; null while there is none.</summary>
    public async Task<Finding?> FindingAsync(string rule, string? resource = null) =>
        (await FindingsAsync()).SingleOrDefault(finding => finding.RuleId == rule && (resource is null || finding.Resource.Name == resource));

    /// <summary>Waits until the rule's finding has the status, and returns it.</summary>
    public async Task<Finding> UntilAsync(string rule, FindingStatus status, string? resource = null)
    {
        Finding? found = null;
        await Eventually.IsAsync(async () => (found = await FindingAsync(rule, resource))?.Status == status, $"{rule} is {status}", () => State(found));
        return found!;
    }

    /// <summary>Waits until nothing is on its way any more.</summary>
    public Task IdleAsync()
    {
        var seen = 0;
        return Eventually.IsAsync(
            () =>
            {
                seen = Lab.IsIdle ? seen + 1 : 0;
                return Task.FromResult(seen > 1);
            },
            "the lab is idle",
            () => State(null));
    }

    public async Task<IReadOnlyList<FindingEvent>> StoryAsync(Finding finding)
    {
        var steps = new List<FindingEvent>();
        await foreach (var step in new FindingReader(Table).StoryAsync(finding, CancellationToken.None))
        {
            steps.Add(step);
        }

        return steps;
    }

    /// <summary>
    /// The outbox's schedule, at a time when every entry is due: the host waits a minute before it kicks again, which the test does not. The entries are aged in the table.
    /// </summary>
    public async Task KickOverdueAsync()
    {
        var prefix = OutboxRows.Prefix(OutboxKind.Remediate);
        await foreach (var row in Table.QueryAsync(Partition, prefix, RowKeys.After(prefix), null, CancellationToken.None))
        {
            var aged = OutboxRows.Read(row) with { NextAttemptAt = DateTimeOffset.UtcNow.AddSeconds(-1) };
            await Table.CommitAsync(Partition, [new TableWrite.Replace(OutboxRows.Row(Partition, aged, row.Version))], CancellationToken.None);
        }

        await Lab.RunOutboxAsync();
    }

    /// <summary>What helps when a wait was in vain.</summary>
    private string State(Finding? finding) => string.Join('\n',
    [
        $"finding: {finding?.RuleId} {finding?.Status} {finding?.Treatment?.State} {finding?.Treatment?.Detail}",
        $"queues: work {Lab.WorkQueue.Count}, remediate {Lab.RemediateQueue.Count}, dead {Lab.DeadLetters.Count}",
        .. Lab.Functions.SelectMany(function => function.Lines.TakeLast(8).Select(line => $"{function.Settings.Name}: {line}")),
    ]);
}
