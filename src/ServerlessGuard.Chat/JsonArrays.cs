using System.Text.Json.Nodes;

namespace ServerlessGuard.Chat;

internal static class JsonArrays
{
    /// <summary>
    /// The overload of Add that knows its type at compile time: the generic one, which an object would take, needs reflection.
    /// </summary>
    public static void Put(this JsonArray array, JsonNode item) => array.Add(item);
}
