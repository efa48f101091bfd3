using System.Text.Json;
using ServerlessGuard.Tables;

namespace ServerlessGuard.Due;

/// <summary>That an account owes something from a time on: written before what it owes is, taken away only long after.</summary>
/// <param name="At">Nothing is due before. Early is harmless: whoever looks finds nothing and moves it.</param>
/// <param name="Touched">When a writer last said so. For a while after that it neither goes nor moves: writers rely on it without
/// looking.</param>
/// <param name="Entries">How many outbox entries waited when it was moved to a later time; they still do, or it would have been touched.
/// Null: count.</param>
/// <param name="Oldest">When the oldest of them was made.</param>
public sealed record DueMark(DateTimeOffset At, DateTimeOffset Touched, int? Entries = null, DateTimeOffset? Oldest = null);

/// <summary>One account that may owe something.</summary>
/// <param name="Mark">Null where the index is not complete yet, so that every account may.</param>
/// <param name="Version">The mark's, as it was read.</param>
public sealed record DueAccount(DueKind Kind, string Partition, DueMark? Mark, string? Version)
{
    /// <summary>Whether it is worth a look.</summary>
    public bool IsDue(DateTimeOffset now) => Mark is null || Mark.At <= now;

    /// <summary>A mark that cannot be read is a reason to look.</summary>
    internal static DueAccount Of(DueKind kind, TableRow row)
    {
        var partition = row.Key[DueRows.Prefix(kind).Length..];
        try
        {
            return new DueAccount(kind, partition, DueRows.Read(row), row.Version);
        }
        catch (Exception fault) when (fault is JsonException or InvalidDataException)
        {
            return new DueAccount(kind, partition, Mark: null, row.Version);
        }
    }
}
