using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;

namespace ServerlessGuard.Documents;

/// <summary>
/// One place in a resource's native document. Property names compare without case, strings that hold JSON are entered as JSON, and a
/// path that leads nowhere is a <see cref="Doc"/> that does not exist: reading never throws.
/// </summary>
/// <remarks>
/// The clouds spell one property several ways (<c>dBInstanceIdentifier</c>, <c>kmskeyArn</c>) and AWS Config delivers one value as an
/// object, as a JSON string, as a JSON string encoded twice, or percent-encoded, by channel. A reader must not care which.
/// </remarks>
public readonly struct Doc(JsonElement element, bool isPartial = false)
{
    public JsonElement Element { get; } = element;

    /// <summary>Somebody selected columns of the document: what is absent was not looked at, and has no default.</summary>
    public bool IsPartial { get; } = isPartial;

    /// <summary>Present and not null. JSON null and an absent property mean the same in both clouds' documents.</summary>
    public bool Exists => Element.ValueKind is not (JsonValueKind.Undefined or JsonValueKind.Null);

    public bool IsNull => Element.ValueKind is JsonValueKind.Null;
    public bool IsObject => Element.ValueKind is JsonValueKind.Object;
    public bool IsArray => Element.ValueKind is JsonValueKind.Array;
    public bool IsText => Element.ValueKind is JsonValueKind.String;

    /// <summary>The named property, exact case first, then without case; the last of duplicates, as System.Text.Json has it.</summary>
    public Doc this[string name]
    {
        get
        {
            var container = IsText ? Decoded().Element : Element;
            return new Doc(container.ValueKind is JsonValueKind.Object ? Find(container, name) : default, IsPartial);
        }
    }

    public Doc this[string name, string inner] => this[name][inner];

    public Doc this[string name, string inner, string innermost] => this[name][inner][innermost];

    /// <summary>The elements of an array (of JSON text too); of anything else, none.</summary>
    public DocItems Items => new(IsText ? Decoded().Element : Element, IsPartial);

    /// <summary>
    /// The elements of an array, or the one value itself: IAM allows both for Action, Resource, Principal and condition values.
    /// </summary>
    public IEnumerable<Doc> OneOrMany()
    {
        if (!Exists)
        {
            yield break;
        }

        if (IsArray)
        {
            foreach (var item in Items)
            {
                yield return item;
            }
        }
        else
        {
            yield return this;
        }
    }

    /// <summary>The properties of an object, in document order; of anything else, none.</summary>
    public IEnumerable<(string Name, Doc Value)> Properties()
    {
        var container = IsText ? Decoded().Element : Element;
        if (container.ValueKind is not JsonValueKind.Object)
        {
            yield break;
        }

        foreach (var property in container.EnumerateObject())
        {
            yield return (DocText.NameOf(property), new Doc(property.Value, IsPartial));
        }
    }

    /// <summary>
    /// true or false, also as text ("false" in GetResourceConfigHistory, "True" in Azure), also as JSON inside text; null when neither.
    /// </summary>
    public bool? Flag => Element.ValueKind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        JsonValueKind.String => DocText.Of(Element)?.Trim().Trim('"') switch
        {
            { } text when text.Equals("true", StringComparison.OrdinalIgnoreCase) => true,
            { } text when text.Equals("false", StringComparison.OrdinalIgnoreCase) => false,
            _ => null,
        },
        _ => null,
    };

    /// <summary>The text of a string, the digits of a number, true/false; null for objects, arrays and null.</summary>
    public string? Text => Element.ValueKind switch
    {
        JsonValueKind.String => DocText.Of(Element),
        JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False => Element.GetRawText(),
        _ => null,
    };

    /// <summary>A non-empty <see cref="Text"/>.</summary>
    public string? NonEmpty => Text is { Length: > 0 } text ? text : null;

    /// <summary>A whole number, also as text or with a fraction of zero (22.0 in SelectResourceConfig).</summary>
    public long? Number => Element.ValueKind switch
    {
        JsonValueKind.Number when Element.TryGetInt64(out var whole) => whole,
        JsonValueKind.Number when Element.TryGetDouble(out var real) && Math.Abs(real) < 9e15 && real == Math.Floor(real) => (long)real,
        JsonValueKind.String when long.TryParse(DocText.Of(Element), out var whole) => whole,
        _ => null,
    };

    public bool Is(string text) => Text is { } mine && mine.Equals(text, StringComparison.OrdinalIgnoreCase);

    /// <summary>The JSON inside a string, however often and in whatever way it was encoded; itself when there is none.</summary>
    public Doc Decoded() =>
        IsText && DocText.Of(Element) is { } text && DocText.TryDecode(text, out var inner) ? new Doc(inner.Element, IsPartial) : this;

    /// <summary>The same place, of which only what it holds is known.</summary>
    public Doc Partially() => new(Element, isPartial: true);

    public override string ToString() => Exists ? DocText.Shown(Element) : "(absent)";

    private static JsonElement Find(JsonElement container, string name)
    {
        if (DocText.TryExact(container, name, out var exact))
        {
            return exact;
        }

        JsonElement found = default;
        foreach (var property in container.EnumerateObject())
        {
            if (Ascii.EqualsIgnoreCase(JsonMarshal.GetRawUtf8PropertyName(property), name))
            {
                found = property.Value;
            }
        }

        return found;
    }
}
