using System.Collections.Immutable;
using ServerlessGuard.Facts.Trust;
using ServerlessGuard.Policies;
using ServerlessGuard.Resources;

namespace ServerlessGuard.Facts.Aws;

/// <summary>What a role that Cognito may hand out reaches of objects and models. Other roles are not looked at.</summary>
public sealed record GuestRoleFacts(ResourceRef Subject, string Arn, Fact Reach) : NeighbourFacts(Subject), INeighbour
{
    public static Source Source { get; } = new AwsSource("AWS::IAM::Role") { By = ConfigColumn.Arn, In = ConfigPlace.Home };

    public required ImmutableArray<string> CustomerPolicies { get; init; }

    public override IEnumerable<string> JoinKeys => [Arn];

    public static GuestRoleFacts? Read(Resource role, string arn, Policy? trust)
    {
        if (trust?.Statements.Any(statement => statement.Principals.Any(IsCognito)) is not true)
        {
            return null;
        }

        const string Path = "configuration.attachedManagedPolicies";
        var attached = IamPrincipal.AttachedArns(role).ToList();
        return new GuestRoleFacts(role.Ref, arn,
            InlinePolicies.Any(role.Configuration["rolePolicyList"], "configuration.rolePolicyList", DataReach.In)
                | attached.Where(PolicyPower.IsAwsManaged).Aggregate(
                    Fact.False(Path, "no such policy"), (sofar, policy) => sofar | ManagedPolicies.ReachesData(policy, Path)))
        {
            CustomerPolicies = [.. attached.Where(policy => !PolicyPower.IsAwsManaged(policy))],
        };
    }

    public Fact ReachWith(Neighbours neighbours) =>
        CustomerPolicies.Aggregate(Reach, (sofar, policy) => sofar | (neighbours.One<ManagedPolicyFacts>(policy)?.ReachesData ?? sofar))
            is { Value: true } reach ? reach with { Path = $"{Arn}: {reach.Path}" } : Reach;

    private static bool IsCognito(Principal principal) => principal.IsFederated
        && principal.Value.Equals(TokenIssuer.Cognito, StringComparison.OrdinalIgnoreCase);
}
