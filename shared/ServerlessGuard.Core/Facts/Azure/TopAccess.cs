using ServerlessGuard.Ingestion;
using ServerlessGuard.Resources;

namespace ServerlessGuard.Facts.Azure;

/// <summary>Rights above every subscription: at the root scope, and in the directory.</summary>
internal static class TopAccess
{
    /// <summary>An assignment at the root scope, which elevateAccess makes and which is to be taken back after use.</summary>
    public static TopAccessFacts Of(ResourceRef assignment, string? role, string scope) => new(assignment)
    {
        Armed = role is null
            ? Fact.Unknown("properties.roleDefinitionId", "not in the answer")
            : new Fact(BuiltInRoles.Guid(role) is BuiltInRoles.Owner or BuiltInRoles.UserAccessAdministrator, "properties.scope",
                $"{BuiltInRoles.Administrator(role) ?? BuiltInRoles.Guid(role)} at /"),
        OutOfReach = scope.Trim('/').Length == 0 ? null : "not at the root scope",
    };
}

/// <summary>Microsoft Graph directoryRole with <c>members</c> where they were expanded; Global Administrator is judged.</summary>
/// <remarks>Source: Microsoft Graph v1.0, directoryRole resource type; "Microsoft Entra built-in roles".</remarks>
public sealed class DirectoryRoleReader : FactReader
{
    private const string GlobalAdministrator = "62e90394-69f5-4237-9190-012177145e10";

    /// <summary>How many there may be. "Best practices for Microsoft Entra roles" (Microsoft Learn) recommends fewer.</summary>
    private const int Most = 5;

    public override string NativeType => GraphTypes.DirectoryRole;

    public override IReadOnlyList<FactsKind> Gives => [FactsKind.TopAccess];

    public override void Read(Resource resource, FactContext context, ICollection<SubjectFacts> facts)
    {
        const string Path = "members";
        var members = resource.Document[Path];
        var count = members.Items.Count;
        facts.Add(new TopAccessFacts(resource.Ref)
        {
            Armed = !members.IsArray || count <= Most && resource.Document["members@odata.nextLink"].NonEmpty is not null
                ? Fact.Unknown(Path, "not all members are in the answer: expand members")
                : new Fact(count > Most, Path, $"{count} Global Administrators (at most {Most})"),
            OutOfReach = resource.Document["roleTemplateId"].Is(GlobalAdministrator) ? null : "another role than Global Administrator",
        });
    }
}
