using System.Collections.Immutable;

namespace ServerlessGuard.Findings;

/// <summary>A fix that has not happened yet: the dry run, the approval card and the audit record in one.</summary>
public sealed record RemediationPlan
{
    /// <summary>Follows from finding and before-state: the same situation gives the same plan.</summary>
    public required string Id { get; init; }

    /// <summary>One sentence: what will be done.</summary>
    public required string Sentence { get; init; }

    /// <summary>The slice of the live state that is changed, as JSON; undo writes it back. Never holds a secret.</summary>
    public required string Before { get; init; }

    public required string After { get; init; }

    /// <summary>
    /// Set where before and after are only what differs, or not even that, because the whole is too large for a finding: where it is and
    /// how large.
    /// </summary>
    public string? Apart { get; init; }

    /// <summary>The call: <c>s3:PutPublicAccessBlock</c>, <c>PATCH …/storageAccounts/x?api-version=…</c>.</summary>
    public required string Call { get; init; }

    public required ImmutableArray<string> Permissions { get; init => field = value.IsDefault ? [] : value; }
    public required Risk Risk { get; init; }
    public required DateTimeOffset PlannedAt { get; init; }
}

/// <summary>What a fix can cost. Anything above <see cref="None"/> is enforced only where a setting names the rule.</summary>
public enum Risk
{
    /// <summary>Reversible, and nobody who is allowed in is locked out.</summary>
    None = 1,

    /// <summary>Reversible, but clients may lose access.</summary>
    Availability = 2,

    /// <summary>There is no way back.</summary>
    Irreversible = 3,
}
