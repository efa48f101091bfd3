using ServerlessGuard.Documents;
using ServerlessGuard.Resources;

namespace ServerlessGuard.Facts.Azure;

/// <summary>
/// A role assignment, waiting for whether its role writes and whether it is for a limited time: an activation of PIM is an assignment too.
/// </summary>
public sealed record PersonalAssignmentJoin(ResourceRef Subject, RoleAssignmentFacts? Assignment) : JoinedFacts(Subject)
{
    private const string TypePath = "properties.principalType";

    public override FactsKind Kind => FactsKind.PersonalGrant;

    public override bool NeedsNobody =>
        OutOfReach is not null || Assignment is null || PrincipalType is "group" || Assignment.IsBroad is false;

    /// <summary>In lower case; null: not in the answer.</summary>
    public required string? PrincipalType { get; init; }

    /// <param name="type">As the answer has it; null where it has none.</param>
    public static PersonalAssignmentJoin Read(ResourceRef subject, RoleAssignmentFacts? assignment, string? type) =>
        new(subject, assignment)
    {
        PrincipalType = type?.ToLowerInvariant(),
        OutOfReach = type?.ToLowerInvariant() is null or "user" or "group" ? null : "not held by a person",
    };

    public override SubjectFacts Complete(Neighbours neighbours) => new PersonalGrantFacts(Subject)
    {
        Direct = Assignment is null
            ? Fact.Unknown("properties", "principalId or roleDefinitionId is not in the answer")
            : Broad(Assignment) & Person(Assignment, neighbours) & Writes(Assignment, neighbours) & Lasts(Assignment, neighbours),
        IsBroad = true,
        OutOfReach = OutOfReach,
    };

    private static Fact Broad(RoleAssignmentFacts assignment) =>
        new(assignment.IsBroad, "properties.scope", DocText.Shown(assignment.Scope));

    private Fact Person(RoleAssignmentFacts assignment, Neighbours neighbours) => PrincipalType switch
    {
        "user" => Fact.True(TypePath, "User"),
        not null => Fact.False(TypePath, PrincipalType),
        null when neighbours.Has<GraphUserFacts>(assignment.Principal) => Fact.True("Graph user", assignment.Principal),
        null when neighbours.Has<GraphGroupFacts>(assignment.Principal) => Fact.False("Graph group", assignment.Principal),
        null => Fact.Unknown(TypePath, "not in the answer, and the principal is not among the Graph objects of the scan"),
    };

    private static Fact Writes(RoleAssignmentFacts assignment, Neighbours neighbours)
    {
        var role = assignment.RoleDefinitionId;
        return BuiltInRoles.Writes(role) is { } writes
            ? new Fact(writes, "properties.roleDefinitionId", BuiltInRoles.Administrator(role) ?? BuiltInRoles.Guid(role))
            : neighbours.One<RoleDefinitionFacts>(BuiltInRoles.Guid(role), role)?.Writes
                ?? Fact.Unknown("Microsoft.Authorization/roleDefinitions " + BuiltInRoles.Guid(role),
                    "the assigned role's definition is not in the scan");
    }

    private Fact Lasts(RoleAssignmentFacts assignment, Neighbours neighbours)
    {
        var scope = ArmId.Key(assignment.Scope);
        if (neighbours.Of<RoleScheduleFacts>(Subject.Key, string.Empty).Any(schedule => schedule.IsForLimitedTime))
        {
            return Fact.False(RoleScheduleReader.Type, "for a limited time");
        }

        var listed = neighbours.Has<RoleScheduleFacts>(scope, ArmId.Normal(assignment.Scope))
            || neighbours.Has<ListedChildren>(ListedChildren.KeyOf(scope, RoleScheduleReader.Type));
        return listed
            ? Fact.True("properties.scope", $"at {DocText.Shown(assignment.Scope)}, for ever")
            : Fact.Unknown(RoleScheduleReader.Type, "whether the assignment is a temporary activation is not in the scan");
    }
}
