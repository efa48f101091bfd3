using System.Text;
using ServerlessGuard.Aws.Events;
using ServerlessGuard.Aws.Runtime;
using ServerlessGuard.Documents;
using ServerlessGuard.Findings;

namespace ServerlessGuard.Aws.Functions;

/// <summary><c>{"partition":…,"key":…}</c>: where an outbox entry lies, and nothing of what it says. A forged one finds no entry, and does nothing.</summary>
internal static class KickMessage
{
    public static string Of(string partition, string key) => Encoding.UTF8.GetString(JsonBytes.Of(writer =>
    {
        writer.WriteString("partition", partition);
        writer.WriteString("key", key);
    }).Span);

    private static bool IsKicked(string key) =>
        key.StartsWith(OutboxRows.Prefix(OutboxKind.Remediate), StringComparison.Ordinal) || key.StartsWith(OutboxRows.Prefix(OutboxKind.Command), StringComparison.Ordinal);

    /// <exception cref="PoisonEventException">No such message.</exception>
    public static (string Partition, string Key) Read(Doc message) =>
        message["partition"].NonEmpty is { } partition && message["key"].NonEmpty is { } key
        && partition.StartsWith("aws:", StringComparison.Ordinal) && IsKicked(key)
            ? (partition, key)
            : throw new PoisonEventException("no kick of a remediation or a command: expected partition and key of an outbox entry");
}
