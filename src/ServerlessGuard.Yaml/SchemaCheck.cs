using System.Text.RegularExpressions;
using Json.Schema;

namespace ServerlessGuard.Yaml;

/// <summary>
/// What a schema can do to whoever evaluates it, asked before it meets a document: a <c>$ref</c> into nothing ends in an exception, one in
/// a circle in a stack overflow, a few that fan out in a lifetime of work.
/// </summary>
internal static class SchemaCheck
{
    private const int MostNodes = 5000;

    /// <summary>Schemas that follow each other at one place of a document.</summary>
    private const int Deepest = 100;

    /// <summary>Of a document; deeper ones are not read.</summary>
    private const int Levels = 64;

    /// <summary>Schemas evaluated along one path from a document's top to its bottom.</summary>
    private const long MostWork = 100_000;

    /// <summary>What is wrong, or null; the patterns of a schema that may be used are linear then.</summary>
    public static string? Wrong(JsonSchemaNode root)
    {
        var nodes = new Dictionary<JsonSchemaNode, int>(ReferenceEqualityComparer.Instance);
        var waiting = new Stack<JsonSchemaNode>([root]);
        while (waiting.TryPop(out var node))
        {
            if (!nodes.TryAdd(node, nodes.Count))
            {
                continue;
            }

            if (nodes.Count > MostNodes)
            {
                return $"more than {MostNodes} schemas in one rule";
            }

            foreach (var keyword in node.Keywords ?? [])
            {
                if (Refused(keyword) is { } wrong)
                {
                    return wrong;
                }

                foreach (var inner in keyword.Subschemas ?? [])
                {
                    waiting.Push(inner);
                }
            }
        }

        return new Work(nodes).Wrong();
    }

    private static string? Refused(KeywordData keyword)
    {
        switch (keyword.Handler.Name)
        {
            case "$dynamicRef" or "$recursiveRef":
                return $"{keyword.Handler.Name} is not supported in a rule: use $ref";
            case "$ref" when keyword.Subschemas is not { Length: > 0 }:
                return $"$ref \"{Short(keyword.RawValue.ToString())}\" does not exist: a rule's schema can refer only to its own parts, as "
                    + $"in \"#/$defs/name\"";
            case "pattern":
                keyword.Value = LinearPattern.Of(keyword.RawValue.GetString()!);
                return null;
            case "patternProperties" when keyword.Value is Dictionary<string, Regex> patterns:
                foreach (var pattern in patterns.Keys.ToList())
                {
                    patterns[pattern] = LinearPattern.Of(pattern);
                }

                return null;
            case "patternProperties":
                return "patternProperties cannot be read";
            default:
                return null;
        }
    }

    private static string Short(string text) => (text.Length > 80 ? text[..80] + "…" : text).ReplaceLineEndings(" ");

    /// <summary>
    /// How much is evaluated below one place of a document, level by level from its bottom: recursion that follows one path is cheap, one
    /// that branches is not.
    /// </summary>
    private sealed class Work(Dictionary<JsonSchemaNode, int> nodes)
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
        private long? Count(JsonSchemaNode node, int depth)
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
            foreach (var keyword in node.Keywords ?? [])
            {
                foreach (var inner in keyword.Subschemas ?? [])
                {
                    var below = _below[nodes[inner]];
                    switch (keyword.Handler.Name)
                    {
                        case "$defs" or "definitions" or "contentSchema":
                            break;
                        case "properties" or "additionalProperties":
                            oneOfObject = Math.Max(oneOfObject, below);
                            break;
                        case "prefixItems" or "items" or "additionalItems":
                            oneOfList = Math.Max(oneOfList, below);
                            break;
                        case "patternProperties" or "unevaluatedProperties" or "propertyNames":
                            object_ += below;
                            break;
                        case "contains" or "unevaluatedItems":
                            list += below;
                            break;
                        default:
                            if (Count(inner, depth + 1) is not { } same)
                            {
                                return null;
                            }

                            sum = Math.Min(sum + same, MostWork + 1);
                            height = Math.Max(height, _height[nodes[inner]] + 1);
                            break;
                    }
                }
            }

            _height[at] = height;
            return _here[at] = Math.Min(sum + Math.Max(oneOfObject + object_, oneOfList + list), MostWork + 1);
        }
    }
}
