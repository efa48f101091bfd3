using ServerlessGuard.Resources;

namespace ServerlessGuard.Facts.Azure;

/// <summary>
/// <c>Microsoft.Authorization/roleAssignments</c>: <c>principalId</c>, <c>principalType</c> (absent on old ones), <c>roleDefinitionId</c>,
/// <c>scope</c>,
/// <c>condition</c>.
/// </summary>
/// <remarks>Source: REST API specification of Microsoft.Authorization 2022-04-01.</remarks>
public sealed class RoleAssignmentReader : FactReader
{
    public override string NativeType => "Microsoft.Authorization/roleAssignments";

    public override IReadOnlyList<FactsKind> Gives =>
        [FactsKind.HumanAccess, FactsKind.PersonalGrant, FactsKind.TopAccess, FactsKind.ForeignTrust];

    public override void Read(Resource resource, FactContext context, ICollection<SubjectFacts> facts)
    {
        const string TypePath = "properties.principalType";
        var properties = resource.Configuration;
        var type = properties["principalType"];
        var role = properties["roleDefinitionId"].NonEmpty;
        var scope = properties["scope"].NonEmpty ?? ArmId.Parent(resource.Ref.Id) ?? "/";
        var assignment = properties["principalId"].NonEmpty is { } principal && role is not null
            ? new RoleAssignmentFacts(resource.Ref, principal.ToLowerInvariant(), role, scope)
                { IsConditional = properties["condition"].NonEmpty is not null }
            : null;
        if (assignment is not null)
        {
            facts.Add(assignment);
        }

        facts.Add(TopAccess.Of(resource.Ref, role, scope));
        facts.Add(PersonalAssignmentJoin.Read(resource.Ref, assignment, type.NonEmpty));

        facts.Add(new ForeignTrustFacts(resource.Ref)
        {
            OpenToForeigners = type.NonEmpty is null
                ? Fact.Unknown(TypePath, "not in the answer")
                : new Fact(type.Is("ForeignGroup"), TypePath, type.ToString()),
        });
        facts.Add(new PersonJoin(resource.Ref)
        {
            Principal = properties["principalId"].NonEmpty?.ToLowerInvariant(),
            PrincipalType = type.NonEmpty,
            Administrator = role is not null && BuiltInRoles.Administrator(role) is not null,
        });
    }
}

/// <summary>An assignment as its principal and its subscription are joined with it.</summary>
public sealed record RoleAssignmentFacts(ResourceRef Subject, string Principal, string RoleDefinitionId,
    string Scope) : NeighbourFacts(Subject), INeighbour
{
    public static Source Source { get; } = new AzureSource(AzureFind.Assignments)
        { NativeType = "Microsoft.Authorization/roleAssignments" };

    public bool IsConditional { get; init; }

    /// <summary>Subscription, management group or root: everything below is reached.</summary>
    public bool IsBroad => ArmId.Normal(Scope) is "/" || Scope is "/" || ArmId.Type(Scope) is "Microsoft.Resources/subscriptions"
        || Scope.Contains("/providers/Microsoft.Management/managementGroups/", StringComparison.OrdinalIgnoreCase);

    public bool IsResourceGroup => ArmId.Type(Scope) is "Microsoft.Resources/resourceGroups";

    public override IEnumerable<string> JoinKeys =>
        ArmId.Subscription(Subject.Id) is { } subscription ? [Principal, SubscriptionKey(subscription)] : [Principal];

    public static string SubscriptionKey(string? subscription) => "subscription " + subscription;
}

/// <summary>
/// <c>Microsoft.Authorization/roleDefinitions</c>. Built-in roles are Microsoft's; of a custom role each permission object stands alone.
/// </summary>
/// <remarks>Source: REST API specification of Microsoft.Authorization 2022-04-01.</remarks>
public sealed class RoleDefinitionReader : FactReader
{
    public override string NativeType => "Microsoft.Authorization/roleDefinitions";

    public override IReadOnlyList<FactsKind> Gives => [FactsKind.Grant];

    public override void Read(Resource resource, FactContext context, ICollection<SubjectFacts> facts)
    {
        var properties = resource.Configuration;
        var type = properties["type"].Exists ? properties["type"] : properties["roleType"];
        var permissions = properties["permissions"].Items.All().ToList();
        var observed = properties["permissions"].IsArray;

        facts.Add(new RoleDefinitionFacts(resource.Ref, BuiltInRoles.Guid(resource.Ref.Id), observed
            ? new Fact(permissions.Exists(RolePermission.ChangesAccess), resource.Ref.Name ?? resource.Ref.Id, "permissions")
            : Fact.Unknown("properties.permissions", "not in the answer"))
        {
            Writes = observed
                ? new Fact(permissions.Exists(RolePermission.Writes), resource.Ref.Name ?? resource.Ref.Id, "permissions")
                : Fact.Unknown("properties.permissions", "not in the answer"),
        });
        var scopes = properties["assignableScopes"].Items.All().Select(scope => scope.Text).OfType<string>().ToList();
        var everything = permissions.Exists(RolePermission.EveryAction) && (scopes.Count == 0 || scopes.Exists(IsBroad)) ? "actions: *"
            : permissions.Exists(RolePermission.EveryDataAction) ? "dataActions: *" : null;
        facts.Add(new GrantFacts(resource.Ref)
        {
            GrantsEverything = !observed
                ? Fact.Unknown("properties.permissions", "not in the answer")
                : everything is null
                    ? Fact.False("properties.permissions", "no permission for everything")
                    : Fact.True("properties.permissions", everything),
            OutOfReach = type.Is("BuiltInRole") ? "a built-in role: Microsoft owns it" : null,
        });
    }

    /// <summary>Assignable at a subscription, a management group or the root.</summary>
    private static bool IsBroad(string scope) => ArmId.Type(scope) is null or "Microsoft.Resources/subscriptions"
        || scope.Contains("managementGroups", StringComparison.OrdinalIgnoreCase);
}

/// <summary>A role definition as assignments are joined with it.</summary>
public sealed record RoleDefinitionFacts(ResourceRef Subject, string Guid, Fact ChangesAccess) : NeighbourFacts(Subject), INeighbour
{
    public static Source Source { get; } = new AzureSource(AzureFind.Id) { NativeType = "Microsoft.Authorization/roleDefinitions" };

    /// <summary>It changes or deletes something, not only reads.</summary>
    public required Fact Writes { get; init; }

    public override IEnumerable<string> JoinKeys => [Guid];
}
