using ServerlessGuard.Findings;

namespace ServerlessGuard.Page.Board;

/// <summary>How far one account has been read.</summary>
internal sealed class AccountState(string partition)
{
    public string Partition { get; } = partition;

    /// <summary>The exact counters of the table.</summary>
    public Summary Counted { get; set; } = Summary.Empty;

    /// <summary>Counters that a complete reading could not explain: not a reason to read again.</summary>
    public Summary? Accepted { get; set; }

    /// <summary>Since when counters and rows differ.</summary>
    public DateTimeOffset? DiffersSince { get; set; }

    /// <summary>When everything was read last.</summary>
    public DateTimeOffset ReadAt { get; set; }

    /// <summary>Keys of events that were taken, within the stretch of time that is read again and again.</summary>
    public HashSet<string> Seen { get; } = new(StringComparer.Ordinal);
}
