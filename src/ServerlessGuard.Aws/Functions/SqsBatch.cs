using System.Text.Json;
using ServerlessGuard.Aws.Runtime;
using ServerlessGuard.Documents;

namespace ServerlessGuard.Aws.Functions;

/// <summary>A batch of SQS messages: each by itself, and only those that failed go back to the queue.</summary>
/// <remarks>Lambda developer guide, "Implementing partial batch responses" (ReportBatchItemFailures).</remarks>
internal static class SqsBatch
{
    /// <summary>Messages of one batch at a time: they wait for the network most of the time.</summary>
    private const int Parallel = 8;

    public static bool Recognises(Doc record) =>
        record["Records"] is { IsArray: true } records && records.Items.All().Any(item => item["eventSource"].Is("aws:sqs"));

    /// <summary>The answer that names the failed ones.</summary>
    /// <param name="handle">One message, by its id and body; a throw gives it back.</param>
    /// <param name="cancellation">Cancelled: the rest is given back.</param>
    public static async Task<ReadOnlyMemory<byte>> HandleAsync(
        Doc batch, Func<string, string, CancellationToken, Task> handle, Action<string, Exception> failed, CancellationToken cancellation)
    {
        var failures = new List<string>();
        var gate = new Lock();
        using var free = new SemaphoreSlim(Parallel);
        await Task.WhenAll(batch["Records"].Items.All().Select(async message =>
        {
            var id = message["messageId"].Text ?? string.Empty;
            await free.WaitAsync(CancellationToken.None);
#pragma warning disable CA1031 // One bad message never stops the others; it is named in the answer and told to the log.
            try
            {
                cancellation.ThrowIfCancellationRequested();
                await handle(id, message["body"].Text ?? string.Empty, cancellation);
            }
            catch (Exception fault)
            {
                failed(id, fault);
                lock (gate)
                {
                    failures.Add(id);
                }
            }
#pragma warning restore CA1031
            finally
            {
                free.Release();
            }
        }));

        return JsonBytes.Of(writer =>
        {
            writer.WriteStartArray("batchItemFailures");
            foreach (var id in failures)
            {
                writer.WriteStartObject();
                writer.WriteString("itemIdentifier", id);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
        });
    }

    /// <summary>The event, parsed; a text that is not JSON is an error of whoever sent it.</summary>
    public static Doc Parse(ReadOnlySpan<byte> payload)
    {
        try
        {
            return new Doc(JsonElement.Parse(payload));
        }
        catch (JsonException fault)
        {
            throw new Events.PoisonEventException("the event is not JSON", fault);
        }
    }
}
