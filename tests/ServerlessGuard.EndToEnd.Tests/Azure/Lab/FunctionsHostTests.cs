using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using ServerlessGuard.Simulators.Azure;
using ServerlessGuard.Simulators.Azure.EventGrid;
using ServerlessGuard.Simulators.Azure.Functions;

namespace ServerlessGuard.EndToEnd.Tests.Azure.Lab;

/// <summary>The stand-in host keeps the rules of the real one, so that what passes here was worth passing.</summary>
public sealed class FunctionsHostTests
{
    private static readonly TimeSpan Short = TimeSpan.FromSeconds(1);

    [Fact]
    public async Task Events_come_one_by_one_or_as_a_string_and_rewritten()
    {
        using var app = new StubApp(StubApp.Event("one"), StubApp.Event("many", many: true));
        await using var host = await StartAsync(app);
        var single = await host.SubscribeAsync("one", new EventGridOptions(), default);
        var batch = await host.SubscribeAsync("many", new EventGridOptions { MaxBatch = 10 }, default);
        await using (single)
        await using (batch)
        {
            var events = new[] { Event("1"), Event("2") };
            single.Publish(events);
            batch.Publish(events);
            await Poll.UntilAsync("three calls", () => app.Calls.Count == 3);
        }

        var one = app.Calls.First(call => (string?)call["name"] == "one");
        Assert.Equal("chunked", (string?)one["headers"]!["transfer-encoding"]);
        Assert.Null(one["headers"]!["content-length"]);
        Assert.NotNull(one["headers"]!["x-azure-functions-invocationid"]);
        Assert.NotNull(one["headers"]!["x-azure-functions-hostversion"]);
        Assert.Equal("one", (string?)one["body"]!["Metadata"]!["sys"]!["MethodName"]);
        var data = one["body"]!["Data"]!["event"]!.AsObject();
        Assert.Equal("2026-11-22T08:00:00Z", (string?)data["eventTime"]);
        Assert.Equal("1.5", data["data"]!["number"]!.ToJsonString());
        var many = app.Calls.Single(call => (string?)call["name"] == "many")["body"]!["Data"]!["event"]!;
        Assert.Equal(2, JsonNode.Parse(many.GetValue<string>())!.AsArray().Count);
    }

    [Fact]
    public async Task Handshakes_are_the_hosts_own_affair_and_need_the_key()
    {
        using var app = new StubApp(StubApp.Event("one"));
        await using var host = await StartAsync(app);
        await using var classic = await host.SubscribeAsync("one", new EventGridOptions(), default);
        await using var cloudEvents = await host.SubscribeAsync("one", new EventGridOptions { Schema = EventSchema.CloudEvents }, default);
        using var http = new HttpClient();
        using var noKey = await http.PostAsync(new Uri(host.Address, "runtime/webhooks/EventGrid?functionName=one"), new StringContent("[]"));
        Assert.Equal(HttpStatusCode.Unauthorized, noKey.StatusCode);
        using var noFunction = await http.PostAsync(host.Webhook("other"), new StringContent("[]"));
        Assert.Equal(HttpStatusCode.NotFound, noFunction.StatusCode);
        Assert.Empty(app.Calls);
    }

    [Theory]
    [InlineData("plain")]
    [InlineData("bad")]
    [InlineData("refuses")]
    [InlineData("breaks")]
    public async Task An_answer_that_the_host_does_not_believe_is_a_failure_and_the_whole_batch_comes_again(string function)
    {
        using var app = new StubApp(StubApp.Event(function));
        await using var host = await StartAsync(app);
        await using var topic = await host.SubscribeAsync(function, new EventGridOptions { MaxBatch = 2, MaxAttempts = 3, TimeScale = 0.01 }, default);
        topic.Publish([Event("1"), Event("2")]);
        await Poll.UntilAsync("both dead-lettered", () => topic.DeadLetters.Count == 2);
        Assert.Equal(3, topic.Attempts);
        Assert.Equal(6, app.Calls.Count);
        Assert.All(topic.DeadLetters, letter => Assert.Equal("MaxDeliveryAttemptsExceeded", letter.Reason));
    }

