using System.Collections.Immutable;
using ServerlessGuard.Resources;
using ServerlessGuard.Verdicts;

namespace ServerlessGuard.Facts.Azure;

/// <summary>A function app's identities, waiting for their role assignments.</summary>
public sealed record SitePrivilegeJoin(ResourceRef Subject) : JoinedFacts(Subject)
{
    public override FactsKind Kind => FactsKind.WorkloadPrivilege;

    public ImmutableArray<string> Principals { get; init; } = [];

    /// <summary>User-assigned identities whose principal the site does not name.</summary>
    public ImmutableArray<string> Identities { get; init; } = [];

    /// <summary>The site has an identity of its own, but the answer does not say which.</summary>
    public bool Unnamed { get; init; }

    public static SitePrivilegeJoin Read(Resource resource)
    {
        var identity = resource.Document["identity"];
        var assigned = identity["userAssignedIdentities"].Properties().ToList();
        return new SitePrivilegeJoin(resource.Ref)
        {
            Principals =
            [
                .. new[] { identity["principalId"].NonEmpty }.Concat(assigned.Select(one => one.Value["principalId"].NonEmpty))
                    .OfType<string>().Select(id => id.ToLowerInvariant()),
            ],
            Unnamed = identity["type"].Text?.Contains("SystemAssigned", StringComparison.OrdinalIgnoreCase) == true
                && identity["principalId"].NonEmpty is null,
            Identities = [.. assigned.Where(one => one.Value["principalId"].NonEmpty is null).Select(one => ArmId.Key(one.Name))],
        };
    }

    public override SubjectFacts Complete(Neighbours neighbours)
    {
        var administrator = Unnamed
            ? Fact.Unknown("identity.principalId", "not in the answer")
            : Fact.False("identity", Principals.Length + Identities.Length == 0 ? "the app has no identity" : "no administrator role");
        var smaller = new List<SubFinding>();
        foreach (var identity in Identities)
        {
            administrator |= neighbours.One<ManagedIdentityFacts>(identity) is { } known
                ? Of(known.Principal, neighbours, smaller)
                : Fact.Unknown("Microsoft.ManagedIdentity/userAssignedIdentities " + identity,
                    "a user-assigned identity of the app is not in the scan");
        }

        foreach (var principal in Principals)
        {
            administrator |= Of(principal, neighbours, smaller);
        }

        return new WorkloadPrivilegeFacts(Subject)
            { Administrator = administrator, SubFindings = [.. smaller.Take(1)], OutOfReach = OutOfReach };
    }

    private Fact Of(string principal, Neighbours neighbours, List<SubFinding> smaller)
    {
        var assignments = neighbours.Of<RoleAssignmentFacts>(principal).ToList();
        if (assignments.Count == 0)
        {
            // A list of the subscription's assignments that does not name the principal says that it has none.
            return neighbours.Has<RoleAssignmentFacts>(RoleAssignmentFacts.SubscriptionKey(Subject.Account))
                || neighbours.Has<ListedChildren>(
                    ListedChildren.KeyOf(ArmId.Key("/subscriptions/" + Subject.Account), "Microsoft.Authorization/roleAssignments"))
                ? Fact.False("identity", "no role assignment")
                : Fact.Unknown("Microsoft.Authorization/roleAssignments", $"no role assignments of principal {principal} are in the scan");
        }

        var administrator = Fact.False("identity", "no administrator role");
        foreach (var assignment in assignments)
        {
            var grants = Grants(assignment, neighbours);
            var confined = assignment.IsConditional && !BuiltInRoles.IgnoresConditions(assignment.RoleDefinitionId);
            if (assignment.IsBroad && !confined)
            {
                administrator |= grants.Value is true ? Fact.True(assignment.Subject.Id, $"{grants.Shown} at {assignment.Scope}") : grants;
            }
            else if (grants.Value is true && (assignment.IsBroad || assignment.IsResourceGroup))
            {
                var key = assignment.IsBroad ? "conditional" : "resource-group";
                var title = assignment.IsBroad
                    ? "The app's identity is administrator under a condition."
                    : "The app's identity is administrator of a resource group.";
                smaller.Add(new SubFinding(key, Severity.High, title,
                    new Evidence(assignment.Subject.Id, $"{grants.Shown} at {assignment.Scope}")));
            }
        }

        return administrator;
    }

    private static Fact Grants(RoleAssignmentFacts assignment, Neighbours neighbours)
    {
        var role = assignment.RoleDefinitionId;
        if (BuiltInRoles.Administrator(role) is { } name)
        {
            return Fact.True(assignment.Subject.Id, name);
        }

        return neighbours.One<RoleDefinitionFacts>(BuiltInRoles.Guid(role), role) is { } definition
            ? definition.ChangesAccess
            : BuiltInRoles.IsKnownLimited(role)
                ? Fact.False(assignment.Subject.Id, "a limited built-in role")
                : Fact.Unknown("Microsoft.Authorization/roleDefinitions " + BuiltInRoles.Guid(role),
                    "an assigned role's definition is not in the scan");
    }
}

/// <summary>A user-assigned identity's principal.</summary>
public sealed record ManagedIdentityFacts(ResourceRef Subject, string Principal) : NeighbourFacts(Subject), INeighbour
{
    public static Source Source { get; } = new AzureSource(AzureFind.Id)
        { NativeType = "Microsoft.ManagedIdentity/userAssignedIdentities" };

    public override IEnumerable<string> JoinKeys => [Subject.Key];
}

/// <summary><c>Microsoft.ManagedIdentity/userAssignedIdentities</c>: <c>principalId</c>.</summary>
public sealed class ManagedIdentityReader : FactReader
{
    public override string NativeType => "Microsoft.ManagedIdentity/userAssignedIdentities";

    public override IReadOnlyList<FactsKind> Gives => [];

    public override void Read(Resource resource, FactContext context, ICollection<SubjectFacts> facts)
    {
        if (resource.Configuration["principalId"].NonEmpty is { } principal)
        {
            facts.Add(new ManagedIdentityFacts(resource.Ref, principal.ToLowerInvariant()));
        }
    }
}
