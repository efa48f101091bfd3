using ServerlessGuard.Documents;

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

    /// <summary>
    /// The columns of an advanced query, whose rows these are: an item that was not selected whole is a projection. Null: no row.
    /// </summary>
    public IReadOnlyList<string>? Selected { get; init; }

    internal int Depth { get; init; }

    /// <summary>Of the rows of SelectResourceConfig and its aggregate twin, which say what they selected.</summary>
    internal Envelope OfQuery(Doc answer) =>
        this with { Selected = [.. answer["QueryInfo", "SelectFields"].Items.All().Select(field => field["Name"].Text).OfType<string>()] };

    /// <summary>A record that is text itself, in no envelope, is such a row too; what was selected is not said beside it.</summary>
    internal Envelope OfText() => Deeper() with { Selected = Selected ?? (Depth == 0 ? [] : null) };

    internal Envelope Deeper() => this with { Depth = Depth + 1 };
}
