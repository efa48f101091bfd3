using System.Diagnostics;
using System.Net;
using System.Text;
using System.Text.Json;
using Azure.Data.Tables;
using Azure.Storage.Queues;
using Microsoft.AspNetCore.Http;
using ServerlessGuard.Azure.Stores;
using ServerlessGuard.Azure.Tests.Events;
using ServerlessGuard.Findings;
using ServerlessGuard.Resources;
using ServerlessGuard.Tables;
using ServerlessGuard.Testing.Servers;

namespace ServerlessGuard.Azure.Tests.Runtime;

/// <summary>The custom-handler contract over HTTP against the real process, the real emulator, and a simulated ARM.</summary>
public sealed class ContractTests(AppFixture fixture) : IClassFixture<AppFixture>
{
    private readonly AppFixture _app = fixture;

    /// <summary>An account of its own for each test: they share the table.</summary>
    private readonly string _account = $"{FakeSource.Group}/providers/Microsoft.Storage/storageAccounts/a{Guid.NewGuid():N}";

    private static string Quoted(string text) => "\"" + JsonEncodedText.Encode(text) + "\"";

    private async Task<Finding?> FindingAsync(string rule = "SG-STOR-004")
    {
        var resource = new ResourceRef { Provider = Provider.Azure, NativeType = "Microsoft.Storage/storageAccounts", Id = _account, Account = FakeSource.Subscription };
        var row = await _app.Table.FindAsync(RowKeys.Partition(resource), FindingKeys.Finding(RowKeys.Hash(resource), rule), default);
        return row is null ? null : FindingRows.Finding(row);
    }

    [Fact]
    public async Task An_event_becomes_a_stored_finding()
    {
        _app.Arm.Subscription.PutAccount(isOpen: true, _account);
        var (status, body) = await _app.Functions.EventAsync(Bench.EventJson(_account));
        Assert.True(status == 200, body.GetRawText() + _app.Functions.Output);
        var finding = await FindingAsync();
        Assert.Equal((FindingStatus.Open, "ada@example.org"), (finding!.Status, finding.Actor));
        Assert.Contains(_app.Arm.Requests, request => request == $"GET {_account}/blobServices/default/containers");
    }

