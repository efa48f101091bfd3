using ServerlessGuard.Guards;
using ServerlessGuard.Resources;

namespace ServerlessGuard.Page;

/// <summary>How a host shows the page.</summary>
/// <param name="Table">How the table is called on the page.</param>
/// <param name="Peer">How the other cloud's table is called; null: it is not at hand.</param>
public sealed record PageSettings(string Table, string? Peer = null)
{
    /// <summary>In whose name decisions are written; null: the page is for reading.</summary>
    public Person? Person { get; init; }

    /// <summary>The cloud that the table belongs to, where it is a deployment's.</summary>
    public Provider? Home { get; init; }

    /// <summary>The other table's cloud, where decisions may be written to it too: what that cloud owns is decided there.</summary>
    public Provider? PeerHome { get; init; }

    /// <summary>
    /// How long a request may wait for news. A host that is paid by the time of its requests says zero: the browser asks again.
    /// </summary>
    public TimeSpan LongestWait { get; init; } = TimeSpan.FromSeconds(20);
}
