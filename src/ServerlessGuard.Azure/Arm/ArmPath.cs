using System.Buffers;
using System.Text;
using ServerlessGuard.Resources;

namespace ServerlessGuard.Azure.Arm;

/// <summary>
/// An ARM id as a path. Ids come in events, which strangers can shape: each segment is checked and encoded, none may climb or end the path.
/// </summary>
public static class ArmPath
{
    /// <summary>The collection of all subscriptions: the only path that names nothing in one.</summary>
    public const string Subscriptions = "/subscriptions";

    private const int MaxLength = 2048;

    private static readonly SearchValues<char> Foreign = SearchValues.Create("?#%\\\"<>");

    public static bool IsSound(string id) => id == Subscriptions
        || id.Length <= MaxLength && ArmId.Looks(id) && Segments(id).All(IsSegment);

    /// <summary>Throws <see cref="ArgumentException"/> for what is no ARM id.</summary>
    public static string Of(string id)
    {
        if (!IsSound(id))
        {
            throw new ArgumentException("not an ARM id, or one with a segment that no resource has", nameof(id));
        }

        var path = new StringBuilder(id.Length + 16);
        foreach (var segment in Segments(id))
        {
            path.Append('/').Append(Uri.EscapeDataString(segment));
        }

        return path.ToString();
    }

    private static string[] Segments(string id) => ArmId.Normal(id)[1..].Split('/');

    /// <summary>"." and ".." climb; the other marks end the path, hide what they are, or are in no name.</summary>
    private static bool IsSegment(string segment) => segment.Length > 0
        && segment is not ("." or "..")
        && !segment.AsSpan().ContainsAny(Foreign)
        && !segment.Any(char.IsControl);
}
