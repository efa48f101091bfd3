using ServerlessGuard.Documents;

namespace ServerlessGuard.Resources;

/// <summary>One observed resource: who it is, when it was captured, and its native document.</summary>
public sealed record Resource
{
    public required ResourceRef Ref { get; init; }

    /// <summary>
    /// AWS: the configuration item. Azure: the ARM resource. Microsoft Graph: the object. Credential report: the row as an object.
    /// </summary>
    public required Doc Document { get; init; }

    public ResourceStatus Status { get; init; } = ResourceStatus.Recorded;

    /// <summary>When the cloud observed the configuration; null in an ARM answer, which carries no time.</summary>
    public DateTimeOffset? CapturedAt { get; init; }

    /// <summary>The ARM key of the resource that this child was delivered inside of, or is below.</summary>
    public string? ParentKey { get; init; }

    /// <summary>AWS: <c>configuration</c>, decoded. Azure: <c>properties</c>.</summary>
    public Doc Configuration { get; init; }

    /// <summary>AWS: <c>supplementaryConfiguration</c>, decoded.</summary>
    public Doc Supplementary { get; init; }

    public Tags Tags => new(this);

    /// <summary>An abbreviated list answer or a deleted item says nothing about the configuration.</summary>
    public bool IsObserved => Configuration.Exists;
}
