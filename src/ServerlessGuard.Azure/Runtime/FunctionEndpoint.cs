using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json;
using ServerlessGuard.Azure.Reporting;

namespace ServerlessGuard.Azure.Runtime;

/// <summary>
/// One function of the app: reads the host's call, runs it within the deadline, and answers in the host's form whatever happens.
/// </summary>
/// <param name="name">As in the folder with its function.json.</param>
/// <param name="run">The work. A fault is an answer "failed": the platform delivers again.</param>
/// <param name="limits">How many calls at once, and how long each may be.</param>
/// <param name="journal">Where faults go.</param>
public sealed class FunctionEndpoint(string name, Func<JsonElement, CancellationToken, Task<Answer>> run, CallLimits limits,
    Journal journal, TimeProvider time) : IDisposable
{
    /// <summary>Event Grid waits 30 seconds for an answer; a run past the function timeout costs every call in flight.</summary>
    public static readonly TimeSpan Deadline = TimeSpan.FromSeconds(25);

    /// <summary>For work that does not look at its token.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(2);

    private readonly SemaphoreSlim _free = new(limits.AtOnce);
    private readonly ConcurrentBag<byte[]> _spare = [];

    public async Task HandleAsync(HttpContext context)
    {
        var began = Stopwatch.GetTimestamp();
        var answer = await AnswerAsync(context);
        if (!answer.Succeeded)
        {
            journal.Warn("call failed", ("function", name), ("reason", answer.Logs.Count > 0 ? answer.Logs[0] : null),
                ("ms", Milliseconds(began)));
        }

        var body = answer.ToJson();
        context.Response.StatusCode = answer.Succeeded ? StatusCodes.Status200OK : StatusCodes.Status500InternalServerError;
        context.Response.ContentType = "application/json; charset=utf-8";
        context.Response.ContentLength = body.Length;
        await context.Response.Body.WriteAsync(body);
    }

    public void Dispose() => _free.Dispose();

    private async Task<Answer> AnswerAsync(HttpContext context)
    {
        using var limited = new CancellationTokenSource(Deadline, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limited.Token, context.RequestAborted);
        try
        {
            // The gate comes first: whoever waits at it costs a connection and nothing else.
            await _free.WaitAsync(either.Token);
            var (call, refusal) = await ReadOrLeaveAsync(context.Request, either.Token);
            return refusal ?? await RunAsync(call!, either.Token).WaitAsync(Deadline + Grace, time);
        }
        catch (OperationCanceledException) when (either.IsCancellationRequested)
        {
            return Answer.Failed($"not done within {Deadline.TotalSeconds:0} seconds: to be delivered again");
        }
        catch (TimeoutException)
        {
            return Answer.Failed($"not done within {Deadline.TotalSeconds:0} seconds: to be delivered again");
        }
#pragma warning disable CA1031 // The edge of the process: every fault becomes a failed call, which the platform repeats and in the end sets aside.
        catch (Exception fault)
        {
            return Answer.Failed(Faults.Describe(fault));
        }
#pragma warning restore CA1031
    }

    /// <summary>The call; or the answer to one that cannot be run, whose place is free again then.</summary>
    private async Task<(Call? Call, Answer? Refusal)> ReadOrLeaveAsync(HttpRequest request, CancellationToken cancellation)
    {
        CallBody? body = null;
        Call? call = null;
        try
        {
            body = await CallBody.ReadAsync(request, limits.LargestBody, _spare, cancellation);
            if (body is null)
            {
                return (null, TooLarge());
            }

            (call, var fault) = Invocation.Open(body.Bytes);
            return call is null ? (null, Answer.Failed(fault!)) : (call with { Body = body }, null);
        }
        finally
        {
            if (call is null)
            {
                body?.Dispose();
                _free.Release();
            }
        }
    }

    private Answer TooLarge()
    {
        var line = $"a body of more than {limits.LargestBody} bytes";
        return limits.AnswersHttp
            ? Answer.Done("refused: " + line) with { Http = new HttpOutput(413, $"{{\"error\":\"{line}\"}}") }
            : Answer.Failed(line);
    }

    /// <summary>A run that outlives its deadline keeps its place and its body until it ends.</summary>
    private async Task<Answer> RunAsync(Call call, CancellationToken cancellation)
    {
        try
        {
            return await run(call.Data, cancellation);
        }
        finally
        {
            call.Dispose();
            _free.Release();
        }
    }

    private static string Milliseconds(long began) =>
        ((long)Stopwatch.GetElapsedTime(began).TotalMilliseconds).ToString(System.Globalization.CultureInfo.InvariantCulture);
}
