using System.Collections.Immutable;

namespace ServerlessGuard.Policies;

/// <summary>A statement that lets in more than it should, and why its conditions did not help.</summary>
public sealed record ExposedGrant(Statement Statement, string Note)
{
    public override string ToString() => $"{Statement.Label}: {Note}";
}

/// <summary>Which statements of a resource policy let everyone in.</summary>
public static class Exposure
{
    /// <summary>
    /// The Allow statements for everyone that touch one of the actions, that no condition confines, and that no unconditional Deny takes
    /// back.
    /// </summary>
    public static ImmutableArray<ExposedGrant> ToEveryone(
        Policy policy, IReadOnlyList<string> actions, IReadOnlyDictionary<string, ConfiningValue> keys,
        Func<string, bool>? isTrusted = null) =>
    [
        .. policy.Statements
            .Where(statement => statement.Allows && statement.IsForEveryone && Confinement.Of(statement, keys, isTrusted) is null)
            .Where(statement => actions.Any(action => statement.Touches(action) && !IsTakenBack(policy, statement, action, isTrusted)))
            .Select(statement => new ExposedGrant(statement, $"{Who(statement)}, {Confinement.Ignored(statement)}")),
    ];

    /// <summary>
    /// Every part of the grant that the action pattern asks about is denied to all who were granted it, without a condition, on the same
    /// resources. Anything less leaves strangers a way in.
    /// </summary>
    public static bool IsTakenBack(Policy policy, Statement allow, string action, Func<string, bool>? isTrusted = null)
    {
        var denies = policy.Statements.Where(statement => !statement.Allows && statement.Conditions.IsEmpty
            && Reaches(statement, allow, isTrusted)).ToList();
        if (denies.Count == 0)
        {
            return false;
        }

        IEnumerable<string> granted = allow.NotActions.Length > 0
            ? [action]
            : allow.Actions.Where(a => Glob.Meet(a, action, ignoreCase: true));
        IReadOnlyList<string> resources = allow.Resources.Length > 0 ? allow.Resources : ["*"];
        return granted.All(grant => resources.All(resource => denies.Exists(deny =>
            (deny.CoversAction(grant) || deny.CoversAction(action))
                && (deny.CoversResource(resource) || allow.Resources.Length == 0 && deny.Resources.Length == 0))));
    }

    /// <summary>
    /// The Deny is for everyone; or for everyone but some who are named and, where that matters, trusted; or for each principal of the
    /// grant, or its account.
    /// </summary>
    private static bool Reaches(Statement deny, Statement allow, Func<string, bool>? isTrusted) =>
        deny.NamesEveryPrincipal
        || deny.NotPrincipals.Length > 0
            && deny.NotPrincipals.All(principal => !principal.IsEveryone
                && (isTrusted is null || principal.Account is not { } account || isTrusted(account)))
        || allow.Principals.Length > 0 && allow.Principals.All(granted => deny.Principals.Any(denied =>
            denied == granted || denied.IsAccount && denied.Account is { } account && account == granted.Account));

    private static string Who(Statement statement) =>
        statement.NotPrincipals.Length > 0
            ? "everyone but NotPrincipal"
            : "principal " + statement.Principals.First(principal => principal.IsEveryone);
}
