using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace ServerlessGuard.Yaml;

/// <summary>
/// What a text may ask of whoever reads it, from its events alone, before anything is built of it: nesting ends in a stack overflow, an
/// alias of an alias in more nodes than there is memory, an alias inside its own anchor in a tree without an end.
/// </summary>
internal static class YamlLimits
{
    /// <summary>Characters.</summary>
    public const int Longest = 1024 * 1024;

    private const int Deepest = 64;

    /// <summary>With every alias written out.</summary>
    private const long MostNodes = 100_000;

    /// <summary>Null, or what is wrong and on which line. <see cref="YamlException"/> for what is no YAML.</summary>
    public static (long Line, string Message)? Exceeded(string text)
    {
        if (text.Length > Longest)
        {
            return (0, $"more than {Longest} characters: too large");
        }

        var parser = new Parser(new StringReader(text));
        var anchors = new Dictionary<AnchorName, long>();
        var open = new Stack<Collection>();
        long nodes = 0;
        while (parser.MoveNext())
        {
            var now = parser.Current!;
            var isKey = open.TryPeek(out var around) && around.IsMapping && around.Children++ % 2 == 0;
            switch (now)
            {
                case DocumentStart:
                    anchors.Clear();
                    break;
                case MappingStart or SequenceStart when isKey:
                    return (now.Start.Line, "a key must be plain text");
                case MappingStart or SequenceStart when open.Count == Deepest:
                    return (now.Start.Line, $"nested deeper than {Deepest} levels");
                case MappingStart or SequenceStart:
                    open.Push(new Collection(now is MappingStart, ((NodeEvent)now).Anchor, ++nodes));
                    break;
                case MappingEnd or SequenceEnd:
                    // The end is no child of the collection that it ends.
                    var closed = open.Pop();
                    if (!closed.Anchor.IsEmpty)
                    {
                        anchors[closed.Anchor] = nodes - closed.Before + 1;
                    }

                    break;
                case AnchorAlias when isKey:
                    return (now.Start.Line, "a key must be plain text, not an alias");
                case AnchorAlias alias when open.Any(collection => collection.Anchor == alias.Value):
                    return (now.Start.Line, $"*{alias.Value} is used inside the value that it repeats");
                case AnchorAlias alias:
                    nodes += anchors.GetValueOrDefault(alias.Value, 1);
                    break;
                case Scalar scalar:
                    nodes++;
                    if (!scalar.Anchor.IsEmpty)
                    {
                        anchors[scalar.Anchor] = 1;
                    }

                    break;
            }

            if (nodes > MostNodes)
            {
                return (now.Start.Line, $"more than {MostNodes} values with all aliases expanded");
            }
        }

        return null;
    }

    /// <param name="anchor">Its name, or none.</param>
    /// <param name="before">The nodes up to and including itself.</param>
    private sealed class Collection(bool isMapping, AnchorName anchor, long before)
    {
        public bool IsMapping { get; } = isMapping;
        public AnchorName Anchor { get; } = anchor;
        public long Before { get; } = before;
        public int Children { get; set; }
    }
}
