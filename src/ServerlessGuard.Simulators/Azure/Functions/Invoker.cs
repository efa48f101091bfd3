using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ServerlessGuard.Simulators.Azure.Functions;

/// <summary>Calls the worker as the host does, and believes its answer only where the host does.</summary>
internal sealed class Invoker(WorkerSupervisor workers, HttpClient http, TimeSpan timeout, FunctionsHostOptions options)
{
    private int _running;
    private long _calls;

    public int Running => Volatile.Read(ref _running);

    public long Calls => Interlocked.Read(ref _calls);

    public async Task<InvocationOutcome> InvokeAsync(FunctionDefinition function, JsonNode? data, JsonObject metadata,
        CancellationToken cancellation)
    {
        Interlocked.Increment(ref _running);
        Interlocked.Increment(ref _calls);
        try
        {
            if (await workers.WorkerAsync(cancellation) is not { } worker)
            {
                return Failed(function, "there is no worker");
            }

            return await CallAsync(worker, function, Body(function, data, metadata), cancellation);
        }
        finally
        {
            Interlocked.Decrement(ref _running);
        }
    }

    private async Task<InvocationOutcome> CallAsync(Worker worker, FunctionDefinition function, JsonObject body,
        CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(worker.Address, function.Name));
        request.Content = new ChunkedJson(body);
        request.Headers.TransferEncodingChunked = true;
        request.Headers.Add("X-Azure-Functions-InvocationId", Guid.NewGuid().ToString());
        request.Headers.Add("X-Azure-Functions-HostVersion", "4.1037.0.0");
        using var deadline = new CancellationTokenSource(timeout, options.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellation);
        try
        {
            using var answer = await http.SendAsync(request, HttpCompletionOption.ResponseContentRead, either.Token);
            var text = await answer.Content.ReadAsStringAsync(either.Token);
            if (NeverEnds(answer, text))
            {
                options.Log.Write(
                    $"host: {function.Name} answered {(int)answer.StatusCode} with nothing in it: the call hangs until the function "
                        + $"timeout");
                await worker.Exited.WaitAsync(either.Token);
                return Failed(function, "the worker went down while the call hung");
            }

            return Judge(function, answer, text);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            options.Log.Write(
                $"host: {function.Name} ran past the function timeout of {timeout}: its worker is killed, with all calls in flight");
            await worker.KillAsync();
            return Failed(function, $"ran past the function timeout of {timeout}") with { TookItsWorkerDown = true };
        }
        catch (HttpRequestException fault)
        {
            return Failed(function, $"the worker did not answer: {fault.Message}");
        }
    }

    /// <summary>The real host waits for a result that never comes.</summary>
    private static bool NeverEnds(HttpResponseMessage answer, string text) =>
        answer.IsSuccessStatusCode && (answer.StatusCode is HttpStatusCode.NoContent || text.Length == 0 || text.Trim() == "null");

    private InvocationOutcome Judge(FunctionDefinition function, HttpResponseMessage answer, string text)
    {
        if (!answer.IsSuccessStatusCode)
        {
            return Failed(function, $"answered {(int)answer.StatusCode}");
        }

        if (!string.Equals(answer.Content.Headers.ContentType?.MediaType, "application/json", StringComparison.OrdinalIgnoreCase))
        {
            return Failed(function,
                $"answered {answer.Content.Headers.ContentType?.MediaType ?? "no content type"} instead of application/json");
        }

        JsonObject? parsed;
        try
        {
            parsed = JsonNode.Parse(text) as JsonObject;
        }
        catch (JsonException)
        {
            parsed = null;
        }

        if (parsed is null)
        {
            return Failed(function, "answered what is no JSON object");
        }

        foreach (var line in parsed["Logs"]?.AsArray() ?? [])
        {
            options.Log.Write($"{function.Name}: {(string?)line}");
        }

        return new InvocationOutcome(Fault: null, parsed);
    }

    private InvocationOutcome Failed(FunctionDefinition function, string reason)
    {
        options.Log.Write($"host: {function.Name} failed: {reason}");
        return new InvocationOutcome($"{function.Name} {reason}", Answer: null);
    }

    private JsonObject Body(FunctionDefinition function, JsonNode? data, JsonObject metadata)
    {
        metadata["sys"] = new JsonObject
        {
            ["MethodName"] = function.Name,
            ["UtcNow"] = options.Time.GetUtcNow().UtcDateTime.ToString("O"),
            ["RandGuid"] = Guid.NewGuid().ToString(),
        };
        return new JsonObject { ["Data"] = new JsonObject { [function.Trigger.Binding] = data }, ["Metadata"] = metadata };
    }
}
