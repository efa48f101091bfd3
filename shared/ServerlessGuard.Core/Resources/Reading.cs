namespace ServerlessGuard.Resources;

/// <summary>What one record of input turned out to be.</summary>
public abstract record Reading
{
    private Reading()
    {
    }

    /// <summary>A resource of either cloud.</summary>
    public sealed record Found(Resource Resource) : Reading;

    /// <summary>A well-formed record that carries no resource (a schedule, an oversized notification, an Event Grid event).</summary>
    public sealed record Empty(string Reason) : Reading;

    /// <summary>A record that could not be understood.</summary>
    public sealed record Unreadable(string Reason) : Reading;
}
