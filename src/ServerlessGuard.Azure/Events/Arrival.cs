using ServerlessGuard.Findings;

namespace ServerlessGuard.Azure.Events;

/// <summary>One reason to judge a resource.</summary>
/// <param name="Id">The resource, as the event spelled it.</param>
/// <param name="At">When the change happened.</param>
/// <param name="DeliveredAt">When it reached us.</param>
/// <param name="IsDeletion">The event says that the resource itself is gone.</param>
public sealed record Arrival(string Id, DateTimeOffset At, DateTimeOffset DeliveredAt, string? Actor, bool IsDeletion,
    DetectedBy DetectedBy)
{
    /// <summary>Of several: the latest one's actor, the earliest delivery, an event rather than the sweep.</summary>
    public static Arrival Of(IReadOnlyList<Arrival> all)
    {
        var latest = all.MaxBy(one => one.At)!;
        return latest with
        {
            DeliveredAt = all.Min(one => one.DeliveredAt),
            DetectedBy = all.Min(one => one.DetectedBy),
            IsDeletion = all.Any(one => one.IsDeletion),
        };
    }
}
