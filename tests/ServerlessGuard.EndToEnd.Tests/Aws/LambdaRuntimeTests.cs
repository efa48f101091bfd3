using System.Text.Json.Nodes;
using ServerlessGuard.Simulators.Aws.LambdaRuntime;

namespace ServerlessGuard.EndToEnd.Tests.Aws;

/// <summary>The simulated Lambda against what AWS documents of the Runtime API, with a runtime that is not ours.</summary>
public sealed class LambdaRuntimeTests
{
    private const string Echo = """curl -sS -o /dev/null -d "$EVENT" "$API/invocation/$ID/response" """;

    private static LambdaFunction Function(ScriptedBootstrap bootstrap, TimeSpan? timeout = null) => new(
        new LambdaFunctionSettings
        {
            Name = "scripted",
            Bootstrap = bootstrap.Path,
            Handler = "echo",
            Account = "111122223333",
            Region = "eu-west-1",
            Timeout = timeout ?? TimeSpan.FromSeconds(20),
        },
        TimeProvider.System);

    [Fact]
    public async Task An_answer_comes_back_with_what_the_process_wrote_meanwhile()
    {
        using var bootstrap = new ScriptedBootstrap("echo \"handling $_HANDLER in $AWS_REGION\"\n" + Echo);
        await using var function = Function(bootstrap);

        var result = await function.InvokeAsync("""{"a":1}""");

        Assert.True(result.Succeeded);
        Assert.Equal("""{"a":1}""", result.Payload);
        Assert.True(result.ColdStart);
        await Eventually.IsAsync(() => function.Lines.Contains("handling echo in eu-west-1"), "the line is in the log");
    }

    [Fact]
    public async Task Every_header_that_Lambda_documents_is_there()
    {
        using var bootstrap = new ScriptedBootstrap("""curl -sS -o /dev/null --data-binary "@$HEADERS" "$API/invocation/$ID/response" """);
        await using var function = Function(bootstrap);

        var before = DateTimeOffset.UtcNow;
        var headers = (await function.InvokeAsync("{}")).Payload.Split('\n').Select(line => line.Trim().Split(": ", 2)).Where(parts => parts.Length == 2)
            .ToDictionary(parts => parts[0], parts => parts[1], StringComparer.OrdinalIgnoreCase);

        Assert.True(Guid.TryParse(headers["Lambda-Runtime-Aws-Request-Id"], out _));
        Assert.Equal("arn:aws:lambda:eu-west-1:111122223333:function:scripted", headers["Lambda-Runtime-Invoked-Function-Arn"]);
        Assert.Matches("^Root=1-[0-9a-f]{8}-[0-9a-f]{24};Parent=[0-9a-f]{16};Sampled=[01]$", headers["Lambda-Runtime-Trace-Id"]);
        var deadline = DateTimeOffset.FromUnixTimeMilliseconds(long.Parse(headers["Lambda-Runtime-Deadline-Ms"]));
        Assert.InRange(deadline, before.AddSeconds(19), DateTimeOffset.UtcNow.AddSeconds(21));
    }

    [Fact]
    public async Task An_error_of_the_function_is_a_result_and_the_process_lives_on()
    {
        using var bootstrap = new ScriptedBootstrap("""curl -sS -o /dev/null -d '{"errorType":"Bad","errorMessage":"no"}' "$API/invocation/$ID/error" """);
        await using var function = Function(bootstrap);

        var result = await function.InvokeAsync("{}");
        await function.InvokeAsync("{}");

        Assert.Equal("Unhandled", result.FunctionError);
        Assert.Equal("Bad", (string?)JsonNode.Parse(result.Payload)!["errorType"]);
        Assert.Equal(1, function.Started);
    }

    [Fact]
    public async Task A_process_that_ends_in_an_event_is_reported_and_replaced()
    {
        using var bootstrap = new ScriptedBootstrap($$"""
            if [ "$EVENT" = '"die"' ]; then exit 3; fi
            {{Echo}}
            """);
        await using var function = Function(bootstrap);

        var died = await function.InvokeAsync("\"die\"");
        var lives = await function.InvokeAsync("\"live\"");

        Assert.Equal("Unhandled", died.FunctionError);
        Assert.Equal("Runtime.ExitError", (string?)JsonNode.Parse(died.Payload)!["errorType"]);
        Assert.Contains("exit status 3", died.Payload, StringComparison.Ordinal);
        Assert.Equal("\"live\"", lives.Payload);
        Assert.Equal(2, function.Started);
    }

    [Fact]
    public async Task A_killed_process_says_so()
    {
        using var bootstrap = new ScriptedBootstrap("kill -9 $$");
        await using var function = Function(bootstrap);

        Assert.Contains("signal: killed", (await function.InvokeAsync("{}")).Payload, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_process_that_is_late_is_killed_at_its_deadline()
    {
        using var bootstrap = new ScriptedBootstrap("exec sleep 60");
        await using var function = Function(bootstrap, TimeSpan.FromMilliseconds(300));

        var result = await function.InvokeAsync("{}");

        Assert.Equal("Sandbox.Timedout", (string?)JsonNode.Parse(result.Payload)!["errorType"]);
        Assert.InRange(result.Duration, TimeSpan.FromMilliseconds(290), TimeSpan.FromSeconds(20));
    }

    [Fact]
    public async Task A_failed_start_is_told_to_the_caller_and_tried_again_with_the_next_event()
    {
        using var bootstrap = new ScriptedBootstrap(Echo, init: """curl -sS -o /dev/null -d '{"errorType":"Settings"}' "$API/init/error"; sleep 60""");
        await using var function = Function(bootstrap);

        Assert.Equal("Settings", (string?)JsonNode.Parse((await function.InvokeAsync("{}")).Payload)!["errorType"]);
        Assert.Equal("Settings", (string?)JsonNode.Parse((await function.InvokeAsync("{}")).Payload)!["errorType"]);
        Assert.Equal(2, function.Started);
    }

    [Fact]
    public async Task A_process_handles_one_event_at_a_time_and_is_used_again()
    {
        using var bootstrap = new ScriptedBootstrap(Echo);
        await using var function = Function(bootstrap);

        await function.InvokeAsync("1");
        var warm = await function.InvokeAsync("2");
        Assert.False(warm.ColdStart);
        Assert.Equal(1, function.Started);

        var both = await Task.WhenAll(function.InvokeAsync("3"), function.InvokeAsync("4"));
        Assert.Equal(["3", "4"], both.Select(result => result.Payload));
        Assert.InRange(function.Started, 1, 2);
    }

    [Fact]
    public async Task An_answer_to_another_event_is_refused()
    {
        using var bootstrap = new ScriptedBootstrap("""
            CODE=$(curl -sS -o /dev/null -w '%{http_code}' -d '{}' "$API/invocation/00000000-0000-0000-0000-000000000000/response")
            curl -sS -o /dev/null -d "$CODE" "$API/invocation/$ID/response"
            """);
        await using var function = Function(bootstrap);

        Assert.Equal("400", (await function.InvokeAsync("{}")).Payload);
    }

    [Fact]
    public async Task The_process_sees_nothing_of_the_environment_of_the_lab()
    {
        Environment.SetEnvironmentVariable("GUARD_LAB_TEST_SECRET", "visible");
        using var bootstrap = new ScriptedBootstrap("""curl -sS -o /dev/null -d "\"$GUARD_LAB_TEST_SECRET$AWS_LAMBDA_FUNCTION_NAME\"" "$API/invocation/$ID/response" """);
        await using var function = Function(bootstrap);

        Assert.Equal("\"scripted\"", (await function.InvokeAsync("{}")).Payload);
    }
}
