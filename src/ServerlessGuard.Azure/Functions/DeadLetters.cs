using System.Buffers;
using System.Text;
using System.Text.Json;
using ServerlessGuard.Azure.Events;
using ServerlessGuard.Azure.Reporting;
using ServerlessGuard.Azure.Runtime;

namespace ServerlessGuard.Azure.Functions;

/// <summary>
/// Where events go that will never be understood: counted, logged with the reason, and kept in queue <c>guard-dead</c> without their data.
/// </summary>
public sealed class DeadLetters(IMessageSink queue, Journal journal)
{
    public async Task KeepAsync(EventReading.Refused refused, CancellationToken cancellation)
    {
        journal.Warn("event refused", ("id", refused.EventId), ("type", refused.Type), ("reason", refused.Reason));
        journal.Metric("events.refused", 1, ("reason", refused.Reason));
        await queue.SendAsync(Json(refused), delay: null, cancellation);
    }

    private static string Json(EventReading.Refused refused)
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            writer.WriteString("id", refused.EventId);
            writer.WriteString("type", refused.Type);
            writer.WriteString("subject", refused.Subject);
            writer.WriteString("reason", refused.Reason);
            writer.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }
}
