namespace ServerlessGuard.Azure.Events;

/// <summary>One event: something happened to a resource. It carries no state.</summary>
/// <param name="EventId">The event's own id, for the log.</param>
/// <param name="Type"><c>Microsoft.Resources.ResourceWriteSuccess</c> and so on.</param>
/// <param name="At">When the cloud says it happened.</param>
public sealed record CloudChange(string EventId, string Type, string ResourceId, DateTimeOffset At)
{
    public ChangeKind Kind { get; init; } = ChangeKind.Written;

    /// <summary><c>Microsoft.Storage/storageAccounts/write</c>; null in a PolicyInsights event.</summary>
    public string? Operation { get; init; }

    /// <summary>A person's sign-in name, an application's id or a principal's object id.</summary>
    public string? Actor { get; init; }

    /// <summary>This product's own identity made the change.</summary>
    public bool IsOwn { get; init; }
}

public enum ChangeKind
{
    Written = 1,
    Deleted = 2,

    /// <summary>A POST that may change the resource: regenerateKey, listKeys.</summary>
    Acted = 3,

    /// <summary>Azure Policy's opinion of the resource changed.</summary>
    PolicyState = 4,
}

/// <summary>What an event turned out to be.</summary>
public abstract record EventReading
{
    private EventReading()
    {
    }

    public sealed record Found(CloudChange Change) : EventReading;

    /// <summary>Well-formed and ours to leave alone: another kind of event, or an action of our own.</summary>
    public sealed record Ignored(string Reason) : EventReading;

    /// <summary>Malformed, hostile or another's: dropped with a reason, and kept as a dead letter.</summary>
    public sealed record Refused(string EventId, string Type, string Subject, string Reason) : EventReading;
}
