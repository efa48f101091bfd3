using System.Text;

namespace ServerlessGuard.Chat;

/// <summary>
/// <c>application/x-www-form-urlencoded</c>, as the platforms and browsers send it. Hostile: a field is there once, and there are not many.
/// </summary>
internal static class FormFields
{
    private const int MaxFields = 100;

    /// <summary>Null when it is none.</summary>
    public static Dictionary<string, string>? Parse(ReadOnlyMemory<byte> body)
    {
        string text;
        try
        {
            text = new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(body.Span);
        }
        catch (ArgumentException)
        {
            return null;
        }

        return Parse(text);
    }

    public static Dictionary<string, string>? Parse(string text)
    {
        var fields = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var pair in text.Split('&', MaxFields + 1))
        {
            var cut = pair.IndexOf('=', StringComparison.Ordinal);
            if (fields.Count == MaxFields
                || !fields.TryAdd(Decode(cut < 0 ? pair : pair[..cut]), cut < 0 ? string.Empty : Decode(pair[(cut + 1)..])))
            {
                return null;
            }
        }

        return fields;
    }

    private static string Decode(string text) => Uri.UnescapeDataString(text.Replace('+', ' '));
}
