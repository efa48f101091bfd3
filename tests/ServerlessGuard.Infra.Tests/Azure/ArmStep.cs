using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace ServerlessGuard.Infra.Tests.Azure;

/// <param name="Symbol">Its name in the template; the instances of a loop share it.</param>
/// <param name="Declared">As written.</param>
/// <param name="Made">Evaluated, with its id.</param>
internal sealed partial record ArmStep(string Symbol, JsonObject Declared, JsonObject Made)
{
    public string Id => Made["id"]!.GetValue<string>();

    /// <summary>What it waits for itself: dependsOn, and every reference() by a symbolic name, for which ARM waits too.</summary>
    public IEnumerable<string> WaitsFor()
    {
        var own = (JsonObject)Declared.DeepClone();
        (own["properties"] as JsonObject)?.Remove("template");
        return (own["dependsOn"]?.AsArray().Select(name => name!.GetValue<string>()) ?? [])
            .Concat(Reference().Matches(own.ToJsonString().Replace("\\u0027", "'", StringComparison.Ordinal)).Select(match => match.Groups["symbol"].Value));
    }

    /// <summary>Does it name that resource, or something below it: as its scope, as its parent, or anywhere in its properties?</summary>
    public bool Needs(ArmStep other) => other.Symbol != Symbol && Texts(Made).Any(text => Lies(text, other.Id));

    private static bool Lies(string text, string id) =>
        text.StartsWith(id, StringComparison.OrdinalIgnoreCase) && (text.Length == id.Length || text[id.Length] == '/');

    private static IEnumerable<string> Texts(JsonNode? node) => node switch
    {
        JsonObject map => map.SelectMany(entry => Texts(entry.Value).Prepend(entry.Key)),
        JsonArray list => list.SelectMany(Texts),
        JsonValue value when value.TryGetValue<string>(out var text) => [text],
        _ => [],
    };

    [GeneratedRegex(@"\breference\('(?<symbol>\w+)'", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Reference();
}
