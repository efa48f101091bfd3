using ServerlessGuard.Resources;

namespace ServerlessGuard.Facts.Azure;

/// <summary>
/// An active assignment as Privileged Identity Management (PIM) sees it. It shows lasting assignments too: only one that was activated, or
/// that ends, is for a limited time.
/// </summary>
public sealed record RoleScheduleFacts(ResourceRef Subject, string? AssignmentKey, string ScopeKey) : NeighbourFacts(Subject), INeighbour
{
    public static Source Source { get; } = new AzureSource(AzureFind.List)
    {
        Path = "/providers/" + RoleScheduleReader.Type,
        NativeType = RoleScheduleReader.Type,
        Of = ["Microsoft.Resources/subscriptions"],
    };

    public required bool IsForLimitedTime { get; init; }

    public override IEnumerable<string> JoinKeys => AssignmentKey is { } assignment ? [assignment, ScopeKey] : [ScopeKey];
}

/// <summary>
/// <c>Microsoft.Authorization/roleAssignmentScheduleInstances</c>: <c>originRoleAssignmentId</c>, <c>assignmentType</c> (Activated,
/// Assigned), <c>endDateTime</c> (null: for ever), <c>scope</c>.
/// </summary>
/// <remarks>Source: REST API specification of Microsoft.Authorization 2020-10-01.</remarks>
public sealed class RoleScheduleReader : FactReader
{
    internal const string Type = "Microsoft.Authorization/roleAssignmentScheduleInstances";

    public override string NativeType => Type;

    public override IReadOnlyList<FactsKind> Gives => [];

    public override IReadOnlyList<AzureRoute> Routes => [new AzureRoute.PartOf("Microsoft.Resources/subscriptions")];

    public override void Read(Resource resource, FactContext context, ICollection<SubjectFacts> facts)
    {
        var properties = resource.Configuration;
        var scope = properties["scope"].NonEmpty ?? ArmId.Parent(resource.Ref.Id) ?? "/";
        facts.Add(new RoleScheduleFacts(
            resource.Ref, properties["originRoleAssignmentId"].NonEmpty is { } origin ? ArmId.Key(origin) : null, ArmId.Key(scope))
        {
            IsForLimitedTime = properties["assignmentType"].Is("Activated") || properties["endDateTime"].NonEmpty is not null,
        });
    }
}
