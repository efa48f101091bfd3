using System.Globalization;
using System.Net;
using System.Net.Http.Headers;

namespace ServerlessGuard.Aws.Runtime;

/// <summary>The documented Lambda Runtime API: next, response, error, init error.</summary>
/// <remarks>https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html</remarks>
/// <param name="http">Without a timeout: <c>next</c> waits as long as there is nothing to do.</param>
/// <param name="address"><c>AWS_LAMBDA_RUNTIME_API</c>: host and port.</param>
/// <param name="time">The clock that deadlines are measured with.</param>
/// <param name="log">Where faults go.</param>
public sealed class LambdaRuntime(HttpMessageInvoker http, string address, TimeProvider time, Log log)
{
    /// <summary>What is left to write the answer and the logs.</summary>
    private static readonly TimeSpan Margin = TimeSpan.FromMilliseconds(400);

    private readonly string _base = $"http://{address}/2018-06-01/runtime/";

    /// <summary>Takes events until <paramref name="stop"/> is cancelled or the service closes the connection for good.</summary>
    public async Task RunAsync(IFunction entry, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            Invocation invocation;
            try
            {
                invocation = await NextAsync(stop);
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                return;
            }

            await HandleAsync(entry, invocation, stop);
        }
    }

    /// <summary>Tells the service that the process cannot start; it then starts another or reports the error.</summary>
    public Task FailInitAsync(Exception fault, CancellationToken cancellation) =>
        SendAsync(HttpMethod.Post, "init/error", Error(fault), fault.GetType().Name, cancellation);

    private async Task HandleAsync(IFunction entry, Invocation invocation, CancellationToken stop)
    {
        Environment.SetEnvironmentVariable("_X_AMZN_TRACE_ID", invocation.TraceId);
        log.RequestId = invocation.RequestId;
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(stop);
        if (invocation.Deadline is { } end)
        {
            var left = end - time.GetUtcNow() - Margin;
            deadline.CancelAfter(left > TimeSpan.Zero ? left : TimeSpan.FromMilliseconds(1));
        }

#pragma warning disable CA1031 // The edge of the process: whatever went wrong is told to the service, and the next event is taken.
        try
        {
            var answer = await entry.HandleAsync(invocation, deadline.Token);
            await SendAsync(HttpMethod.Post, $"invocation/{invocation.RequestId}/response", answer, null, CancellationToken.None);
        }
        catch (Exception fault)
        {
            log.Write(LogLevel.Error, "the event failed", ("error", fault.GetType().Name), ("detail", Log.Line(fault)));
            await SendAsync(HttpMethod.Post, $"invocation/{invocation.RequestId}/error", Error(fault), fault.GetType().Name,
                CancellationToken.None);
        }
#pragma warning restore CA1031
    }

    private async Task<Invocation> NextAsync(CancellationToken stop)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, _base + "invocation/next");
        using var response = await http.SendAsync(request, stop);
        var payload = await response.Content.ReadAsByteArrayAsync(stop);
        if (response.StatusCode is not HttpStatusCode.OK)
        {
            throw new InvalidOperationException($"the Lambda Runtime API answered {(int)response.StatusCode} to next");
        }

        var headers = response.Headers;
        return new Invocation(
            Header(headers, "Lambda-Runtime-Aws-Request-Id")
                ?? throw new InvalidOperationException("the Lambda Runtime API gave no request id"),
            long.TryParse(Header(headers, "Lambda-Runtime-Deadline-Ms"), NumberStyles.None, CultureInfo.InvariantCulture,
                out var milliseconds)
                ? DateTimeOffset.FromUnixTimeMilliseconds(milliseconds)
                : null,
            Header(headers, "Lambda-Runtime-Invoked-Function-Arn"),
            Header(headers, "Lambda-Runtime-Trace-Id"),
            payload);
    }

    /// <summary>An error without a type and a message is useless to the reader of the queue; a stack belongs in the log.</summary>
    private static ReadOnlyMemory<byte> Error(Exception fault) => JsonBytes.Of(writer =>
    {
        writer.WriteString("errorMessage", Log.Line(fault));
        writer.WriteString("errorType", fault.GetType().Name);
        writer.WriteStartArray("stackTrace");
        writer.WriteEndArray();
    });

    private async Task SendAsync(HttpMethod method, string path, ReadOnlyMemory<byte> body, string? errorType,
        CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(method, _base + path) { Content = new ReadOnlyMemoryContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        if (errorType is not null)
        {
            request.Headers.TryAddWithoutValidation("Lambda-Runtime-Function-Error-Type", "ServerlessGuard." + errorType);
        }

        using var response = await http.SendAsync(request, cancellation);
        if (!response.IsSuccessStatusCode)
        {
            // 413: the answer is too large; 403: the service does not know the request any more. Neither gets better here.
            log.Write(LogLevel.Error, "the Lambda Runtime API refused an answer", ("path", path), ("status", (int)response.StatusCode));
        }
    }

    private static string? Header(HttpResponseHeaders headers, string name) =>
        headers.TryGetValues(name, out var values) ? values.FirstOrDefault() : null;
}
