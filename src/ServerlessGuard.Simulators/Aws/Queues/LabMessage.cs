namespace ServerlessGuard.Simulators.Aws.Queues;

/// <summary>One message of a simulated queue.</summary>
public sealed class LabMessage
{
    public required string Id { get; init; }
    public required string Body { get; init; }
    public required DateTimeOffset SentAt { get; init; }
    public DateTimeOffset VisibleAt { get; set; }
    public DateTimeOffset? FirstReceivedAt { get; set; }

    /// <summary>How often it has been received.</summary>
    public int Receives { get; set; }

    /// <summary>The receipt handle of the latest receive.</summary>
    public string? Receipt { get; set; }

    internal LabMessage Copy() => (LabMessage)MemberwiseClone();
}
