using System.Buffers;
using ServerlessGuard.Resources;

namespace ServerlessGuard.Azure.Events;

/// <summary>
/// Whether an id from outside may be put into a request path. The id decides which address we call with our own token, so whatever could
/// end the path early or climb out of it is refused, encoded or not.
/// </summary>
/// <remarks>Azure resource names hold none of these characters (naming rules of Azure resources); a container may be called <c>$web</c>, a
/// rule "allow all".</remarks>
internal static class SoundArmId
{
    private const int Longest = 2048;

    private static readonly SearchValues<char> Refused = SearchValues.Create("\\?#%<>\"'*;|{}[]^`&=+,");

    /// <summary>Null, or why not.</summary>
    public static string? Fault(string? id)
    {
        if (string.IsNullOrWhiteSpace(id))
        {
            return "no resource id";
        }

        if (id.Length > Longest)
        {
            return $"a resource id of more than {Longest} characters";
        }

        if (HasForeignCharacters(id))
        {
            return "a resource id with characters that no resource id has";
        }

        if (HasTraversal(id))
        {
            return "a resource id with empty or relative parts";
        }

        var parts = id.Trim('/').Split('/');
        return parts[0].Equals("subscriptions", StringComparison.OrdinalIgnoreCase) && parts.Length >= 2
            && Guid.TryParseExact(parts[1], "D", out _) && ArmId.Type(id) is not null
            ? null
            : "not the id of a resource in a subscription";
    }

    public static bool HasForeignCharacters(string id) =>
        id.Any(c => char.IsControl(c) || char.IsSurrogate(c)) || id.AsSpan().ContainsAny(Refused);

    public static bool HasTraversal(string id) =>
        id.Trim('/').Split('/').Any(part => part.Length == 0 || part.Trim() is "." or ".." || part.Trim().Length != part.Length);
}
