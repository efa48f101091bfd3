namespace ServerlessGuard.Yaml.Schemas;

/// <summary>
/// What a schema can do to whoever evaluates it, asked before it meets a document: a <c>$ref</c> in a circle ends in a stack overflow, a
/// few that fan out in a lifetime of work.
/// </summary>
internal static class SchemaCheck
{
    /// <summary>Schemas that follow each other at one place of a document.</summary>
    private const int Deepest = 100;

    /// <summary>Of a document; deeper ones are not read.</summary>
    private const int Levels = 64;

    /// <summary>Schemas evaluated along one path from a document's top to its bottom.</summary>
    private const long MostWork = 100_000;

    /// <summary>What is wrong, or null.</summary>
    public static string? Wrong(IReadOnlyCollection<Schema> schemas)
    {
        var nodes = new Dictionary<Schema, int>(ReferenceEqualityComparer.Instance);
        foreach (var schema in schemas)
        {
            nodes.TryAdd(schema, nodes.Count);
        }

        return new Work(nodes).Wrong();
    }

    /// <summary>
    /// How much is evaluated below one place of a document, level by level from its bottom: recursion that follows one path is cheap, one
    /// that branches is not.
    /// </summary>
    private sealed class Work(Dictionary<Schema, int> nodes)
    {
        private long[] _below = new long[nodes.Count];
        private long[] _here = new long[nodes.Count];
        private readonly int[] _height = new int[nodes.Count];

        public string? Wrong()
        {
            for (var level = 0; level < Levels; level++)
            {
                Array.Clear(_here);
                foreach (var node in nodes.Keys)
                {
                    if (Count(node, 0) is not { } work)
                    {
                        return $"it refers to itself without descending into the document, or more than {Deepest} times at one place";
                    }

                    if (work > MostWork)
                    {
                        return "its references multiply: evaluating it would never end";
                    }
                }

                if (_here.AsSpan().SequenceEqual(_below))
                {
                    return null;
                }

                (_here, _below) = (_below, _here);
            }

            return null;
        }

        /// <summary>Null: in a circle, or too many at one place.</summary>
        private long? Count(Schema node, int depth)
        {
            var at = nodes[node];
            if (_here[at] > 0)
            {
                return depth + _height[at] > Deepest ? null : _here[at];
            }

            if (depth > Deepest)
            {
                return null;
            }

            long sum = 1, oneOfObject = 0, oneOfList = 0, object_ = 0, list = 0;
            var height = 0;
            foreach (var (reach, inner) in node.Keywords.SelectMany(keyword => keyword.Inner))
            {
                var below = _below[nodes[inner]];
                switch (reach)
                {
                    case Reach.OneOfObject:
                        oneOfObject = Math.Max(oneOfObject, below);
                        break;
                    case Reach.OneOfList:
                        oneOfList = Math.Max(oneOfList, below);
                        break;
                    case Reach.AnyOfObject:
                        object_ += below;
                        break;
                    case Reach.AnyOfList:
                        list += below;
                        break;
                    case Reach.Same:
                        if (Count(inner, depth + 1) is not { } same)
                        {
                            return null;
                        }

                        sum = Math.Min(sum + same, MostWork + 1);
                        height = Math.Max(height, _height[nodes[inner]] + 1);
                        break;
                }
            }

            _height[at] = height;
            return _here[at] = Math.Min(sum + Math.Max(oneOfObject + object_, oneOfList + list), MostWork + 1);
        }
    }
}
