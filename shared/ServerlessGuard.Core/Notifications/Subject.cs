using ServerlessGuard.Findings;
using ServerlessGuard.Tables;

namespace ServerlessGuard.Notifications;

/// <summary>All that waits to be told about one finding, or about one other row.</summary>
internal sealed class Subject(string key)
{
    private IReadOnlyList<FindingEvent>? _story;

    public string Key => key;

    /// <summary>Oldest first.</summary>
    public List<(TableRow Row, OutboxEntry Entry)> Entries { get; } = [];

    public Finding? Finding { get; set; }

    public bool IsRow => Entries[0].Entry.Row is not null;

    public DateTimeOffset Since => Entries[0].Entry.CreatedAt;

    public int Attempts => Entries.Max(one => one.Entry.Attempts);

    /// <summary>Routes that are still to be told.</summary>
    public int Open { get; set; }

    /// <summary>A route cannot be told before; null: none has to wait.</summary>
    public DateTimeOffset? Waits { get; private set; }

    /// <summary>Why a platform does not take it.</summary>
    public string? Refusal { get; set; }

    /// <summary>A platform did not answer: it may have taken the message.</summary>
    public bool IsUncertain { get; set; }

    /// <summary>Its entries are gone.</summary>
    public bool IsDone { get; set; }

    public void WaitUntil(DateTimeOffset at) => Waits = Waits is { } known && known < at ? known : at;

    public async Task<IReadOnlyList<FindingEvent>> StoryAsync(ITable table, CancellationToken cancellation) =>
        _story ??= await new FindingReader(table).StoryAsync(Finding!, cancellation).ToListAsync(cancellation);
}

/// <summary>What one route is to be told of one finding.</summary>
internal sealed record Job(Subject Subject, NotificationRoute Route, TableRow? ThreadRow, ChatThread? Thread, Delivery Delivery)
{
    public Finding Finding => Subject.Finding!;

    public string ThreadKey => ChatKeys.Thread(Route.Name, Finding);
}
