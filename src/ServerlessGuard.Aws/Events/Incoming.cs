using ServerlessGuard.Documents;
using ServerlessGuard.Resources;

namespace ServerlessGuard.Aws.Events;

/// <summary>What a delivered record turned out to be.</summary>
public abstract record Incoming
{
    private Incoming()
    {
    }

    /// <summary>Items with their state: a Config rule's, EventBridge's, or the sweep's.</summary>
    public sealed record Items(IReadOnlyList<Resource> Resources, ConfigCall? Call, bool FromSweep) : Incoming;

    /// <summary>An item that is too large for its channel, or that only its name was sent of: to be read.</summary>
    public sealed record Reference(ItemReference Item, ConfigCall? Call, bool FromSweep) : Incoming;

    /// <summary>An API call that CloudTrail saw.</summary>
    public sealed record ApiCall(Doc Detail) : Incoming;

    /// <summary>Begin a sweep, or go on with it.</summary>
    /// <param name="FromQueue">Our own message; otherwise Config's schedule, which has other work to wait for.</param>
    public sealed record Sweep(bool FromQueue) : Incoming;

    /// <summary>It says what its sender cannot know: an event that somebody made up.</summary>
    public sealed record Refused(string Reason) : Incoming;

    /// <summary>Well-formed, and nothing to do with it.</summary>
    public sealed record Nothing(string Reason) : Incoming;
}

/// <summary>A Config rule waits for an answer.</summary>
/// <param name="ResultToken">Config's; a secret of this call.</param>
public sealed record ConfigCall(string ResultToken)
{
    /// <summary>Sent by tests of the rule: PutEvaluations accepts it with TestMode only.</summary>
    public bool IsTest => ResultToken == "TESTMODE";

    /// <summary>The token lets anybody answer in our name.</summary>
    public override string ToString() => nameof(ConfigCall);
}

/// <summary>Enough of an item to read it.</summary>
/// <param name="Region">Where.</param>
/// <param name="ResourceArn">Where known.</param>
/// <param name="Deleted">It was announced that the resource is gone.</param>
public sealed record ItemReference(
    string NativeType, string ResourceId, string? Account, string? Region, string? ResourceArn, DateTimeOffset? CapturedAt, bool Deleted);
