using System.Collections.Immutable;
using System.Text.Json.Nodes;
using ServerlessGuard.Findings;
using ServerlessGuard.Resources;
using ServerlessGuard.Verdicts;

namespace ServerlessGuard.Remediation;

/// <summary>
/// A host's class for one fix on some native types. It knows a slice of a resource's live state: how to read it, what it should be, and how
/// to write it. Plan, apply, verify and undo follow from these three and live once, in <see cref="Remedy"/>.
/// </summary>
public abstract class Remediator
{
    public abstract RemediatorDescriptor Descriptor { get; }

    /// <summary>
    /// The live slice, complete enough to be written back exactly; null when the resource is gone. Holds no secret. Documented defaults are
    /// spelt out where "absent" could not be written back.
    /// </summary>
    public abstract Task<JsonNode?> ReadAsync(Finding finding, CancellationToken cancellation);

    /// <summary>Pure: what the slice should be. Asked of the live state, never of the event.</summary>
    public abstract Desired Desire(JsonNode live, Finding finding);

    /// <summary>
    /// Brings the slice from one state to another; apply and undo are the same call in two directions. Must be idempotent.
    /// </summary>
    public abstract Task WriteAsync(Finding finding, JsonNode from, JsonNode to, CancellationToken cancellation);

    /// <summary>The tags that the resource carries now; null where its kind carries none, or where there is nothing to ask with.</summary>
    public virtual Task<IReadOnlyDictionary<string, string>?> ReadTagsAsync(Finding finding, CancellationToken cancellation) =>
        Task.FromResult<IReadOnlyDictionary<string, string>?>(null);

    /// <summary>
    /// Why the resource must not be written as it is now, in one sentence; null: it may. Asked before an intent is recorded, and again by
    /// the write itself.
    /// </summary>
    /// <exception cref="CloudCallException">It cannot be asked at the moment.</exception>
    public virtual Task<string?> ForbidsAsync(Finding finding, CancellationToken cancellation) => Task.FromResult<string?>(null);

    public bool Handles(Finding finding) => finding.Remediation == Descriptor.Remediation
        && finding.Resource.Provider == Descriptor.Provider
        && Descriptor.NativeTypes.Contains(finding.Resource.NativeType, StringComparer.OrdinalIgnoreCase)
        && (Descriptor.Rules.IsEmpty || Descriptor.Rules.Contains(SubFinding.RuleOf(finding.RuleId), StringComparer.Ordinal));
}

public sealed record RemediatorDescriptor
{
    /// <summary>One of <see cref="Rules.Remediations"/>.</summary>
    public required string Remediation { get; init; }

    public required Provider Provider { get; init; }
    public required ImmutableArray<string> NativeTypes { get; init; }

    /// <summary>Only these rules; empty: every rule that names the remediation.</summary>
    public ImmutableArray<string> Rules { get; init; } = [];

    /// <summary>Exactly what reading, writing and undoing need: IAM actions, or Azure RBAC actions.</summary>
    public required ImmutableArray<string> Permissions { get; init; }

    /// <summary>Of <see cref="Permissions"/>, those that only undoing needs: whoever wants the fix alone grants the others.</summary>
    public ImmutableArray<string> UndoPermissions { get; init; } = [];

    public required Risk Risk { get; init; }
}

/// <summary>What a remediator wants of the live state.</summary>
public abstract record Desired
{
    private Desired()
    {
    }

    /// <param name="To">The slice as it should be.</param>
    /// <param name="Sentence">What will be done, in one sentence.</param>
    /// <param name="Call">The exact call.</param>
    /// <param name="Risk">Where this case differs from the descriptor's.</param>
    public sealed record Change(JsonNode To, string Sentence, string Call, Risk? Risk = null) : Desired;

    /// <summary>The live state needs nothing.</summary>
    public sealed record Nothing : Desired;

    /// <summary>A person has to look: "the bucket serves a website".</summary>
    public sealed record Refuse(string Reason) : Desired;
}
