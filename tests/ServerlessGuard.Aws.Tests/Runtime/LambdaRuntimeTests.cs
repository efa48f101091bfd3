using System.Text;
using ServerlessGuard.Aws.Runtime;
using ServerlessGuard.Simulators.StandIns;

namespace ServerlessGuard.Aws.Tests.Runtime;

public sealed class LambdaRuntimeTests
{
    private sealed class Entry(Func<Invocation, CancellationToken, Task<string>> handle) : IFunction
    {
        public async Task<ReadOnlyMemory<byte>> HandleAsync(Invocation invocation, CancellationToken cancellation) => Encoding.UTF8.GetBytes(await handle(invocation, cancellation));
    }

    private static async Task Run(Func<Invocation, CancellationToken, Task<string>> handle, Func<RuntimeApi, Task> test)
    {
        using var api = new RuntimeApi();
        using var http = new HttpMessageInvoker(new SocketsHttpHandler(), disposeHandler: true);
        using var stop = new CancellationTokenSource();
        using var output = new MemoryStream();
        var runtime = new LambdaRuntime(http, api.Authority, TimeProvider.System, new Log(output, TimeProvider.System)).RunAsync(new Entry(handle), stop.Token);
        await test(api);
        await stop.CancelAsync();
        await runtime.WaitAsync(TimeSpan.FromSeconds(10));
    }

    [Fact]
    public Task An_event_comes_with_its_id_deadline_function_and_trace() => Run(
        (invocation, _) => Task.FromResult(
            $"{{\"id\":\"{invocation.RequestId}\",\"arn\":\"{invocation.FunctionArn}\",\"left\":{(invocation.Deadline!.Value - DateTimeOffset.UtcNow).TotalSeconds:F0},\"trace\":\"{System.Environment.GetEnvironmentVariable("_X_AMZN_TRACE_ID")}\"}}"),
        async api =>
        {
            var answer = (await api.InvokeAsync("{}", TimeSpan.FromSeconds(100))).Json;
            Assert.Equal("request-1", answer.GetProperty("id").GetString());
            Assert.Equal(RuntimeApi.FunctionArn, answer.GetProperty("arn").GetString());
            Assert.InRange(answer.GetProperty("left").GetInt32(), 60, 100);
            Assert.StartsWith("Root=1-", answer.GetProperty("trace").GetString(), StringComparison.Ordinal);
        });

    [Fact]
    public Task An_error_has_a_type_and_one_line_and_the_next_event_is_taken() => Run(
        (invocation, _) => invocation.RequestId is "request-1" ? throw new InvalidDataException("broken\nin two lines") : Task.FromResult("\"fine\""),
        async api =>
        {
            var error = await api.InvokeAsync("{}");
            Assert.Equal(("error", "ServerlessGuard.InvalidDataException"), (error.Kind, error.ErrorType));
            Assert.Equal("broken in two lines", error.Json.GetProperty("errorMessage").GetString());
            Assert.Equal("InvalidDataException", error.Json.GetProperty("errorType").GetString());
            Assert.Equal(("response", "\"fine\""), ((await api.InvokeAsync("{}")).Kind, (await api.InvokeAsync("{}")).Body));
        });

    [Fact]
    public Task Work_is_cancelled_before_the_deadline_and_answered() => Run(
        async (_, cancellation) =>
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, cancellation);
            return "never";
        },
        async api =>
        {
            var error = await api.InvokeAsync("{}", TimeSpan.FromSeconds(1));
            Assert.Equal(("error", "ServerlessGuard.TaskCanceledException"), (error.Kind, error.ErrorType));
        });
}
