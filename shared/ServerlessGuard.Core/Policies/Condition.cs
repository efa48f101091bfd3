using System.Collections.Immutable;

namespace ServerlessGuard.Policies;

/// <summary>One line of a statement's Condition: operator, key, values (any of which may match).</summary>
public sealed record Condition
{
    /// <summary>As written: <c>StringEquals</c>, <c>ForAnyValue:StringLike</c>, <c>BoolIfExists</c>.</summary>
    public required string Operator { get; init; }

    /// <summary>As written; keys compare without case.</summary>
    public required string Key { get; init; }

    public required ImmutableArray<string> Values { get; init; }

    public bool IsKey(string key) => Key.Equals(key, StringComparison.OrdinalIgnoreCase);

    /// <summary>
    /// Passes when the key is absent from the request: IfExists, and ForAllValues, which is true of an empty set. Such a test confines
    /// nobody.
    /// </summary>
    public bool PassesWhenAbsent =>
        Operator.EndsWith("IfExists", StringComparison.Ordinal) || Operator.StartsWith("ForAllValues:", StringComparison.Ordinal);

    /// <summary>The operator without set prefix and IfExists. Operators compare with case: IAM knows no other spelling.</summary>
    public string Test
    {
        get
        {
            var name = Operator[(Operator.IndexOf(':', StringComparison.Ordinal) + 1)..];
            return name.EndsWith("IfExists", StringComparison.Ordinal) ? name[..^"IfExists".Length] : name;
        }
    }

    /// <summary>A positive test on text: Equals and Like of strings and ARNs. Negated tests confine nobody.</summary>
    public bool IsPositiveText => !PassesWhenAbsent
        && Test is ("StringEquals" or "StringEqualsIgnoreCase" or "StringLike" or "ArnEquals" or "ArnLike");

    /// <summary>Wildcards have a meaning to this operator; to StringEquals a star is a star.</summary>
    public bool ReadsWildcards => Test is "StringLike" or "ArnEquals" or "ArnLike";
}
