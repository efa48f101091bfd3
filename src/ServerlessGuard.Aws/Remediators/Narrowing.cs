using System.Text.Json.Nodes;
using ServerlessGuard.Policies;

namespace ServerlessGuard.Aws.Remediators;

/// <summary>
/// Takes from a policy the principals that the rule objects to, and nothing else. Which ones they are is asked of the rule's own reader,
/// with one statement and one principal at a time (beside the policy's denies): there is no second judgement here.
/// </summary>
internal static class Narrowing
{
    /// <summary>The narrower document, or why there is none.</summary>
    /// <param name="document">Canonical, see <see cref="PolicyDocuments"/>.</param>
    /// <param name="isOpen">What the rule says about a document; null when it cannot say.</param>
    /// <param name="ownRoot">Stands in for "everyone": our own account keeps what its own policies allow.</param>
    public static (JsonObject? Document, string? Refused) Narrow(JsonObject document, Func<JsonObject, bool?> isOpen, string ownRoot)
    {
        var statements = PolicyDocuments.Statements(document);
        var denies = statements.Where(statement => !Allows(statement!)).ToList();
        var kept = new List<JsonNode?>();
        foreach (var statement in statements)
        {
            if (!Allows(statement!) || isOpen(PolicyDocuments.With(document, [.. denies, statement])) is not true)
            {
                kept.Add(statement);
                continue;
            }

            if (statement!.AsObject().ContainsKey("NotPrincipal"))
            {
                return (null, "a statement with NotPrincipal lets in everyone but a few: a person has to decide who is meant");
            }

            var ours = Principals(statement, ownRoot)
                .Where(principal => isOpen(PolicyDocuments.With(document, [.. denies, Alone(statement, principal)])) is false).ToList();
            kept.AddRange(ours.Count == 0 ? [] : [Of(statement, ours)]);
        }

        if (!kept.Exists(statement => statement is not null && Allows(statement)))
        {
            // A policy must not be empty: what let strangers in now keeps them out.
            kept.AddRange(statements.Where(statement => Allows(statement!)).Take(1).Select(statement => Denied(statement!)));
        }

        var narrowed = PolicyDocuments.With(document, kept);
        return isOpen(narrowed) is false
            ? (narrowed, null)
            : (null, "no safe narrowing can be worked out from the policy: a person has to write it");
    }

    private static bool Allows(JsonNode statement) =>
        ((string?)statement["Effect"])?.Equals("Allow", StringComparison.OrdinalIgnoreCase) == true;

    private static IEnumerable<(string Kind, string Value)> Principals(JsonNode statement, string ownRoot)
    {
        var all = statement["Principal"] switch
        {
            JsonObject kinds => kinds.SelectMany(kind => Texts(kind.Value).Select(text => (kind.Key, text))),
            JsonValue => [("AWS", "*")],
            _ => [],
        };
        return all.Select(principal => new Principal(principal.Item1, principal.Item2).IsEveryone ? ("AWS", ownRoot) : principal)
            .Distinct();
    }

    private static IEnumerable<string> Texts(JsonNode? value) => value switch
    {
        JsonArray many => many.Select(item => (string?)item).OfType<string>(),
        JsonValue one when one.TryGetValue<string>(out var text) => [text],
        _ => [],
    };

    private static JsonNode Alone(JsonNode statement, (string Kind, string Value) principal) => Of(statement, [principal]);

    private static JsonNode Of(JsonNode statement, IReadOnlyList<(string Kind, string Value)> principals)
    {
        var copy = statement.DeepClone();
        copy["Principal"] = new JsonObject(principals.GroupBy(principal => principal.Kind, StringComparer.Ordinal)
            .Select(kind => KeyValuePair.Create<string, JsonNode?>(
            kind.Key,
            kind.Count() == 1
                ? JsonValue.Create(kind.First().Value)
                : new JsonArray([.. kind.Select(principal => JsonValue.Create(principal.Value))]))));
        return copy;
    }

    private static JsonNode Denied(JsonNode statement)
    {
        var copy = statement.DeepClone();
        copy["Effect"] = "Deny";
        return copy;
    }
}
