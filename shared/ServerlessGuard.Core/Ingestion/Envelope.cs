namespace ServerlessGuard.Ingestion;

/// <summary>What the wrappers around a record said about it, for records that do not say it themselves.</summary>
public sealed record Envelope
{
    public static Envelope None { get; } = new();

    public string? Account { get; init; }
    public string? Region { get; init; }
    public string? Tenant { get; init; }

    /// <summary>AWS Config's eventLeftScope.</summary>
    public bool LeftScope { get; init; }

    /// <summary>Microsoft Graph's <c>@odata.context</c>, which names the entity set of a list answer.</summary>
    public string? GraphContext { get; init; }

    /// <summary>The ARM key of the resource in whose <c>resources</c> this record stands.</summary>
    public string? ParentId { get; init; }

    public string? ParentType { get; init; }

    internal int Depth { get; init; }

    internal Envelope Deeper() => this with { Depth = Depth + 1 };
}