    [Fact]
    public async Task Many_events_as_a_string_are_judged_once_each()
    {
        _app.Arm.Subscription.PutAccount(isOpen: true, _account);
        var (status, body) = await _app.Functions.EventAsync(Quoted($"[{Bench.EventJson(_account)},{Bench.EventJson(_account)},{Bench.EventJson(_account)}]"));
        Assert.Equal((200, 3), (status, body.GetProperty("Logs").GetArrayLength()));
        Assert.Equal(1, (await FindingAsync())!.Revision);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_queue_message_is_judged_as_binary_and_as_text(bool binary)
    {
        _app.Arm.Subscription.PutAccount(isOpen: true, _account);
        var message = $$"""{"kind":"scan","resourceId":"{{_account}}","detectedBy":"sweep"}""";
        var data = binary ? Quoted(Convert.ToBase64String(Encoding.UTF8.GetBytes(message))) : Quoted(Quoted(message));
        Assert.Equal(200, (await _app.Functions.CallAsync("work", "\"message\":" + data)).Status);
        Assert.Equal(DetectedBy.Sweep, (await FindingAsync())!.DetectedBy);
    }

    [Theory]
    [InlineData("work", "\"message\":\"FAIL\"")]
    [InlineData("work", "\"message\":{\"kind\":\"format\"}")]
    [InlineData("work", "\"message\":{\"kind\":\"scan\",\"resourceId\":\"/subscriptions/../x\"}")]
    [InlineData("work", "\"message\":{\"kind\":\"scan\",\"resourceId\":\"/subscriptions/99999999-9999-9999-9999-999999999999/resourceGroups/g/providers/Microsoft.Storage/storageAccounts/a\"}")]
    [InlineData("work", "\"message\":{\"kind\":\"remediate\",\"partition\":\"aws:123456789012\",\"key\":\"o:remediate:x\"}")]
    [InlineData("work", "\"message\":{\"kind\":\"remediate\",\"partition\":\"azure:x\",\"key\":\"r:x\"}")]
    [InlineData("scan", "")]
    public async Task A_message_that_is_none_of_ours_fails_with_a_reason(string function, string data)
    {
        var (status, body) = await _app.Functions.CallAsync(function, data);
        Assert.Equal(500, status);
        Assert.NotEmpty(body.GetProperty("Logs")[0].GetString()!);
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("{")]
    [InlineData("<html>")]
    public async Task A_body_that_is_not_the_hosts_is_answered_in_json(string body)
    {
        using var answer = await _app.Functions.SendAsync("scan", body);
        Assert.Equal(HttpStatusCode.InternalServerError, answer.StatusCode);
        Assert.NotEmpty(await answer.Content.ReadAsStringAsync());
    }

    [Theory]
    [InlineData("federation", 501)]
    [InlineData("chatops", 404)]
    [InlineData("page", 404)]
    public async Task What_is_not_configured_says_so_to_its_caller(string function, int expected)
    {
        var (status, body) = await _app.Functions.CallAsync(function, "\"req\":{\"Url\":\"http://localhost/api/x\",\"Method\":\"POST\",\"Query\":{},\"Headers\":{},\"Params\":{}}");
        Assert.Equal((200, expected), (status, body.GetProperty("Outputs").GetProperty("res").GetProperty("statusCode").GetInt32()));
    }

    [Theory]
    [InlineData("outbox")]
    [InlineData("sweep")]
    public async Task A_timer_is_answered(string function)
    {
        var (status, body) = await _app.Functions.CallAsync(function, "\"timer\":{\"Schedule\":{\"AdjustForDST\":true},\"ScheduleStatus\":null,\"IsPastDue\":false}");
        Assert.True(status is 200 || function is "sweep" && status is 500, body.GetRawText());
    }

    [Fact]
    public async Task A_foreign_event_is_dropped_and_kept_as_a_dead_letter()
    {
        const string Other = "99999999-9999-9999-9999-999999999999";
        var marker = Guid.NewGuid().ToString("N");
        var (status, body) = await _app.Functions.EventAsync(Bench.EventJson($"/subscriptions/{Other}/resourceGroups/{marker}/providers/Microsoft.Storage/storageAccounts/a", subscription: Other));
        Assert.Equal(200, status);
        Assert.Contains("not ours", body.GetProperty("Logs")[0].GetString(), StringComparison.Ordinal);
        var dead = await _app.Dead.PeekMessagesAsync(32);
        Assert.Contains(dead.Value, message => message.MessageText.Contains(marker, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_storm_of_429_is_ridden_out_or_given_back_and_nothing_is_lost()
    {
        _app.Arm.Subscription.PutAccount(isOpen: true, _account);
        var left = 2;
        using (_app.Failing(_account, context =>
        {
            if (Interlocked.Decrement(ref left) < 0)
            {
                return false;
            }

            context.Response.StatusCode = 429;
            context.Response.Headers.RetryAfter = "0";
            return true;
        }))
        {
            var (status, body) = await _app.Functions.EventAsync(Bench.EventJson(_account));
            Assert.True(status == 200, body.GetRawText());
        }

        Assert.NotNull(await FindingAsync());
    }

    [Theory]
    [InlineData(503, "text/html", "<html>down</html>")]
    [InlineData(200, "text/html", "<html>sign in</html>")]
    [InlineData(200, "application/json", "[]")]
    [InlineData(401, "application/json", "{\"error\":{\"code\":\"ExpiredAuthenticationToken\",\"message\":\"expired\"}}")]
    public async Task An_answer_that_is_none_fails_the_call_and_the_redelivery_judges(int code, string type, string body)
    {
        _app.Arm.Subscription.PutAccount(isOpen: true, _account);
        using (_app.Failing(_account, context =>
        {
            context.Response.StatusCode = code;
            context.Response.ContentType = type;
            context.Response.Headers.RetryAfter = "0";
            context.Response.WriteAsync(body).Wait();
            return true;
        }))
        {
            var (status, answer) = await _app.Functions.EventAsync(Bench.EventJson(_account));
            Assert.True(status == 500, answer.GetRawText());
            Assert.DoesNotContain("<html>", answer.GetRawText(), StringComparison.Ordinal);
        }

        Assert.Null(await FindingAsync());
        Assert.Equal(200, (await _app.Functions.EventAsync(Bench.EventJson(_account))).Status);
        Assert.Equal(FindingStatus.Open, (await FindingAsync())!.Status);
    }

    [Fact]
    public async Task A_process_killed_in_the_middle_loses_nothing_that_is_delivered_again()
    {
        _app.Arm.Subscription.PutAccount(isOpen: true, _account);
        var reached = new TaskCompletionSource();
        await using (var victim = await FunctionProcess.StartAsync(_app.Azurite, _app.Arm.Address))
        {
            using (_app.Failing(_account, _ =>
            {
                reached.TrySetResult();
                return false;
            }))
            {
                var call = victim.EventAsync(Bench.EventJson(_account));
                await reached.Task.WaitAsync(TimeSpan.FromSeconds(30));
                await victim.KillAsync();
                await Assert.ThrowsAnyAsync<Exception>(() => call);
            }
        }

        Assert.Equal(200, (await _app.Functions.EventAsync(Bench.EventJson(_account))).Status);
        Assert.Equal((FindingStatus.Open, 1L), ((await FindingAsync())!.Status, (await FindingAsync())!.Revision));
    }

    [Fact]
    public async Task A_wrong_setting_ends_the_process_with_one_line_and_not_with_zero()
    {
        using var process = Process.Start(FunctionProcess.StartInfo(FunctionProcess.FreePort(), _app.Azurite, _app.Arm.Address, ("GUARD_MODE", "always")))!;
        var error = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.Equal(2, process.ExitCode);
        Assert.Equal("guard-functions: GUARD_MODE must be observe, propose, approve or enforce\n", error);
    }

    [Fact]
    public async Task An_orphan_leaves()
    {
        var start = FunctionProcess.StartInfo(FunctionProcess.FreePort(), _app.Azurite, _app.Arm.Address);
        var command = string.Join(' ', start.ArgumentList.Prepend(start.FileName).Select(word => $"'{word}'"));
        start.FileName = "/bin/sh";
        start.ArgumentList.Clear();
        start.ArgumentList.Add("-c");
        start.ArgumentList.Add($"{command} & echo $!; wait");
        using var shell = Process.Start(start)!;
        var orphan = int.Parse((await shell.StandardOutput.ReadLineAsync())!, System.Globalization.CultureInfo.InvariantCulture);
        Assert.Contains("listening", await shell.StandardOutput.ReadLineAsync(), StringComparison.Ordinal);
        shell.Kill();
        var watch = Stopwatch.StartNew();
        while (Lives(orphan))
        {
            Assert.True(watch.Elapsed < TimeSpan.FromSeconds(30), "the orphan still lives");
            await Task.Delay(25);
        }
    }

    /// <summary>One that nobody has waited for yet is a zombie, and as dead.</summary>
    private static bool Lives(int process)
    {
        try
        {
            var stat = File.ReadAllText($"/proc/{process}/stat");
            return stat[stat.LastIndexOf(')') + 2] != 'Z';
        }
        catch (IOException)
        {
            return false;
        }
    }

    [Fact]
    public void Every_function_has_its_folder_and_nothing_secret_was_said()
    {
        foreach (var name in (string[])["scan", "work", "sweep", "outbox", "federation", "chatops", "page"])
        {
            var bindings = JsonElement.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, name, "function.json"))).GetProperty("bindings");
            Assert.NotEqual(0, bindings.GetArrayLength());
        }

        Assert.True(JsonElement.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "host.json"))).TryGetProperty("customHandler", out _));
        Assert.DoesNotContain("token-", _app.Functions.Output, StringComparison.Ordinal);
    }
}

