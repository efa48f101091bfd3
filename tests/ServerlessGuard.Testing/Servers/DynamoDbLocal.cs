using ServerlessGuard.Emulators;

namespace ServerlessGuard.Testing.Servers;

/// <summary>One DynamoDB Local for a test assembly; it ends with the process.</summary>
public static class DynamoDbLocal
{
    private static readonly Lazy<Task<DynamoDbLocalEmulator>> Shared = new(StartAsync);

    public static Task<DynamoDbLocalEmulator> RunningAsync() => Shared.Value;

    private static async Task<DynamoDbLocalEmulator> StartAsync()
    {
        var server = await DynamoDbLocalEmulator.StartAsync(ServersFolder.Path);
        AppDomain.CurrentDomain.ProcessExit += (_, _) => server.Dispose();
        return server;
    }
}
