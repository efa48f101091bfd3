using System.Buffers;
using System.Text;
using ServerlessGuard.Resources;

namespace ServerlessGuard.Azure.Arm;

/// <summary>An ARM id as a path. Ids come in events, which strangers can shape: each segment is checked and encoded, none may climb or end the path.</summary>
public static class ArmPath
{
    private const int MaxLength = 2048;

    private static readonly SearchValues<char> Forbidden = SearchValues.Create("?#%\\\"<>");

    /// <summary>Throws <see cref="ArgumentException"/> for what is no ARM id.</summary>
    public static string Of(string id)
    {
        if (!ArmId.Looks(id) || id.Length > MaxLength)
        {
            throw new ArgumentException("not an ARM id", nameof(id));
        }

        var path = new StringBuilder(id.Length + 16);
        foreach (var segment in ArmId.Normal(id)[1..].Split('/'))
        {
            if (segment.Length == 0 || segment is "." or ".." || segment.AsSpan().ContainsAny(Forbidden) || segment.AsSpan().ContainsAnyInRange('\0', '\u001f'))
            {
                throw new ArgumentException("an ARM id with a segment that no resource has", nameof(id));
            }

            path.Append('/').Append(Uri.EscapeDataString(segment));
        }

        return path.ToString();
    }
}