public sealed class AppFixture : IAsyncLifetime
{
    private readonly System.Collections.Concurrent.ConcurrentDictionary<string, Func<HttpContext, bool>> _faults = new(StringComparer.OrdinalIgnoreCase);

    internal ArmStub Arm { get; private set; } = null!;

    internal FunctionProcess Functions { get; private set; } = null!;

    internal Azurite Azurite { get; } = new();

    internal ITable Table { get; private set; } = null!;

    internal QueueClient Dead { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        await Azurite.InitializeAsync();
        await Azurite.CreateTableAsync("guard");
        var options = new QueueClientOptions { MessageEncoding = QueueMessageEncoding.Base64 };
        await new QueueClient(Azurite.ConnectionString, "guard-work", options).CreateIfNotExistsAsync();
        Dead = new QueueClient(Azurite.ConnectionString, "guard-dead", options);
        await Dead.CreateIfNotExistsAsync();
        Table = new AzureTable(new TableClient(Azurite.ConnectionString, "guard"));
        Arm = await ArmStub.StartAsync();
        Arm.Fault = context => Task.FromResult(_faults.Any(fault => context.Request.Path.Value!.StartsWith(fault.Key, StringComparison.OrdinalIgnoreCase) && fault.Value(context)));
        Functions = await FunctionProcess.StartAsync(Azurite, Arm.Address);
    }

    public async Task DisposeAsync()
    {
        await Functions.DisposeAsync();
        await Arm.DisposeAsync();
        await Azurite.DisposeAsync();
    }

    internal IDisposable Failing(string path, Func<HttpContext, bool> fault)
    {
        _faults[path] = fault;
        return new Restore(() => _faults.TryRemove(path, out _));
    }

    private sealed class Restore(Action action) : IDisposable
    {
        public void Dispose() => action();
    }
}
