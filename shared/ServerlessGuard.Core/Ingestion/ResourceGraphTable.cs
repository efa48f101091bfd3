using System.Text;
using System.Text.Json;
using ServerlessGuard.Documents;

namespace ServerlessGuard.Ingestion;

/// <summary>Resource Graph's resultFormat "table": columns once, then rows of values.</summary>
internal static class ResourceGraphTable
{
    public static IEnumerable<Doc> Rows(Doc table)
    {
        var names = table["columns"].Items.All().Select(column => column["name"].Text ?? string.Empty).ToArray();
        return table["rows"].Items.All().Where(row => row.IsArray).Select(row => Row(names, row));
    }

    private static Doc Row(string[] names, Doc row)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            var column = 0;
            foreach (var value in row.Items)
            {
                if (column >= names.Length)
                {
                    break;
                }

                writer.WritePropertyName(names[column++]);
                value.Element.WriteTo(writer);
            }

            writer.WriteEndObject();
        }

        return DocText.TryParse(Encoding.UTF8.GetString(buffer.ToArray()), out var element) ? new Doc(element) : default;
    }
}
