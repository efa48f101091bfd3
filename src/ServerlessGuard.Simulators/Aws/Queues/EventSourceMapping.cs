using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using ServerlessGuard.Simulators.Aws.LambdaRuntime;

namespace ServerlessGuard.Simulators.Aws.Queues;

/// <summary>
/// What Lambda does between a queue and a function: takes batches, deletes what succeeded (ReportBatchItemFailures), leaves the rest to the
/// visibility timeout. Simulated: while a batch is handled its messages stay hidden for six times the function's timeout, as AWS advises
/// for the queue itself; only then the queue's short timeout begins.
/// </summary>
/// <remarks>Source: Lambda developer guide, "Handling errors for an SQS event source": an answer that is no valid list of failures fails
/// the whole batch.</remarks>
public sealed class EventSourceMapping : IAsyncDisposable
{
    private readonly SimulatedSqs _queue;
    private readonly LambdaFunction _function;
    private readonly int _batchSize;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task[] _pollers;
    private int _inFlight;
    private volatile bool _paused;

    public EventSourceMapping(SimulatedSqs queue, LambdaFunction function, int batchSize = 10, int pollers = 2)
    {
        (_queue, _function, _batchSize) = (queue, function, batchSize);
        _pollers = [.. Enumerable.Range(0, pollers).Select(_ => PollAsync())];
    }

    /// <summary>Nothing is in flight. Messages may still wait in the queue.</summary>
    public bool IsIdle => Volatile.Read(ref _inFlight) == 0;

    /// <summary>A paused one takes no more batches.</summary>
    public bool Paused
    {
        get => _paused;
        set => _paused = value;
    }

    /// <summary>Each batch's outcome, as it comes.</summary>
    public Action<InvocationResult>? OnResult { get; set; }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await Task.WhenAll(_pollers);
        _stop.Dispose();
    }

    private async Task PollAsync()
    {
        try
        {
            while (!_stop.IsCancellationRequested)
            {
                await _queue.WaitAsync(_stop.Token);
                Interlocked.Increment(ref _inFlight);
                try
                {
                    if (!_paused && _queue.Receive(_batchSize, _function.Settings.Timeout * 6) is { Count: > 0 } batch)
                    {
                        await HandOverAsync(batch);
                    }
                    else
                    {
                        // Another poller was quicker, or the mapping is paused.
                        await Task.Delay(TimeSpan.FromMilliseconds(5), _stop.Token);
                    }
                }
                finally
                {
                    Interlocked.Decrement(ref _inFlight);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // Disposed.
        }
    }

    private async Task HandOverAsync(IReadOnlyList<LabMessage> batch)
    {
        var result = await _function.InvokeAsync(Event(batch), _stop.Token);
        OnResult?.Invoke(result);
        var failed = result.Succeeded ? Failures(result.Payload, batch) : null;
        foreach (var message in batch)
        {
            if (failed is not null && !failed.Contains(message.Id))
            {
                _queue.Delete(message.Receipt!);
            }
            else
            {
                _queue.ChangeVisibility(message.Receipt!, _queue.VisibilityTimeout);
            }
        }
    }

    private string Event(IReadOnlyList<LabMessage> batch) => new JsonObject
    {
        ["Records"] = new JsonArray([.. batch.Select(Record)]),
    }.ToJsonString();

    private JsonNode Record(LabMessage message) => new JsonObject
    {
        ["messageId"] = message.Id,
        ["receiptHandle"] = message.Receipt,
        ["body"] = message.Body,
        ["attributes"] = new JsonObject
        {
            ["ApproximateReceiveCount"] = message.Receives.ToString(CultureInfo.InvariantCulture),
            ["SentTimestamp"] = Millis(message.SentAt),
            ["SenderId"] = SimulatedCredentials.AccessKeyId,
            ["ApproximateFirstReceiveTimestamp"] = Millis(message.FirstReceivedAt ?? message.SentAt),
        },
        ["messageAttributes"] = new JsonObject(),
        ["md5OfBody"] = Md5(message.Body),
        ["eventSource"] = "aws:sqs",
        ["eventSourceARN"] = $"arn:aws:sqs:{_function.Settings.Region}:{_function.Settings.Account}:{_queue.Name}",
        ["awsRegion"] = _function.Settings.Region,
    };

    /// <summary>The messages to deliver again; null: the whole batch.</summary>
    internal static HashSet<string>? Failures(string payload, IReadOnlyList<LabMessage> batch)
    {
        JsonNode? answer;
        try
        {
            answer = JsonNode.Parse(payload);
        }
        catch (JsonException)
        {
            return null;
        }

        var failed = new HashSet<string>(StringComparer.Ordinal);
        if (answer is not JsonObject { } report || report["batchItemFailures"] is not JsonArray list)
        {
            // Nothing, null or an object without the list: everything succeeded.
            return answer is null or JsonObject ? failed : null;
        }

        foreach (var item in list)
        {
            if (item is not JsonObject named || (string?)named["itemIdentifier"] is not { Length: > 0 } id
                || batch.All(message => message.Id != id))
            {
                return null;
            }

            failed.Add(id);
        }

        return failed;
    }

    private static string Millis(DateTimeOffset at) => at.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture);

#pragma warning disable CA5351 // SQS's own field is an MD5; nothing rests on it.
    internal static string Md5(string body) => Convert.ToHexStringLower(MD5.HashData(Encoding.UTF8.GetBytes(body)));
#pragma warning restore CA5351
}
