using System.Runtime.CompilerServices;
using System.Text.Json;

namespace ServerlessGuard.Yaml.Schemas;

/// <summary>
/// A JSON Schema (draft 2020-12) that was read and found harmless. The hosts evaluate custom rules too, and a package that knows every
/// draft and every format made them a megabyte larger.
/// </summary>
internal sealed class Schema
{
    /// <summary>The schemas <c>true</c> and <c>false</c>; null: an object.</summary>
    public bool? Constant { get; init; }

    /// <summary>Assertions first, then what descends, then what depends on what the others have evaluated.</summary>
    public IReadOnlyList<Keyword> Keywords { get; set; } = [];

    /// <summary>Null: the value satisfies the schema.</summary>
    /// <param name="value">A part of a document.</param>
    /// <param name="place">Where it is.</param>
    /// <param name="outer">Gets what was evaluated; null where nobody asks.</param>
    /// <exception cref="InsufficientExecutionStackException">Schema and document are nested too deep together.</exception>
    /// <exception cref="System.Text.RegularExpressions.RegexMatchTimeoutException">A pattern that has to try took too long.</exception>
    /// <exception cref="InvalidOperationException">A text of the document is no Unicode.</exception>
    public Failure? Check(JsonElement value, Place place, Seen? outer)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        if (Constant is false)
        {
            return new Failure(place, "must not be there");
        }

        var seen = Seen.Fresh(outer);
        foreach (var keyword in Keywords)
        {
            if (keyword.Check(value, place, seen) is { } failure)
            {
                return failure;
            }
        }

        outer?.Add(seen!);
        return null;
    }
}

/// <param name="Place">Where the document does not satisfy the schema.</param>
/// <param name="Message">Why not.</param>
internal sealed record Failure(Place Place, string Message);

/// <summary>A part of a document, as a chain to its top.</summary>
internal sealed record Place(Place? Above, string Name)
{
    public static Place Top { get; } = new(null, string.Empty);

    public Place At(string name) => new(this, name);

    /// <summary>A JSON pointer; "/" for the whole document.</summary>
    public override string ToString()
    {
        var names = new Stack<string>();
        for (var place = this; place.Above is not null; place = place.Above)
        {
            names.Push(Escaped(place.Name));
        }

        return "/" + string.Join('/', names);
    }

    internal static string Escaped(string name) =>
        name.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal);
}

/// <summary>What of one value some schema has evaluated, for <c>unevaluatedProperties</c> and <c>unevaluatedItems</c>.</summary>
internal sealed class Seen
{
    public HashSet<string> Properties { get; } = new(StringComparer.Ordinal);

    public HashSet<int> Items { get; } = [];

    /// <summary>An empty one where somebody asks for it; null where nobody does.</summary>
    public static Seen? Fresh(Seen? outer) => outer is null ? null : new Seen();

    public void Add(Seen other)
    {
        Properties.UnionWith(other.Properties);
        Items.UnionWith(other.Items);
    }
}

/// <summary>Null: satisfied.</summary>
internal delegate Failure? Check(JsonElement value, Place place, Seen? seen);

/// <summary>One keyword of a schema.</summary>
internal sealed class Keyword(Rank rank, Check check, params IReadOnlyList<(Reach Reach, Schema Schema)> inner)
{
    public Rank Rank { get; } = rank;

    public Check Check { get; } = check;

    /// <summary>The schemas that it evaluates, and where.</summary>
    public IReadOnlyList<(Reach Reach, Schema Schema)> Inner { get; } = inner;
}

/// <summary>In the order of evaluation.</summary>
internal enum Rank
{
    Assertion,
    Applicator,
    Unevaluated,
}

/// <summary>What an inner schema is evaluated on.</summary>
internal enum Reach
{
    /// <summary>On the same value.</summary>
    Same,

    /// <summary>On one property of its own, or on those that no other keyword of this kind has taken.</summary>
    OneOfObject,

    /// <summary>On one item of its own, or on those that no other keyword of this kind has taken.</summary>
    OneOfList,

    /// <summary>On properties that others evaluate too.</summary>
    AnyOfObject,

    /// <summary>On items that others evaluate too.</summary>
    AnyOfList,
}
