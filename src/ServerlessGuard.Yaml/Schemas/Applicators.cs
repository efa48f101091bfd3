using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace ServerlessGuard.Yaml.Schemas;

/// <summary>Keywords that evaluate other schemas, on the same value or on its parts.</summary>
internal static class Applicators
{
    public static Keyword AllOf(IReadOnlyList<Schema> schemas) => On(Reach.Same, schemas, (value, place, seen) =>
        schemas.Select(schema => schema.Check(value, place, seen)).FirstOrDefault(failure => failure is not null));

    public static Keyword AnyOf(IReadOnlyList<Schema> schemas) => On(Reach.Same, schemas, (value, place, seen) =>
    {
        Failure? first = null;
        var isSatisfied = false;
        foreach (var schema in schemas)
        {
            var failure = schema.Check(value, place, seen);
            isSatisfied |= failure is null;
            first ??= failure;
            if (isSatisfied && seen is null)
            {
                break;
            }
        }

        return isSatisfied ? null : first;
    });

    public static Keyword OneOf(IReadOnlyList<Schema> schemas) => On(Reach.Same, schemas, (value, place, seen) =>
    {
        Failure? first = null;
        var satisfied = 0;
        foreach (var schema in schemas)
        {
            var failure = schema.Check(value, place, seen);
            satisfied += failure is null ? 1 : 0;
            first ??= failure;
        }

        return satisfied switch
        {
            1 => null,
            0 => first,
            _ => new Failure(
                place, string.Create(CultureInfo.InvariantCulture, $"should satisfy one of the schemas, satisfies {satisfied}")),
        };
    });

    public static Keyword Not(Schema schema) => On(Reach.Same, [schema], (value, place, seen) =>
        schema.Check(value, place, Seen.Fresh(seen)) is null ? new Failure(place, "satisfies what it must not") : null);

    public static Keyword If(Schema condition, Schema? then, Schema? otherwise) =>
        On(Reach.Same, [.. new[] { condition, then, otherwise }.OfType<Schema>()], (value, place, seen) =>
            (condition.Check(value, place, seen) is null ? then : otherwise)?.Check(value, place, seen));

    public static Keyword DependentSchemas(IReadOnlyList<(string Name, Schema Schema)> dependent) =>
        On(Reach.Same, [.. dependent.Select(one => one.Schema)], (value, place, seen) => value.ValueKind is not JsonValueKind.Object
            ? null
            : dependent.Where(one => value.TryGetProperty(one.Name, out _)).Select(one => one.Schema.Check(value, place, seen))
                .FirstOrDefault(failure => failure is not null));

    /// <summary>
    /// <c>properties</c>, <c>patternProperties</c> and <c>additionalProperties</c> together: the third is about what the others leave.
    /// </summary>
    public static Keyword Properties(
        IReadOnlyDictionary<string, Schema> named, IReadOnlyList<(Regex Pattern, Schema Schema)> patterns, Schema? others) =>
        new(Rank.Applicator, (value, place, seen) => OnProperties(value, seen, name =>
        {
            var schemas = patterns.Where(one => one.Pattern.IsMatch(name)).Select(one => one.Schema).ToList();
            if (named.TryGetValue(name, out var own))
            {
                schemas.Insert(0, own);
            }

            return schemas.Count > 0 || others is null ? schemas : [others];
        }, place),
            [.. named.Values.Select(schema => (Reach.OneOfObject, schema)),
                .. patterns.Select(one => (Reach.AnyOfObject, one.Schema)),
                .. others is null ? [] : new[] { (Reach.OneOfObject, others) }]);

    public static Keyword PropertyNames(Schema schema) => On(Reach.AnyOfObject, [schema], (value, place, seen) =>
    {
        if (value.ValueKind is not JsonValueKind.Object)
        {
            return null;
        }

        foreach (var property in value.EnumerateObject())
        {
            var name = JsonElement.Parse("\"" + JsonEncodedText.Encode(property.Name) + "\"");
            if (schema.Check(name, place, Seen.Fresh(seen)) is { } failure)
            {
                return new Failure(place.At(property.Name), "its name " + failure.Message);
            }
        }

        return null;
    });

    /// <summary><c>prefixItems</c> and <c>items</c> together, since the second is about what the first leaves.</summary>
    public static Keyword Items(IReadOnlyList<Schema> first, Schema? others) => new(Rank.Applicator, (value, place, seen) =>
        OnItems(value, seen, index => index < first.Count ? first[index] : others, place),
        [.. first.Select(schema => (Reach.OneOfList, schema)), .. others is null ? [] : new[] { (Reach.OneOfList, others) }]);

    public static Keyword Contains(Schema schema, int least, int? most) => On(Reach.AnyOfList, [schema], (value, place, seen) =>
    {
        if (value.ValueKind is not JsonValueKind.Array)
        {
            return null;
        }

        var (index, found) = (0, 0);
        foreach (var item in value.EnumerateArray())
        {
            if (schema.Check(item, place, Seen.Fresh(seen)) is null)
            {
                found++;
                seen?.Items.Add(index);
            }

            index++;
        }

        var wrong = found < least ? $"should contain at least {least} such items"
            : found > most ? $"should contain at most {most} such items"
            : null;
        return wrong is null ? null : new Failure(place, wrong);
    });

    public static Keyword UnevaluatedProperties(Schema schema) => new(Rank.Unevaluated, (value, place, seen) =>
        OnProperties(value, seen, name => seen!.Properties.Contains(name) ? [] : [schema], place), [(Reach.AnyOfObject, schema)]);

    public static Keyword UnevaluatedItems(Schema schema) => new(Rank.Unevaluated, (value, place, seen) =>
        OnItems(value, seen, index => seen!.Items.Contains(index) ? null : schema, place), [(Reach.AnyOfList, schema)]);

    private static Keyword On(Reach reach, IReadOnlyList<Schema> schemas, Check check) =>
        new(Rank.Applicator, check, [.. schemas.Select(schema => (reach, schema))]);

    private static Failure? OnProperties(JsonElement value, Seen? seen, Func<string, List<Schema>> schemas, Place place)
    {
        if (value.ValueKind is not JsonValueKind.Object)
        {
            return null;
        }

        foreach (var property in value.EnumerateObject())
        {
            var name = property.Name;
            var own = schemas(name);
            foreach (var schema in own)
            {
                if (schema.Check(property.Value, place.At(name), Seen.Fresh(seen)) is { } failure)
                {
                    return failure;
                }
            }

            if (own.Count > 0)
            {
                seen?.Properties.Add(name);
            }
        }

        return null;
    }

    private static Failure? OnItems(JsonElement value, Seen? seen, Func<int, Schema?> schemas, Place place)
    {
        if (value.ValueKind is not JsonValueKind.Array)
        {
            return null;
        }

        var index = 0;
        foreach (var item in value.EnumerateArray())
        {
            if (schemas(index) is { } schema)
            {
                if (schema.Check(item, place.At(index.ToString(CultureInfo.InvariantCulture)), Seen.Fresh(seen)) is { } failure)
                {
                    return failure;
                }

                seen?.Items.Add(index);
            }

            index++;
        }

        return null;
    }
}
