using System.Text.Json;

namespace ServerlessGuard.Yaml.Schemas;

/// <summary>Reads a schema whole before it meets a document: an unknown reference or a pattern that is none is found here.</summary>
internal sealed partial class SchemaReader
{
    private const int MostSchemas = 5000;
    private const string Draft = "https://json-schema.org/draft/2020-12/schema";
    private static readonly Uri Home = new("https://rule.invalid/schema");

    private readonly Dictionary<string, Schema> _schemas = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Part> _resources = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Schema> _anchors = new(StringComparer.Ordinal);
    private readonly Queue<Reference> _references = new();
    private string? _wrong;
    private bool _asksForTheRest;

    private SchemaReader()
    {
    }

    /// <param name="Element">Of the schema's text.</param>
    /// <param name="Pointer">From its top.</param>
    /// <param name="Home">What references in it are relative to.</param>
    private readonly record struct Part(JsonElement Element, string Pointer, Uri Home)
    {
        public Part At(string name, JsonElement element) => new(element, $"{Pointer}/{Place.Escaped(name)}", Home);

        public Part At(int index, JsonElement element) => new(element, $"{Pointer}/{index}", Home);
    }

    private sealed record Reference(string Text, Uri Home, Schema Holder);

    /// <returns>The schema, and whether some part of it asks what the others have not evaluated; or what is wrong with it.</returns>
    public static (Schema? Schema, bool AsksForTheRest, string? Wrong) Read(JsonElement root)
    {
        var reader = new SchemaReader();
        var top = new Part(root, string.Empty, Home);
        reader._resources[Home.AbsoluteUri] = top;
        var schema = reader.Schema(top);
        while (reader._wrong is null && reader._references.TryDequeue(out var reference))
        {
            reader.Resolve(reference);
        }

        return reader._wrong is { } wrong ? (null, false, wrong)
            : SchemaCheck.Wrong(reader._schemas.Values) is { } endless ? (null, false, endless)
            : (schema, reader._asksForTheRest, null);
    }

    private Schema Schema(Part part)
    {
        if (_schemas.TryGetValue(part.Pointer, out var known))
        {
            return known;
        }

        if (_schemas.Count == MostSchemas)
        {
            _wrong ??= $"more than {MostSchemas} schemas in one rule";
        }

        var schema = new Schema
        {
            Constant = part.Element.ValueKind is JsonValueKind.True ? true : part.Element.ValueKind is JsonValueKind.False ? false : null,
        };
        if (_wrong is not null)
        {
            return schema;
        }

        _schemas[part.Pointer] = schema;
        if (part.Element.ValueKind is JsonValueKind.Object)
        {
            part = Named(part, schema);
            schema.Keywords = [.. Keywords(part, schema).OrderBy(keyword => keyword.Rank)];
        }
        else if (schema.Constant is null)
        {
            Not(part.Pointer.Length == 0 ? "/" : part.Pointer, "a schema: an object, true or false");
        }

        return schema;
    }

    /// <summary>A schema may have a name that others refer to, and begin a document of its own.</summary>
    private Part Named(Part part, Schema schema)
    {
        if (part.Element.TryGetProperty("$schema", out var dialect)
            && (Text("$schema", dialect) ?? Draft).TrimEnd('#') is var draft and not Draft)
        {
            _wrong ??= $"$schema \"{Short(draft)}\" is not supported in a rule: its schema is one of draft 2020-12 ({Draft})";
        }

        if (part.Element.TryGetProperty("$id", out var id) && Text("$id", id) is { } name)
        {
            if (Uri.TryCreate(part.Home, name, out var home))
            {
                part = part with { Home = home };
                _resources[Document(home)] = part;
            }
            else
            {
                Not("$id", "a URI");
            }
        }

        foreach (var keyword in (string[])["$anchor", "$dynamicAnchor"])
        {
            if (part.Element.TryGetProperty(keyword, out var anchor) && Text(keyword, anchor) is { } label)
            {
                _anchors[$"{Document(part.Home)}#{label}"] = schema;
            }
        }

        return part;
    }

    private void Resolve(Reference reference)
    {
        if (Target(reference) is not { } target)
        {
            _wrong ??= $"$ref \"{Short(reference.Text)}\" does not exist: a rule's schema can refer only to its own parts, as in "
                + "\"#/$defs/name\"";
            return;
        }

        reference.Holder.Keywords = [.. reference.Holder.Keywords.Append(new Keyword(Rank.Applicator, target.Check, (Reach.Same, target)))
            .OrderBy(keyword => keyword.Rank)];
    }

    private Schema? Target(Reference reference)
    {
        if (!Uri.TryCreate(reference.Home, reference.Text, out var uri) || !_resources.TryGetValue(Document(uri), out var part))
        {
            return null;
        }

        var fragment = Uri.UnescapeDataString(uri.Fragment.TrimStart('#'));
        if (fragment.Length > 0 && fragment[0] is not '/')
        {
            return _anchors.GetValueOrDefault($"{Document(uri)}#{fragment}");
        }

        foreach (var name in fragment.Split('/').Skip(1).Select(Unescaped))
        {
            if (part.Element.ValueKind is JsonValueKind.Object && part.Element.TryGetProperty(name, out var member))
            {
                part = part.At(name, member);
            }
            else if (part.Element.ValueKind is JsonValueKind.Array && int.TryParse(name, out var index)
                && index >= 0 && index < part.Element.GetArrayLength())
            {
                part = part.At(index, part.Element[index]);
            }
            else
            {
                return null;
            }
        }

        return Schema(part);
    }

    private static string Unescaped(string name) =>
        name.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal);

    private static string Document(Uri uri) => uri.GetLeftPart(UriPartial.Query);

    private static string Short(string text) => (text.Length > 80 ? text[..80] + "…" : text).ReplaceLineEndings(" ");
}
