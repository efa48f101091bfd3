using System.Buffers;
using System.Text;
using System.Text.Json;

namespace ServerlessGuard.Azure.Events;

/// <summary>What lies in queue <c>guard-work</c>.</summary>
public abstract record WorkMessage
{
    private WorkMessage()
    {
    }

    /// <summary>Judge a resource: found by the sweep, or to be looked at again.</summary>
    public sealed record Scan(string ResourceId) : WorkMessage;

    /// <summary>
    /// Do what an outbox entry asks for: a fix, or a person's command. The entry is the truth; the message only says where it lies.
    /// </summary>
    public sealed record Remediate(string Partition, string Key) : WorkMessage;

    /// <summary>There is something to forward to the peer. It says nothing: a forged one does no harm.</summary>
    public sealed record Forward : WorkMessage;

    /// <summary>Null for a message that is none of ours.</summary>
    public static WorkMessage? Read(JsonElement message) =>
        (Text(message, "kind"), Text(message, "resourceId"), Text(message, "partition"), Text(message, "key")) switch
    {
        ("scan", { Length: > 0 } id, _, _) => new Scan(id),
        ("remediate", _, { Length: > 0 } partition, { Length: > 0 } key) => new Remediate(partition, key),
        ("forward", _, _, _) => new Forward(),
        _ => null,
    };

    public string ToJson()
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            switch (this)
            {
                case Scan scan:
                    writer.WriteString("kind", "scan");
                    writer.WriteString("resourceId", scan.ResourceId);
                    writer.WriteString("detectedBy", "sweep");
                    break;
                case Remediate remediate:
                    writer.WriteString("kind", "remediate");
                    writer.WriteString("partition", remediate.Partition);
                    writer.WriteString("key", remediate.Key);
                    break;
                case Forward:
                    writer.WriteString("kind", "forward");
                    break;
            }

            writer.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    private static string? Text(JsonElement message, string name) =>
        message.ValueKind is JsonValueKind.Object && message.TryGetProperty(name, out var value) && value.ValueKind is JsonValueKind.String
            ? value.GetString()
            : null;
}
