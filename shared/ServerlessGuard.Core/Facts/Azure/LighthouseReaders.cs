using System.Collections.Immutable;
using ServerlessGuard.Documents;
using ServerlessGuard.Resources;

namespace ServerlessGuard.Facts.Azure;

/// <summary>
/// <c>Microsoft.ManagedServices/registrationAssignments</c> (Azure Lighthouse). The definition says which tenant and which roles; an
/// expanded answer carries it, otherwise it is joined.
/// </summary>
/// <remarks>Source: REST API specification of Microsoft.ManagedServices 2022-10-01.</remarks>
public sealed class RegistrationAssignmentReader : FactReader
{
    public override string NativeType => "Microsoft.ManagedServices/registrationAssignments";

    public override IReadOnlyList<FactsKind> Gives => [FactsKind.ForeignTrust];

    public override void Read(Resource resource, FactContext context, ICollection<SubjectFacts> facts)
    {
        var embedded = resource.Configuration["registrationDefinition", "properties"];
        facts.Add(new DelegationJoin(resource.Ref)
        {
            DefinitionId = resource.Configuration["registrationDefinitionId"].NonEmpty,
            Embedded = embedded.Exists ? Delegation.Read(embedded) : null,
        });
    }
}

/// <summary><c>Microsoft.ManagedServices/registrationDefinitions</c>.</summary>
public sealed class RegistrationDefinitionReader : FactReader
{
    public override string NativeType => "Microsoft.ManagedServices/registrationDefinitions";

    public override IReadOnlyList<FactsKind> Gives => [];

    public override IReadOnlyList<AzureRoute> Routes => [new AzureRoute.Through("Microsoft.ManagedServices/registrationAssignments")];

    public override void Read(Resource resource, FactContext context, ICollection<SubjectFacts> facts)
    {
        if (resource.IsObserved)
        {
            facts.Add(new RegistrationDefinitionFacts(resource.Ref, Delegation.Read(resource.Configuration)));
        }
    }
}

public sealed record RegistrationDefinitionFacts(ResourceRef Subject, Delegation Delegation) : NeighbourFacts(Subject), INeighbour
{
    public static Source Source { get; } = new AzureSource(AzureFind.Id)
        { NativeType = "Microsoft.ManagedServices/registrationDefinitions" };

    public override IEnumerable<string> JoinKeys => [Subject.Key];
}

/// <param name="Roles">Of the standing and of the eligible authorizations.</param>
public sealed record Delegation(string? Tenant, ImmutableArray<string> Roles)
{
    public static Delegation Read(Doc definition) => new(
        definition["managedByTenantId"].NonEmpty,
        [
            .. definition["authorizations"].Items.All().Concat(definition["eligibleAuthorizations"].Items.All())
                .Select(authorization => authorization["roleDefinitionId"].Text).OfType<string>(),
        ]);
}

/// <summary>A delegation, waiting for its definition.</summary>
public sealed record DelegationJoin(ResourceRef Subject) : JoinedFacts(Subject)
{
    public override FactsKind Kind => FactsKind.ForeignTrust;

    public required string? DefinitionId { get; init; }
    public required Delegation? Embedded { get; init; }

    private string? DefinitionKey => DefinitionId is { } id ? ArmId.Key(id) : null;

    public override SubjectFacts Complete(Neighbours neighbours)
    {
        var delegation = Embedded ?? neighbours.One<RegistrationDefinitionFacts>(DefinitionKey, DefinitionId)?.Delegation;
        return new ForeignTrustFacts(Subject)
        {
            OpenToForeigners = Judge(delegation, neighbours.Context),
            Known = delegation?.Tenant is { } tenant && neighbours.Context.Settings.ApprovedTenants.Contains(tenant),
        };
    }

    private Fact Judge(Delegation? delegation, FactContext context)
    {
        if (delegation is null)
        {
            return Fact.Unknown("Microsoft.ManagedServices/registrationDefinitions " + DefinitionKey,
                "the delegation's definition is not in the scan");
        }

        if (delegation.Roles.FirstOrDefault(BuiltInRoles.IsTooMuchForATenant) is { } role)
        {
            return Fact.True("registrationDefinition.properties.authorizations[].roleDefinitionId",
                BuiltInRoles.Administrator(role) ?? role);
        }

        const string Path = "registrationDefinition.properties.managedByTenantId";
        return delegation.Tenant is { } tenant
            ? new Fact(!context.Settings.ApprovedTenants.Contains(tenant), Path, DocText.Shown(tenant))
            : Fact.Unknown(Path, "not in the definition");
    }
}
