using ServerlessGuard.Ingestion;
using ServerlessGuard.Resources;

namespace ServerlessGuard.Facts.Aws;

/// <summary>
/// <c>AWS::Cognito::IdentityPool</c>: <c>AllowUnauthenticatedIdentities</c>, <c>Id</c>. The item does not name the roles.
/// </summary>
/// <remarks>Source: aws-config-resource-schema, AWS::Cognito::IdentityPool.</remarks>
public sealed class IdentityPoolReader : FactReader
{
    public override string NativeType => "AWS::Cognito::IdentityPool";

    public override IReadOnlyList<FactsKind> Gives => [FactsKind.GuestAccess];

    public override void Read(Resource resource, FactContext context, ICollection<SubjectFacts> facts)
    {
        const string Path = "AllowUnauthenticatedIdentities";
        facts.Add(new IdentityPoolJoin(resource.Ref, Fact.Of(resource.Configuration[Path], "configuration." + Path))
        {
            Pool = resource.Configuration["Id"].NonEmpty ?? resource.Document["resourceId"].NonEmpty ?? resource.Ref.Name,
        });
    }
}

/// <summary>
/// A pool that serves guests, waiting for their role. What it reaches only raises the severity: what is missing stays quiet.
/// </summary>
public sealed record IdentityPoolJoin(ResourceRef Subject, Fact ServesGuests) : JoinedFacts(Subject)
{
    public override FactsKind Kind => FactsKind.GuestAccess;

    public override bool NeedsNobody => ServesGuests.Value is not true;

    public string? Pool { get; init; }

    public override SubjectFacts Complete(Neighbours neighbours) => new GuestAccessFacts(Subject)
    {
        ServesGuests = ServesGuests,
        Reach = NeedsNobody ? null : neighbours.Of<IdentityPoolRolesFacts>(Pool)
            .SelectMany(roles => neighbours.Of<GuestRoleFacts>(roles.Guest)).Select(role => role.ReachWith(neighbours))
            .Where(reach => reach.Value is true).Select(reach => (Fact?)reach).FirstOrDefault(),
    };
}

/// <summary>Which role a pool gives to guests; null: none.</summary>
public sealed record IdentityPoolRolesFacts(ResourceRef Subject, string Pool, string? Guest) : NeighbourFacts(Subject), INeighbour
{
    public static Source Source { get; } = new AwsSource(AwsAnswerTypes.IdentityPoolRoles) { Live = LiveRead.IdentityPoolRoles };

    public override IEnumerable<string> JoinKeys => [Pool];
}

/// <summary>The answer of GetIdentityPoolRoles.</summary>
public sealed class IdentityPoolRolesReader : FactReader
{
    public override string NativeType => AwsAnswerTypes.IdentityPoolRoles;

    public override IReadOnlyList<FactsKind> Gives => [];

    public override void Read(Resource resource, FactContext context, ICollection<SubjectFacts> facts)
    {
        if (resource.Configuration["IdentityPoolId"].NonEmpty is { } pool)
        {
            facts.Add(new IdentityPoolRolesFacts(resource.Ref, pool, resource.Configuration["Roles", "unauthenticated"].NonEmpty));
        }
    }
}
