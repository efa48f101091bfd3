using System.Text;
using ServerlessGuard.Aws.Events;
using ServerlessGuard.Aws.Runtime;
using ServerlessGuard.Documents;
using ServerlessGuard.Engine;
using ServerlessGuard.Resources;

namespace ServerlessGuard.Aws.Functions;

/// <summary>
/// <c>{"partition":…,"key":…}</c>: where an outbox entry lies, and nothing of what it says. A forged one finds no entry, and does nothing.
/// </summary>
internal static class KickMessage
{
    public static string Of(OutboxPlace place) => Encoding.UTF8.GetString(JsonBytes.Of(writer =>
    {
        writer.WriteString("partition", place.Partition);
        writer.WriteString("key", place.Key);
    }).Span);

    /// <exception cref="PoisonEventException">No such message.</exception>
    public static OutboxPlace Read(Doc message) =>
        message["partition"].NonEmpty is { } partition && message["key"].NonEmpty is { } key
        && new OutboxPlace(partition, key) is var place && place.IsCarriedOutBy(Provider.Aws)
            ? place
            : throw new PoisonEventException("no kick of a remediation or a command: expected partition and key of an outbox entry");
}
