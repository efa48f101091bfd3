namespace ServerlessGuard.Simulators.Azure.EventGrid;

public sealed record EventGridOptions
{
    public EventSchema Schema { get; init; } = EventSchema.EventGrid;

    /// <summary>maxEventsPerBatch; Event Grid sends one event at a time unless it is set.</summary>
    public int MaxBatch { get; init; } = 1;

    /// <summary>maxDeliveryAttempts.</summary>
    public int MaxAttempts { get; init; } = 30;

    /// <summary>eventTimeToLive.</summary>
    public TimeSpan TimeToLive { get; init; } = TimeSpan.FromHours(24);

    /// <summary>How long a webhook has to answer; not scaled, the answer is as fast here as there.</summary>
    public TimeSpan AnswerWithin { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The waits between attempts are multiplied by it.</summary>
    public double TimeScale { get; init; } = 1;

    /// <summary>Every delivery is made so many times: at least once means that it happens.</summary>
    public int Copies { get; init; } = 1;

    /// <summary>Deliveries are shuffled with this seed; null: in the order of publication. Event Grid promises none.</summary>
    public int? ShuffleSeed { get; init; }

    /// <summary>Whether what is given up on is kept; Event Grid drops it unless a dead-letter destination is configured.</summary>
    public bool DeadLetter { get; init; } = true;
}

public enum EventSchema
{
    EventGrid = 1,

    /// <summary>CloudEvents 1.0.</summary>
    CloudEvents = 2,
}

/// <param name="Event">In the schema of the subscription.</param>
/// <param name="Reason"><c>MaxDeliveryAttemptsExceeded</c>, <c>TimeToLiveExceeded</c> or <c>UndeliverableDueToHttp…</c>, as Event Grid
/// writes them.</param>
/// <param name="Attempts">How often it was tried.</param>
public sealed record DeadLetter(System.Text.Json.Nodes.JsonObject Event, string Reason, int Attempts);
