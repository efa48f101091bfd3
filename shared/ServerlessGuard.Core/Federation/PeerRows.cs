using System.Security.Cryptography;
using System.Text;
using ServerlessGuard.Findings;
using ServerlessGuard.Guards;
using ServerlessGuard.Tables;

namespace ServerlessGuard.Federation;

/// <summary>What each side notes of the other.</summary>
/// <remarks>
/// <code>
/// in an account's partition
///   f:TIME:HASH:RULE:REVISION  Acknowledgement  since when the peer has the steps of one batch, by the last of them
///   n:KIND:SCHEMA:DIGEST       a peer's row of a later version, kept
/// in a deployment's partition
///   p:sent  p:received         Link   when the peer last acknowledged, and last sent
///   p:asked:KIND:HOUR          Peer   how much it asked for
///   p:alarm:KIND:WHAT          Peer   what people were told of it
/// </code>
/// </remarks>
public static class PeerRows
{
    /// <summary>What a deployment knows of its sending end.</summary>
    public const string Sent = "p:sent";

    /// <summary>What a deployment knows of its receiving end.</summary>
    public const string Received = "p:received";

    public const string Alarms = "p:alarm:";

    private static readonly TimeSpan CountLife = TimeSpan.FromHours(2);

    /// <param name="outboxKey">Of the last entry that was acknowledged.</param>
    public static string AcknowledgementKey(string outboxKey) => "f:" + outboxKey[OutboxRows.Prefix(OutboxKind.Federate).Length..];

    /// <summary>From here on lie the acknowledgements of what was recorded then, the first one first.</summary>
    public static string AcknowledgementKey(DateTimeOffset recordedAt) => "f:" + RowKeys.Time(recordedAt);

    /// <summary>A document of a later version, by its content.</summary>
    public static string Kept(RowKind kind, int schema, string document)
    {
        var digest = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(document)).AsSpan(0, 16));
        return $"n:{RowKeys.Word(kind)}:{RowKeys.Number(schema)}:{digest}";
    }

    /// <summary>How many commands of a kind the peer gave in a clock hour.</summary>
    public static string Asked(CommandKind kind, DateTimeOffset at) => $"p:asked:{RowKeys.Word(kind)}:{at.UtcDateTime:yyyyMMdd'T'HH}";

    /// <summary>The alarms about the peer of one kind; of all kinds: <see cref="Alarms"/>.</summary>
    public static string AlarmsOf(PeerAlarmKind kind) => $"{Alarms}{RowKeys.Word(kind)}:";

    public static string Alarm(PeerAlarmKind kind, string what) => AlarmsOf(kind) + RowKeys.Safe(what);

    public static Acknowledgement Acknowledgement(TableRow row) => Rows.Read(row, FederationJson.Default.Acknowledgement);

    public static PeerLink Link(TableRow? row) => row is null ? new PeerLink() : Rows.Read(row, FederationJson.Default.PeerLink);

    public static PeerNote Note(TableRow row) => Rows.Read(row, FederationJson.Default.PeerNote);

    public static TableRow Row(string partition, string key, Acknowledgement acknowledgement) =>
        Rows.Write(partition, key, RowKind.Acknowledgement, acknowledgement, FederationJson.Default.Acknowledgement) with
        {
            ExpiresAt = acknowledgement.At + Rows.StoryLife,
        };

    public static TableRow Row(string partition, string key, PeerLink link) =>
        Rows.Write(partition, key, RowKind.Link, link, FederationJson.Default.PeerLink);

    public static TableRow Row(string partition, string key, PeerNote note, string? version) =>
        Rows.Write(partition, key, RowKind.Peer, note, FederationJson.Default.PeerNote) with
        {
            Version = version, ExpiresAt = note.At + (note.Alarm is null ? CountLife : Rows.StoryLife),
        };
}
