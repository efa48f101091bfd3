using System.Text;
using System.Text.Json.Nodes;
using Azure.Storage.Queues;
using ServerlessGuard.Simulators.Azure;
using ServerlessGuard.Simulators.Azure.Functions;
using ServerlessGuard.Testing.Servers;

namespace ServerlessGuard.EndToEnd.Tests.Azure.Lab;

/// <summary>Queue triggers from a real queue: encodings, retries, the poison queue.</summary>
public sealed class QueueListenerTests(Azurite azurite) : IClassFixture<Azurite>
{
    private const string Payload = """{"Id":"forged","DequeueCount":"99","own":1.50,"deep":{"a":1}}""";

    [Fact]
    public async Task A_binary_message_is_base64_and_a_text_message_is_encoded_twice()
    {
        var connection = azurite.TakeAccount();
        var binary = await QueueAsync(connection, "binary");
        var text = await QueueAsync(connection, "text");
        using var app = new StubApp(StubApp.Queue("binary", "binary"), StubApp.Queue("text", ""));
        await using var host = await StartAsync(app, connection);
        await SendAsync(binary, Payload);
        await SendAsync(text, Payload);
        await Poll.UntilAsync("both calls", () => app.Calls.Count == 2);
        await Poll.UntilAsync("the messages to be deleted", () => host.IsIdleAsync(default));

        var calls = app.Calls.ToDictionary(call => (string)call["name"]!, call => call["body"]!, StringComparer.Ordinal);
        Assert.Equal(Payload, Encoding.UTF8.GetString(Convert.FromBase64String((string)calls["binary"]["Data"]!["message"]!)));
        Assert.Equal(Payload, (string?)JsonNode.Parse((string)calls["text"]["Data"]!["message"]!));

        // The payload's own scalars win over the queue's.
        var metadata = calls["binary"]["Metadata"]!;
        Assert.Equal("forged", (string?)metadata["Id"]);
        Assert.Equal("99", (string?)metadata["DequeueCount"]);
        Assert.Equal("1.50", (string?)metadata["own"]);
        Assert.Null(metadata["deep"]);
    }

    [Theory]
    [InlineData("breaks", true)]
    [InlineData("third", false)]
    public async Task A_message_is_tried_again_until_it_is_poison(string queue, bool poisoned)
    {
        var connection = azurite.TakeAccount();
        var client = await QueueAsync(connection, queue);
        using var app = new StubApp(StubApp.Queue(queue, "binary"));
        await using var host = await StartAsync(app, connection);
        await SendAsync(client, "{}");
        await Poll.UntilAsync("three calls", () => app.Calls.Count == 3);
        await Poll.UntilAsync("an empty queue", () => host.IsIdleAsync(default));
        Assert.Equal(3, app.Calls.Count);
        Assert.Equal(poisoned ? 1 : 0, host.Poisoned);
        if (poisoned)
        {
            var given = await new QueueClient(connection, queue + "-poison").PeekMessagesAsync();
            Assert.Equal("{}", Encoding.UTF8.GetString(Convert.FromBase64String(Assert.Single(given.Value).Body.ToString())));
        }
    }

    [Fact]
    public async Task A_message_that_is_no_base64_goes_to_poison_unseen()
    {
        var connection = azurite.TakeAccount();
        var client = await QueueAsync(connection, "binary");
        using var app = new StubApp(StubApp.Queue("binary", "binary"));
        await using var host = await StartAsync(app, connection);
        await client.SendMessageAsync("{not base64}");
        await Poll.UntilAsync("the poison queue", () => host.Poisoned == 1);
        Assert.Empty(app.Calls);
    }

    private static async Task<QueueClient> QueueAsync(string connection, string name)
    {
        var client = new QueueClient(connection, name);
        await client.CreateIfNotExistsAsync();
        return client;
    }

    private static async Task SendAsync(QueueClient client, string text) => await client.SendMessageAsync(Convert.ToBase64String(Encoding.UTF8.GetBytes(text)));

    private static Task<FunctionsHost> StartAsync(StubApp app, string connection) =>
        FunctionsHost.StartAsync(
            new FunctionsHostOptions
            {
                AppDirectory = app.Directory,
                Settings = new Dictionary<string, string>(StringComparer.Ordinal) { ["AzureWebJobsStorage"] = connection },
                TimeScale = 0.01,
                Log = new LabLog(),
            },
            default);
}
