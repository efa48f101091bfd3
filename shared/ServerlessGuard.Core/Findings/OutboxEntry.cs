using System.Text.Json.Serialization;
using ServerlessGuard.Resources;
using ServerlessGuard.Verdicts;

namespace ServerlessGuard.Findings;

/// <summary>What must still happen after a change of a finding: written in the same transaction, deleted when it has happened.</summary>
public sealed record OutboxEntry
{
    /// <summary>How long the first kick is given before the entry is due.</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromSeconds(60);

    public required OutboxKind Kind { get; init; }
    public required string RuleId { get; init; }
    public required ResourceRef Resource { get; init; }

    /// <summary>The finding's revision that asked for it.</summary>
    public required long Revision { get; init; }

    public required FindingStep Step { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>
    /// The key of the row that it is about, in the same partition, where that is no finding: a command, an exemption, the control row.
    /// </summary>
    public string? Row { get; init; }
    public int Attempts { get; init; }
    public DateTimeOffset? NextAttemptAt { get; init; }

    /// <summary>Of the last attempt.</summary>
    public string? Fault { get; init; }

    /// <summary>What holds the fix back until <see cref="NextAttemptAt"/>; null: nothing does.</summary>
    public HeldBackBy? HeldBackBy { get; init; }

    /// <summary>It waits as it should. Tried more than once since, it is late like any other.</summary>
    [JsonIgnore]
    public bool IsHeldBack => HeldBackBy is not null && Attempts < 2;

    /// <summary>Of the finding whose fix is asked for: the worst goes first. Null in entries of earlier versions.</summary>
    public Severity? Severity { get; init; }

    /// <summary>About a row that is no finding.</summary>
    public static OutboxEntry OfRow(OutboxKind kind, string partition, string key, DateTimeOffset at)
    {
        var cut = partition.IndexOf(':', StringComparison.Ordinal);
        var provider = Enum.Parse<Provider>(partition[..cut], ignoreCase: true);
        return new OutboxEntry
        {
            Kind = kind,
            RuleId = string.Empty,
            Resource = new ResourceRef
                { Provider = provider, NativeType = "ServerlessGuard::Row", Id = key, Account = partition[(cut + 1)..] },
            Revision = 0,
            Step = FindingStep.Changed,
            CreatedAt = at,
            Row = key,
        };
    }

    public static OutboxEntry Of(OutboxKind kind, FindingChange change) => new()
    {
        Kind = kind,
        RuleId = change.After.RuleId,
        Resource = change.After.Resource,
        Revision = change.After.Revision,
        Step = change.Event.Step,
        CreatedAt = change.Event.RecordedAt,
        Severity = kind is OutboxKind.Remediate ? change.After.Severity : null,
    };
}

public enum OutboxKind
{
    /// <summary>The fix, if it is allowed, is still to be planned or applied.</summary>
    Remediate = 1,

    /// <summary>The peer has not acknowledged the row.</summary>
    Federate = 2,

    /// <summary>Nobody has been told.</summary>
    Notify = 3,

    /// <summary>A person's decision is to be carried out; or, where the peer owns what it is about, to be brought there.</summary>
    Command = 4,
}
