using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using System.Threading.Channels;

namespace ServerlessGuard.Simulators.StandIns;

/// <summary>The Lambda Runtime API as it is documented, on loopback: hands out events, takes answers.</summary>
public sealed class RuntimeApi : Loopback
{
    public const string FunctionArn = "arn:aws:lambda:eu-west-1:111122223333:function:guard-scan";

    private readonly Channel<(string Id, string Payload, TimeSpan Left)> _events = Channel.CreateUnbounded<(string, string, TimeSpan)>();
    private readonly ConcurrentDictionary<string, TaskCompletionSource<RuntimeAnswer>> _answers = new(StringComparer.Ordinal);
    private readonly TaskCompletionSource<RuntimeAnswer> _initError = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _count;

    public Task<RuntimeAnswer> InitError => _initError.Task.WaitAsync(TimeSpan.FromSeconds(60));

    public Task<RuntimeAnswer> InvokeAsync(string payload, TimeSpan? left = null)
    {
        var id = $"request-{Interlocked.Increment(ref _count)}";
        var answer = _answers.GetOrAdd(id,
            _ => new TaskCompletionSource<RuntimeAnswer>(TaskCreationOptions.RunContinuationsAsynchronously));
        _events.Writer.TryWrite((id, payload, left ?? TimeSpan.FromSeconds(30)));
        return answer.Task.WaitAsync(TimeSpan.FromSeconds(60));
    }

    protected override async Task AnswerAsync(HttpListenerRequest request, byte[] body, HttpListenerResponse response)
    {
        var parts = request.Url!.AbsolutePath.Split('/', StringSplitOptions.RemoveEmptyEntries);
        if (parts is ["2018-06-01", "runtime", "invocation", "next"] && request.HttpMethod is "GET")
        {
            var (id, payload, left) = await _events.Reader.ReadAsync();
            response.Headers["Lambda-Runtime-Aws-Request-Id"] = id;
            response.Headers["Lambda-Runtime-Deadline-Ms"] = (TimeProvider.System.GetUtcNow() + left).ToUnixTimeMilliseconds()
                .ToString(CultureInfo.InvariantCulture);
            response.Headers["Lambda-Runtime-Invoked-Function-Arn"] = FunctionArn;
            response.Headers["Lambda-Runtime-Trace-Id"] = "Root=1-5bef4de7-ad49b0e87f6ef6c87fc2e700;Parent=9a9197af755a6419;Sampled=1";
            await WriteAsync(response, 200, Encoding.UTF8.GetBytes(payload));
            return;
        }

        var answer = new RuntimeAnswer(parts[^1], Encoding.UTF8.GetString(body), request.Headers["Lambda-Runtime-Function-Error-Type"]);
        if (parts is ["2018-06-01", "runtime", "init", "error"])
        {
            _initError.TrySetResult(answer);
        }
        else if (parts is ["2018-06-01", "runtime", "invocation", var id, "response" or "error"])
        {
            _answers[id].TrySetResult(answer);
        }

        await WriteAsync(response, 202, "{\"status\":\"OK\"}"u8.ToArray());
    }
}

/// <param name="Kind">response or error.</param>
/// <param name="Body">JSON.</param>
/// <param name="ErrorType">The header.</param>
public sealed record RuntimeAnswer(string Kind, string Body, string? ErrorType)
{
    public JsonElement Json => JsonElement.Parse(Body);
}
