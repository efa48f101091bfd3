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
        var request = new CreateTableRequest
        {
            TableName = name,
            BillingMode = BillingMode.PAY_PER_REQUEST,
            AttributeDefinitions = [new("pk", ScalarAttributeType.S), new("sk", ScalarAttributeType.S)],
            KeySchema = [new("pk", KeyType.HASH), new("sk", KeyType.RANGE)],
        };

        // The client has no retries, and the engine's first answers take seconds on a busy machine.
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await client.CreateTableAsync(request);
                break;
            }
            catch (ResourceInUseException)
            {
                break;
            }
            catch (Exception fault) when (attempt < 20 && fault is TimeoutException or OperationCanceledException or AmazonClientException or HttpRequestException)
            {
                // Once more.
            }
        }

        return name;
    }

    public static async Task<AmazonDynamoDBClient> ClientAsync(HttpClientFactory? http = null) =>
        DynamoClient.Create("eu-west-1", (await DynamoDbLocal.RunningAsync()).Address, Credentials, http);

    public static async Task<DynamoTable> OpenAsync(string name, HttpClientFactory? http = null) =>
        new(await ClientAsync(http), name, TimeProvider.System, new Backoff(static () => 0.01));
}
