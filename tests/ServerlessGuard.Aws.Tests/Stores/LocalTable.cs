using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using Amazon.Runtime;
using ServerlessGuard.Aws.Api;
using ServerlessGuard.Aws.Stores;
using ServerlessGuard.Tables;
using ServerlessGuard.Testing.Servers;

namespace ServerlessGuard.Aws.Tests.Stores;

/// <summary>A table of its own in DynamoDB Local.</summary>
internal static class LocalTable
{
    public static readonly IAwsCredentialsSource Credentials = new EnvironmentCredentials(name => name.Contains("KEY", StringComparison.Ordinal) ? "local" : null);

    public static async Task<string> CreateAsync()
    {
        using var client = await ClientAsync();
        var name = "guard-" + Guid.NewGuid().ToString("N");
        await client.CreateTableAsync(new CreateTableRequest
        {
            TableName = name,
            BillingMode = BillingMode.PAY_PER_REQUEST,
            AttributeDefinitions = [new("pk", ScalarAttributeType.S), new("sk", ScalarAttributeType.S)],
            KeySchema = [new("pk", KeyType.HASH), new("sk", KeyType.RANGE)],
        });
        return name;
    }

    public static async Task<AmazonDynamoDBClient> ClientAsync(HttpClientFactory? http = null) =>
        DynamoClient.Create("eu-west-1", (await DynamoDbLocal.RunningAsync()).Address, Credentials, http);

    public static async Task<DynamoTable> OpenAsync(string name, HttpClientFactory? http = null) =>
        new(await ClientAsync(http), name, TimeProvider.System, new Backoff(static () => 0.01));
}
