using ServerlessGuard.Policies;
using ServerlessGuard.Resources;

namespace ServerlessGuard.Facts.Aws;

/// <summary>What a permission policy makes of its holder.</summary>
public static class PolicyPower
{
    /// <summary>arn:aws:iam::aws:policy/…: written by AWS, the same in every account.</summary>
    public static bool IsAwsManaged(string arn) => arn.Contains(":iam::aws:policy/", StringComparison.Ordinal);

    public static bool IsAdministratorArn(string arn) => IsAwsManaged(arn) && ManagedPolicies.IsAdministrator(arn, "").Value is true;

    public static bool IsAdministratorAccess(string arn) =>
        IsAwsManaged(arn) && arn.EndsWith("/AdministratorAccess", StringComparison.Ordinal);

    /// <summary>Everything on everything, without a condition; a NotAction that leaves nearly everything is the same.</summary>
    public static Statement? Everything(Policy policy) => policy.Statements.FirstOrDefault(statement =>
        statement.Allows && statement.Conditions.IsEmpty && AllActions(statement) && AllResources(statement));

    /// <summary>
    /// One step from administrator, without a condition: everything, all of IAM or STS, or PassRole for every role.
    /// </summary>
    public static Statement? Administrator(Policy policy) => policy.Statements.FirstOrDefault(statement =>
        statement.Allows && statement.Conditions.IsEmpty
        && (AllResources(statement) && (AllActions(statement) || statement.CoversAction("iam:*") || statement.CoversAction("sts:*"))
            || statement.CoversAction("iam:PassRole") && EveryRole(statement)));

    private static bool AllActions(Statement statement) => statement.NotActions.Length > 0
        ? !statement.NotActions.Any(not => Glob.Covers(not, "*") || not is "*:*")
        : statement.Actions.Any(action => Glob.Covers(action, "*") || action is "*:*");

    private static bool AllResources(Statement statement) => statement.NotResources.Length > 0
        ? !statement.NotResources.Any(not => Glob.Covers(not, "*"))
        : statement.Resources.Any(resource => Glob.Covers(resource, "*") || Glob.Covers(resource, "arn:*:*:*:*:*"));

    private static bool EveryRole(Statement statement) => AllResources(statement) || statement.Resources.Any(resource =>
        Glob.Covers(resource, "arn:aws:iam::*:role/*")
            || Arn.TryParse(resource, out var arn) && arn.Service is "iam" && Glob.Covers(arn.Rest, "role/*"));
}
