using ServerlessGuard.Policies;

namespace ServerlessGuard.Facts.Aws;

/// <summary>Whether a policy lets its holder reach objects or models.</summary>
internal static class DataReach
{
    private static readonly string[] Services = ["s3", "bedrock", "sagemaker"];

    public static Statement? In(Policy policy) => policy.Statements.FirstOrDefault(statement =>
        statement.Allows && Array.Exists(Services, service => Reaches(statement, service)));

    /// <summary>A NotAction leaves a service out only where it names all of it.</summary>
    private static bool Reaches(Statement statement, string service) => statement.NotActions.Length > 0
        ? !statement.NotActions.Any(not => Glob.Covers(not, service + ":*", ignoreCase: true))
        : statement.Actions.Any(action => Glob.Matches(action.Split(':')[0], service, ignoreCase: true));
}
