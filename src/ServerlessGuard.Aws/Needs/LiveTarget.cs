using ServerlessGuard.Aws.Api;
using ServerlessGuard.Resources;

namespace ServerlessGuard.Aws.Needs;

/// <summary>What a live read is about.</summary>
/// <param name="Region">Where the service is asked.</param>
/// <param name="Beside">The resource that is judged, or the one that is read: its account.</param>
/// <param name="Key">What the core looks the answer up by.</param>
/// <param name="At">What the service is asked for: a name, an id.</param>
public sealed record LiveTarget(AwsRegion Region, ResourceRef Beside, string Key, string At)
{
    /// <summary>The configuration item that is to be completed.</summary>
    public Resource? Item { get; init; }
}
