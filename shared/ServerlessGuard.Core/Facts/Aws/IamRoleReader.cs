using System.Collections.Immutable;
using ServerlessGuard.Facts.Trust;
using ServerlessGuard.Policies;
using ServerlessGuard.Resources;

namespace ServerlessGuard.Facts.Aws;

/// <summary>
/// <c>AWS::IAM::Role</c>: <c>assumeRolePolicyDocument</c> (percent-encoded JSON in real items), <c>rolePolicyList</c>,
/// <c>attachedManagedPolicies</c>,
/// <c>permissionsBoundary</c>.
/// </summary>
/// <remarks>Source: aws-config-resource-schema, AWS::IAM::Role; recorded items.</remarks>
public sealed class IamRoleReader : FactReader
{
    /// <summary>
    /// The one role that AWS makes in every account: through it, the account itself is judged, of which AWS Config has no item.
    /// </summary>
    private const string InEveryAccount = "/AWSServiceRoleForSupport";

    public override string NativeType => "AWS::IAM::Role";

    public override IReadOnlyList<FactsKind> Gives => [FactsKind.FederatedTrust, FactsKind.ForeignTrust, FactsKind.Grant];

    public override void Read(Resource resource, FactContext context, ICollection<SubjectFacts> facts)
    {
        var configuration = resource.Configuration;
        var arn = configuration["arn"].NonEmpty ?? resource.Ref.Id;
        var outOfReach = arn.Contains(":role/aws-service-role/", StringComparison.Ordinal)
            || configuration["path"].Text?.StartsWith("/aws-service-role/", StringComparison.Ordinal) == true
            ? "a service-linked role: AWS owns it"
            : null;
        var trust = Policy.Read(configuration["assumeRolePolicyDocument"]);

        var role = new RoleFacts(resource.Ref)
        {
            Arn = arn == resource.Ref.Id ? resource.Ref.Id : arn,
            Administrator = IamPrincipal.Administrator(resource, "rolePolicyList"),
            CustomerPolicies = [.. IamPrincipal.AttachedArns(resource).Where(policy => !PolicyPower.IsAwsManaged(policy))],
            Boundary = configuration["permissionsBoundary", "permissionsBoundaryArn"].NonEmpty,
        };
        facts.Add(role);
        facts.Add(RoleTrustFacts.Read(role, trust));
        if (arn.EndsWith(InEveryAccount, StringComparison.Ordinal) && outOfReach is not null && resource.Ref.Account is not null)
        {
            facts.Add(AccountRootJoin.Of(resource.Ref));
        }

        if (GuestRoleFacts.Read(resource, arn, trust) is { } guests)
        {
            facts.Add(guests);
        }

        facts.Add(IamPrincipal.Grant(resource, "rolePolicyList") with { OutOfReach = outOfReach });
        facts.Add(new FederatedTrustJoin(resource.Ref, Federated(trust)) { Observed = trust is not null, OutOfReach = outOfReach });
        facts.Add(ForeignTrust.Read(resource, trust, context.Settings) with
        {
            OutOfReach = outOfReach
                ?? (arn.Contains("/AWSReservedSSO_", StringComparison.Ordinal) ? "a role of IAM Identity Center: its trust cannot be edited"
                    : null),
        });
    }

    private static ImmutableArray<Statement> Federated(Policy? trust) => trust is null
        ? []
        : [.. trust.Statements.Where(statement => statement.Allows
            && (statement.Touches("sts:AssumeRoleWithWebIdentity") || statement.Touches("sts:AssumeRoleWithSAML"))
            && (statement.IsForEveryone || statement.Principals.Any(principal => principal.IsFederated)))];
}
