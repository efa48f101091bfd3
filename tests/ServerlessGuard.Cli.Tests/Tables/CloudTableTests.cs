using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using ServerlessGuard.Aws.Api;
using ServerlessGuard.Aws.Stores;
using ServerlessGuard.Testing.Servers;

namespace ServerlessGuard.Cli.Tests.Tables;

/// <summary>The tables of both clouds by their addresses, on DynamoDB Local and Azurite: what an operator with credentials of their own does.</summary>
public sealed class CloudTableTests : IAsyncLifetime, IAsyncDisposable
{
    private static readonly EnvironmentCredentials Credentials = new(name => name.Contains("KEY", StringComparison.Ordinal) ? "local" : null);

    private readonly Azurite _azurite = new();
    private string _dynamo = string.Empty;
    private string _azure = string.Empty;

    public async Task InitializeAsync()
    {
        await _azurite.InitializeAsync();
        await _azurite.CreateTableAsync("guard");
        var endpoint = (await DynamoDbLocal.RunningAsync()).Address;
        var name = "guard-" + Guid.NewGuid().ToString("N");
        using var client = DynamoClient.Create("eu-west-1", endpoint, Credentials);
        await client.CreateTableAsync(new CreateTableRequest
        {
            TableName = name,
            BillingMode = BillingMode.PAY_PER_REQUEST,
            AttributeDefinitions = [new("pk", ScalarAttributeType.S), new("sk", ScalarAttributeType.S)],
            KeySchema = [new("pk", KeyType.HASH), new("sk", KeyType.RANGE)],
        });
        Environment.SetEnvironmentVariable("AWS_ACCESS_KEY_ID", "local");
        Environment.SetEnvironmentVariable("AWS_SECRET_ACCESS_KEY", "local");
        Environment.SetEnvironmentVariable("GUARD_STORAGE_CONNECTION", _azurite.ConnectionString);
        _dynamo = $"dynamodb://{name}?region=eu-west-1&endpoint={endpoint}";
        _azure = $"azure-table://devstoreaccount1/guard?endpoint={_azurite.TableEndpoint}";
    }

    async Task IAsyncLifetime.DisposeAsync() => await DisposeAsync();

    public ValueTask DisposeAsync() => _azurite.DisposeAsync();

    [Fact]
    public async Task Findings_of_one_cloud_are_repaired_into_the_others_table_and_both_agree()
    {
        var scan = await Guard.Run("scan", ServerlessGuard.Tests.Repository.Path("tests", "fixtures", "aws"), "--table", _dynamo);
        Assert.Equal(1, scan.Code);
        Assert.Contains("Recorded in dynamodb://guard-", scan.Output, StringComparison.Ordinal);

        var here = await Guard.Run("findings", "list", "--table", _dynamo, "--format", "csv");
        Assert.Equal(0, here.Code);
        Assert.Contains("SG-STOR-001", here.Output, StringComparison.Ordinal);
        Assert.NotEqual(here.Output, (await Guard.Run("findings", "list", "--table", _azure, "--format", "csv")).Output);

        var doctor = await Guard.Run("doctor", "--table", _dynamo, "--peer-table", _azure);
        Assert.Equal(1, doctor.Code);
        var repair = await Guard.Run("federation", "repair", "--table", _dynamo, "--peer-table", _azure, "--provider", "aws");
        Assert.Equal((0, string.Empty), (repair.Code, repair.Complaints));

        foreach (var command in new[] { "list", "summary" })
        {
            Assert.Equal(
                (await Guard.Run("findings", command, "--table", _dynamo, "--format", "json")).Output,
                (await Guard.Run("findings", command, "--table", _azure, "--format", "json")).Output);
        }
    }

    [Fact]
    public async Task Both_clouds_are_stopped_and_resumed_by_one_command()
    {
        foreach (var (verb, stopped) in new[] { ("stop", true), ("stop", true), ("resume", false) })
        {
            var guard = await Guard.Run(verb, "--table", _dynamo, "--peer-table", _azure, "--as", "kim", "--reason", "drill");
            Assert.Equal((0, string.Empty), (guard.Code, guard.Complaints));
            foreach (var (address, provider) in new[] { (_dynamo, Resources.Provider.Aws), (_azure, Resources.Provider.Azure) })
            {
                using var table = Cli.Tables.OpenTable.ToRead(address);
                var control = await new Guards.Controls(table.Table, provider, TimeProvider.System).ReadAsync(CancellationToken.None);
                // Emulators know nobody: the name is a claim.
                Assert.Equal((stopped, "kim (unverified)", "drill"), (control.Stopped, control.By, control.Reason));
            }
        }
    }

    [Fact]
    public async Task A_table_that_is_not_there_is_one_line()
    {
        var missing = _dynamo.Replace("dynamodb://guard-", "dynamodb://absent-", StringComparison.Ordinal);
        var list = await Guard.Run("findings", "list", "--table", missing);
        Assert.Equal(2, list.Code);
        Assert.Single(list.ComplaintLines);
        var azure = await Guard.Run("findings", "list", "--table", _azure.Replace("/guard?", "/absent?", StringComparison.Ordinal));
        Assert.Equal(2, azure.Code);
        Assert.Single(azure.ComplaintLines);
    }
}
