using ServerlessGuard.Networks;
using ServerlessGuard.Resources;

namespace ServerlessGuard.Policies;

/// <summary>Whether a statement's conditions confine it to somebody known.</summary>
public static class Confinement
{
    /// <summary>
    /// The condition that confines the statement, or null. Conditions of one statement are all required, so one is enough; the values of
    /// one condition are alternatives, so each must confine.
    /// </summary>
    /// <param name="statement">The statement whose conditions are asked.</param>
    /// <param name="keys">Which keys confine, from <see cref="ConfiningKeys"/>.</param>
    /// <param name="isTrusted">Which accounts may be named; null when any fixed account will do.</param>
    public static Condition? Of(Statement statement, IReadOnlyDictionary<string, ConfiningValue> keys,
        Func<string, bool>? isTrusted = null) =>
        statement.Conditions.FirstOrDefault(condition => Confines(condition, keys, isTrusted));

    /// <summary>The condition keys of a statement that were looked at and not trusted, for the evidence.</summary>
    public static string Ignored(Statement statement) =>
        statement.Conditions.Length == 0
            ? "no condition"
            : "not confining: " + string.Join(", ", statement.Conditions.Select(c => $"{c.Operator} {c.Key}"));

    private static bool Confines(Condition condition, IReadOnlyDictionary<string, ConfiningValue> keys, Func<string, bool>? isTrusted)
    {
        if (!keys.TryGetValue(condition.Key, out var kind) || condition.Values.IsEmpty)
        {
            return false;
        }

        if (kind is ConfiningValue.Address)
        {
            return !condition.PassesWhenAbsent && condition.Test is "IpAddress" && IsNarrow(condition.Values);
        }

        return condition.IsPositiveText && condition.Values.All(value => kind switch
        {
            ConfiningValue.Fixed => IsFixed(condition, value),
            ConfiningValue.Account => IsFixed(condition, value) && (isTrusted is null || isTrusted(value)),
            ConfiningValue.Arn => IsFixedArn(condition, value, isTrusted),
            ConfiningValue.OrganizationPath => IsFixedPath(condition, value),
            ConfiningValue.Address => false,
        });
    }

    private static bool IsNarrow(IEnumerable<string> values)
    {
        var ranges = values.Select(AddressRange.Parse).ToList();
        return ranges.TrueForAll(range => range is not null) && !Internet.IsOpenTo(AddressSet.Of(ranges.OfType<AddressRange>()));
    }

    /// <summary>A wildcard matches strangers; a policy variable is whatever the caller is.</summary>
    private static bool IsFixed(Condition condition, string value) =>
        value.Length > 0 && !value.Contains("${", StringComparison.Ordinal) && !(condition.ReadsWildcards && Glob.HasWildcard(value));

    private static bool IsFixedArn(Condition condition, string value, Func<string, bool>? isTrusted)
    {
        if (!Arn.TryParse(value, out var arn))
        {
            return isTrusted is null && IsFixed(condition, value);
        }

        if (Arn.IsAccount(arn.Account))
        {
            return isTrusted is null || isTrusted(arn.Account);
        }

        // S3 ARNs carry no account: the whole name has to be fixed.
        return arn.Account.Length == 0 && IsFixed(condition, value);
    }

    private static bool IsFixedPath(Condition condition, string value)
    {
        var end = value.IndexOf('/', StringComparison.Ordinal);
        return IsFixed(condition, end < 0 ? value : value[..end]);
    }
}
