using System.Text.Json;
using System.Text.Json.Nodes;
using Azure;
using Azure.Storage.Queues;
using Azure.Storage.Queues.Models;

namespace ServerlessGuard.Simulators.Azure.Functions;

/// <summary>Feeds one queue-triggered function from a real queue (Azurite): batches, a lease, maxDequeueCount, the poison queue.</summary>
internal sealed class QueueListener(FunctionDefinition function, QueueTrigger trigger, FunctionApp app, Invoker invoker,
    FunctionsHostOptions options)
{
    private static readonly TimeSpan FirstPoll = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan Lease = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan ShortestLease = TimeSpan.FromSeconds(1);

    private readonly QueueClient _queue = Client(trigger.Queue, trigger, options);
    private readonly QueueClient _poison = Client(trigger.Queue + "-poison", trigger, options);

    /// <summary>Messages that were given up on.</summary>
    public int Poisoned { get; private set; }

    public async Task RunAsync(CancellationToken cancellation)
    {
        var slowest = app.Queues.MaxPollingInterval * options.TimeScale;
        var wait = FirstPoll;
        var running = new List<Task>();
        try
        {
            while (!cancellation.IsCancellationRequested)
            {
                // As the host does: another batch as soon as no more than newBatchThreshold of the last ones are at work.
                foreach (var ended in running.Where(task => task.IsCompleted).ToList())
                {
                    running.Remove(ended);
                    await ended;
                }

                if (running.Count > app.Queues.NewBatchThreshold)
                {
                    await Task.WhenAny(running);
                    continue;
                }

                var messages = await ReceiveAsync(cancellation);
                if (messages.Length == 0)
                {
                    await Task.Delay(wait, options.Time, cancellation);
                    wait = wait * 2 < slowest ? wait * 2 : slowest > FirstPoll ? slowest : FirstPoll;
                    continue;
                }

                wait = FirstPoll;
                running.AddRange(messages.Select(message => HandleAsync(message, cancellation)));
            }

            await Task.WhenAll(running);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // The host stops.
        }
    }

    /// <summary>How many messages there are, in sight or not.</summary>
    public async Task<int> WaitingAsync(CancellationToken cancellation)
    {
        try
        {
            return (await _queue.GetPropertiesAsync(cancellation)).Value.ApproximateMessagesCount;
        }
        catch (RequestFailedException fault) when (fault.Status == 404)
        {
            return 0;
        }
    }

    private async Task<QueueMessage[]> ReceiveAsync(CancellationToken cancellation)
    {
        try
        {
            var lease = Lease * options.TimeScale;
            return await _queue.ReceiveMessagesAsync(app.Queues.BatchSize,
                lease > ShortestLease ? TimeSpan.FromSeconds(Math.Ceiling(lease.TotalSeconds)) : ShortestLease, cancellation);
        }
        catch (RequestFailedException fault) when (fault.Status == 404)
        {
            return [];
        }
        catch (RequestFailedException fault)
        {
            options.Log.Write($"host: queue {trigger.Queue}: {fault.Status} {fault.ErrorCode}");
            return [];
        }
    }

    private async Task HandleAsync(QueueMessage message, CancellationToken cancellation)
    {
        try
        {
            var bytes = Bytes(message);
            if (bytes is null || message.DequeueCount > app.Queues.MaxDequeueCount)
            {
                await PoisonAsync(message, cancellation);
                return;
            }

            var outcome = await invoker.InvokeAsync(function, Data(bytes), Metadata(message, bytes), cancellation);
            if (outcome.Succeeded)
            {
                await _queue.DeleteMessageAsync(message.MessageId, message.PopReceipt, cancellation);
            }
            else if (message.DequeueCount >= app.Queues.MaxDequeueCount)
            {
                await PoisonAsync(message, cancellation);
            }
            else
            {
                await _queue.UpdateMessageAsync(message.MessageId, message.PopReceipt, message.Body,
                    app.Queues.RetryAfter * options.TimeScale, cancellation);
            }
        }
        catch (RequestFailedException fault)
        {
            // The lease ran out and somebody else has the message now; or the queue is away: the message comes again.
            options.Log.Write($"host: queue {trigger.Queue}: {fault.Status} {fault.ErrorCode}");
        }
    }

    private async Task PoisonAsync(QueueMessage message, CancellationToken cancellation)
    {
        options.Log.Write($"host: a message of {trigger.Queue} failed {message.DequeueCount} times: moved to {_poison.Name}");
        await _poison.CreateIfNotExistsAsync(cancellationToken: cancellation);
        await _poison.SendMessageAsync(message.Body, cancellationToken: cancellation);
        await _queue.DeleteMessageAsync(message.MessageId, message.PopReceipt, cancellation);
        Poisoned++;
    }

    /// <summary>Null: the text is not the base64 that host.json promises.</summary>
    private byte[]? Bytes(QueueMessage message)
    {
        var text = message.Body.ToString();
        if (!app.Queues.Base64)
        {
            return message.Body.ToArray();
        }

        var bytes = new byte[text.Length];
        return Convert.TryFromBase64String(text, bytes, out var count) ? bytes[..count] : null;
    }

    /// <summary>Binary: base64 of the bytes. Otherwise the text as a JSON string inside the JSON string.</summary>
    private JsonNode Data(byte[] bytes) => trigger.Binary
        ? Convert.ToBase64String(bytes)
        : JsonValue.Create(JsonValue.Create(System.Text.Encoding.UTF8.GetString(bytes)).ToJsonString());

    /// <summary>All values are strings, and a payload's own top-level scalars win over the queue's: nobody may trust them.</summary>
    private static JsonObject Metadata(QueueMessage message, byte[] bytes)
    {
        var metadata = new JsonObject
        {
            ["DequeueCount"] = message.DequeueCount.ToString(),
            ["ExpirationTime"] = Quoted(message.ExpiresOn),
            ["Id"] = message.MessageId,
            ["InsertionTime"] = Quoted(message.InsertedOn),
            ["NextVisibleTime"] = Quoted(message.NextVisibleOn),
            ["PopReceipt"] = message.PopReceipt,
        };
        try
        {
            if (JsonNode.Parse(bytes) is JsonObject payload)
            {
                foreach (var (name, value) in payload.Where(field => field.Value is JsonValue))
                {
                    var existing = metadata.Select(field => field.Key)
                        .FirstOrDefault(key => string.Equals(key, name, StringComparison.OrdinalIgnoreCase));
                    metadata[existing ?? name] = value!.GetValueKind() is JsonValueKind.String ? value.DeepClone() : value.ToJsonString();
                }
            }
        }
        catch (JsonException)
        {
            // No JSON: nothing overrides.
        }

        return metadata;

        static string Quoted(DateTimeOffset? at) => $"\"{at?.UtcDateTime:O}\"";
    }

    private static QueueClient Client(string queue, QueueTrigger trigger, FunctionsHostOptions options)
    {
        var connection = options.QueueConnection ?? options.Settings.GetValueOrDefault(trigger.Connection)
            ?? throw new InvalidDataException(
                $"there is no app setting {trigger.Connection} with a connection string for the queue {queue}");
        return new QueueClient(connection, queue, new QueueClientOptions { Retry = { MaxRetries = 1 } });
    }
}