    [Theory]
    [InlineData("empty")]
    [InlineData("nothing")]
    [InlineData("nil")]
    [InlineData("slow")]
    public async Task An_answer_with_nothing_in_it_hangs_until_the_timeout_kills_the_worker(string function)
    {
        using var app = new StubApp(StubApp.Timer(function));
        await using var host = await StartAsync(app, Short);
        var started = TimeProvider.System.GetTimestamp();
        var outcome = await host.RunTimerAsync(function, default);
        Assert.True(outcome.TookItsWorkerDown);
        Assert.True(TimeProvider.System.GetElapsedTime(started) >= Short * 0.9);
        await Poll.UntilAsync("a second worker", () => host.WorkerStarts == 2);
        Assert.Equal(HostState.Running, host.State);
    }

    [Fact]
    public async Task Exit_code_0_is_never_followed_by_another_start()
    {
        using var app = new StubApp(StubApp.Timer("leaves"), StubApp.Timer("fine"));
        await using var host = await StartAsync(app);
        Assert.False((await host.RunTimerAsync("leaves", default)).Succeeded);
        await Poll.UntilAsync("the host gives up", () => host.State is HostState.Abandoned);
        Assert.False((await host.RunTimerAsync("fine", default)).Succeeded);
        Assert.Equal(1, app.Starts);
    }

    [Fact]
    public async Task The_third_error_stops_the_host()
    {
        using var app = new StubApp(StubApp.Timer("crashes"), StubApp.Timer("fine"));
        await using var host = await StartAsync(app);
        await Poll.UntilAsync("the host stops", async () =>
        {
            Assert.False((await host.RunTimerAsync("crashes", default)).Succeeded);
            return host.State is HostState.Stopped;
        });
        Assert.False((await host.RunTimerAsync("fine", default)).Succeeded);
        Assert.Equal(3, app.Starts);
        await host.ReplaceInstanceAsync();
        Assert.True((await host.RunTimerAsync("fine", default)).Succeeded);
    }

    [Fact]
    public async Task A_worker_that_never_comes_up_is_an_error_with_its_reason()
    {
        using var app = new StubApp(StubApp.Timer("fine"));
        var fault = await Assert.ThrowsAsync<InvalidOperationException>(() => StartAsync(app, settings: new() { ["STUB_EXIT"] = "7" }));
        Assert.Contains("exit code 7", fault.Message, StringComparison.Ordinal);
        Assert.Equal(3, app.Starts);
    }

    [Fact]
    public async Task An_http_function_answers_through_its_output_and_does_not_see_chunked_bodies()
    {
        using var app = new StubApp(StubApp.Http("web"));
        await using var host = await StartAsync(app);
        using var http = new HttpClient();
        var address = new Uri(host.Address, "api/web/7?q=x");
        using var answer = await http.PostAsync(address, new StringContent("hello", Encoding.UTF8, "text/plain"));
        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        Assert.Equal("1", answer.Headers.GetValues("x-own").Single());
        Assert.Equal("""{"seen":true}""", await answer.Content.ReadAsStringAsync());
        using var chunked = new HttpRequestMessage(HttpMethod.Post, address) { Content = new StringContent("hello") };
        chunked.Headers.TransferEncodingChunked = true;
        using var second = await http.SendAsync(chunked);
        using var third = await http.PostAsync(address, new ByteArrayContent([1, 2]) { Headers = { ContentType = new("application/octet-stream") } });
        var bodies = app.Calls.Select(call => call["body"]!["Data"]!["req"]!.AsObject()).ToList();
        Assert.Equal("hello", (string?)bodies[0]["Body"]);
        Assert.Equal("7", (string?)bodies[0]["Params"]!["id"]);
        Assert.Equal("x", (string?)bodies[0]["Query"]!["q"]);
        Assert.False(bodies[1].ContainsKey("Body"));
        Assert.Equal("AQI=", (string?)bodies[2]["Body"]);
    }

    private static Task<FunctionsHost> StartAsync(StubApp app, TimeSpan? timeout = null, Dictionary<string, string>? settings = null) =>
        FunctionsHost.StartAsync(
            new FunctionsHostOptions
            {
                AppDirectory = app.Directory,
                Settings = settings ?? [],
                FunctionTimeout = timeout,
                Log = new LabLog(),
            },
            default);

    private static JsonObject Event(string id) => new()
    {
        ["id"] = id,
        ["eventTime"] = "2026-11-22T10:00:00+02:00",
        ["data"] = new JsonObject { ["number"] = JsonNode.Parse("1.50") },
    };
}
