using System.Text.Json;

namespace ServerlessGuard.Yaml.Schemas;

/// <summary>The schema of a custom rule, ready to be evaluated.</summary>
public sealed class RuleSchema
{
    private readonly Schema _schema;
    private readonly bool _asksForTheRest;

    internal RuleSchema(Schema schema, bool asksForTheRest) => (_schema, _asksForTheRest) = (schema, asksForTheRest);

    internal Failure? Check(JsonElement document) => _schema.Check(document, Place.Top, _asksForTheRest ? new Seen() : null);
}
