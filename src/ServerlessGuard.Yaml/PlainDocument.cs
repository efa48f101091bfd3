using System.Text;
using System.Text.Json;
using ServerlessGuard.Documents;
using ServerlessGuard.Resources;

namespace ServerlessGuard.Yaml;

/// <summary>
/// The document that a custom rule sees. ARM resources as they are; configuration items in one dialect: <c>configuration</c> and each value
/// of
/// <c>supplementaryConfiguration</c> as objects, however they were encoded.
/// </summary>
internal static class PlainDocument
{
    public static JsonElement Of(Resource resource)
    {
        if (resource.Ref.Provider is Provider.Azure)
        {
            return resource.Document.Element;
        }

        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            foreach (var (name, value) in resource.Document.Properties())
            {
                if (name is "configuration" or "supplementaryConfiguration")
                {
                    continue;
                }

                writer.WritePropertyName(name);
                value.Element.WriteTo(writer);
            }

            Write(writer, "configuration", resource.Configuration);
            writer.WriteStartObject("supplementaryConfiguration");
            foreach (var (name, value) in resource.Supplementary.Properties())
            {
                Write(writer, name, value.Decoded());
            }

            writer.WriteEndObject();
            writer.WriteEndObject();
        }

        return DocText.TryParse(Encoding.UTF8.GetString(buffer.ToArray()), out var element) ? element : resource.Document.Element;
    }

    private static void Write(Utf8JsonWriter writer, string name, Doc value)
    {
        writer.WritePropertyName(name);
        if (value.Element.ValueKind is JsonValueKind.Undefined)
        {
            writer.WriteNullValue();
        }
        else
        {
            value.Element.WriteTo(writer);
        }
    }
}
