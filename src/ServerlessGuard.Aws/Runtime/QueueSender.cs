using System.Text;
using System.Text.Json.Nodes;
using ServerlessGuard.Aws.Api;
using ServerlessGuard.Aws.Events;
using ServerlessGuard.Aws.Needs;
using ServerlessGuard.Documents;
using ServerlessGuard.Remediation;
using ServerlessGuard.Tables;

namespace ServerlessGuard.Aws.Runtime;

/// <summary>Sends to an SQS queue, in batches within its limits.</summary>
/// <remarks>SQS API reference, SendMessageBatch: 10 messages, 256 KiB together (1 MiB since 2025; the smaller one holds
/// everywhere).</remarks>
public sealed class QueueSender(IAwsApi api, TimeProvider time, Backoff backoff)
{
    private const int MaxEntries = 10;
    private const int MaxAttempts = 4;

    /// <summary>All or a throw; some may have been sent by then: receivers are idempotent.</summary>
    public async Task SendAsync(Uri queue, IReadOnlyList<string> bodies, CancellationToken cancellation)
    {
        foreach (var batch in Batches(bodies))
        {
            await SendBatchAsync(queue, batch, cancellation);
        }
    }

    internal static IEnumerable<IReadOnlyList<string>> Batches(IReadOnlyList<string> bodies)
    {
        var batch = new List<string>(MaxEntries);
        var size = 0;
        foreach (var body in bodies)
        {
            var bytes = Encoding.UTF8.GetByteCount(body);
            if (batch.Count == MaxEntries || batch.Count > 0 && size + bytes > WorkMessage.MaxBytes)
            {
                yield return batch;
                batch = new List<string>(MaxEntries);
                size = 0;
            }

            batch.Add(body);
            size += bytes;
        }

        if (batch.Count > 0)
        {
            yield return batch;
        }
    }

    private async Task SendBatchAsync(Uri queue, IReadOnlyList<string> bodies, CancellationToken cancellation)
    {
        var left = Enumerable.Range(0, bodies.Count).ToList();
        for (var attempt = 1; ; attempt++)
        {
            var entries = new JsonArray(
                [.. left.Select(index => (JsonNode)new JsonObject { ["Id"] = index.ToString(), ["MessageBody"] = bodies[index] })]);
            var body = new JsonObject { ["QueueUrl"] = queue.ToString(), ["Entries"] = entries };
            var answer = await api.SendAsync(AwsRequest.Json(AwsRegion.Home, "sqs", "AmazonSQS.SendMessageBatch", body, "1.0"),
                cancellation);
            var failed = new Doc(ConfigInventory.Parse(answer, "SendMessageBatch"))["Failed"].Items.All().ToList();
            if (failed.Count == 0)
            {
                return;
            }

            if (attempt == MaxAttempts || failed.Exists(entry => entry["SenderFault"].Flag is true))
            {
                throw new CloudCallException(failed[0]["Code"].Text ?? "unknown",
                    $"sqs SendMessageBatch: {failed.Count} of {bodies.Count} messages were not accepted", isTransient: true);
            }

            left = [.. failed.Select(entry => entry["Id"].Number).OfType<long>().Select(index => (int)index)
                .Where(index => index < bodies.Count)];
            await backoff.WaitAsync(attempt + 2, time, cancellation);
        }
    }
}
