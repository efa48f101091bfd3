using System.Collections.Immutable;
using System.Text.Json.Serialization;
using ServerlessGuard.Resources;
using ServerlessGuard.Verdicts;

namespace ServerlessGuard.Findings;

/// <summary>The durable record that a resource broke a rule. One writer: the deployment in the cloud that owns the resource.</summary>
public sealed record Finding
{
    public required string Id { get; init; }

    /// <summary><c>SG-STOR-001</c>, or <c>SG-KEY-001/rbac</c> for a sub-finding.</summary>
    public required string RuleId { get; init; }

    public required ResourceRef Resource { get; init; }
    public required string Title { get; init; }
    public required Severity Severity { get; init; }
    public required FindingStatus Status { get; init; }

    /// <summary>One sentence.</summary>
    public required string Reason { get; init; }

    // The serializer sets what a document leaves out to nothing, not to the initialiser's value.
    public ImmutableArray<Evidence> Evidence { get; init => field = value.IsDefault ? [] : value; } = [];

    /// <summary>Raised by one at every change, by the owner only.</summary>
    public required long Revision { get; init; }

    /// <summary>When the cloud observed the configuration that the present state rests on. An older capture changes nothing.</summary>
    public required DateTimeOffset CapturedAt { get; init; }

    public required DateTimeOffset OpenedAt { get; init; }
    public DateTimeOffset? ResolvedAt { get; init; }
    public int Reopened { get; init; }
    public required DetectedBy DetectedBy { get; init; }

    /// <summary>Who made the change that opened it, where the event says.</summary>
    public string? Actor { get; init; }

    /// <summary>The remediation's cloud-neutral name; null where only a person can fix it.</summary>
    public string? Remediation { get; init; }

    /// <summary>What has been done about it.</summary>
    public Treatment? Treatment { get; init; }

    /// <summary>Since when its plan waits for a person; null: it does not.</summary>
    [JsonIgnore]
    public DateTimeOffset? WaitsSince =>
        Status is FindingStatus.Open && Treatment is { State: TreatmentState.AwaitingApproval } waiting ? waiting.At : null;

    /// <summary>A tag of the resource forbids any change by us.</summary>
    public bool NeverTouch { get; init; }

    /// <summary>Its rule is in preview (<see cref="Rules.Maturity.Preview"/>): recorded, but told to nobody and fixed by nothing.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Preview { get; init; }

    public string? ExemptionId { get; init; }

    /// <summary>When the end of the exemption was announced.</summary>
    public DateTimeOffset? ExemptionWarnedAt { get; init; }

    /// <summary>The value of the resource's owner tag, cut to 100 characters: whom a message goes to.</summary>
    public string? Owner { get; init; }
    public required FindingStages Stages { get; init; }

    /// <summary>The version of this document. A reader that does not know it keeps the row as it is.</summary>
    public int Schema { get; init => field = value == 0 ? 1 : value; } = 1;
}

/// <summary>
/// When each stage was passed, of the change that gave the finding its present state: a slow stage is visible, never guessed.
/// </summary>
public sealed record FindingStages
{
    public DateTimeOffset? Captured { get; init; }
    public DateTimeOffset? Delivered { get; init; }
    public DateTimeOffset? Evaluated { get; init; }
    public DateTimeOffset? Recorded { get; init; }
    public DateTimeOffset? Remediated { get; init; }
    public DateTimeOffset? Federated { get; init; }
    public DateTimeOffset? Notified { get; init; }
}
