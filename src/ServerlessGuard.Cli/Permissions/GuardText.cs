using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ServerlessGuard.Cli.Permissions;

/// <summary>JSON for people and templates.</summary>
public static class GuardText
{
    /// <summary>Two spaces, quotes as they are, a line feed at the end.</summary>
    public static string Indented(JsonNode node)
    {
        using var stream = new MemoryStream();
        // Templates are read by the clouds' tools and never put into a page: the relaxed encoder leaves apostrophes readable.
        using (var writer = new Utf8JsonWriter(stream,
            new JsonWriterOptions { Indented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            node.WriteTo(writer);
        }

        return Encoding.UTF8.GetString(stream.ToArray()) + "\n";
    }
}
