using System.Collections.Immutable;
using ServerlessGuard.Resources;

namespace ServerlessGuard.Facts.Aws;

/// <summary>
/// <c>AWS::IAM::User</c>. The item shows neither console password nor keys nor service-specific credentials; those are joined from the
/// credential report or from IAM's answers, and are never guessed from groups, names or policies.
/// </summary>
/// <remarks>Source: aws-config-resource-schema, AWS::IAM::User.</remarks>
public sealed class IamUserReader : FactReader
{
    public override string NativeType => "AWS::IAM::User";

    public override IReadOnlyList<FactsKind> Gives =>
    [
        FactsKind.Grant, FactsKind.PersonalGrant, FactsKind.HumanAccess, FactsKind.SecondFactor, FactsKind.StaticCredential,
        FactsKind.ModelKey,
    ];

    public override bool ReadsDeleted => true;

    public override bool ReadsUnrecorded => true;

    public override void Read(Resource resource, FactContext context, ICollection<SubjectFacts> facts)
    {
        var name = resource.Configuration["userName"].NonEmpty ?? resource.Document["resourceName"].NonEmpty ?? resource.Ref.Name;
        facts.Add(new UserItemFacts(resource.Ref, resource.Configuration["arn"].NonEmpty ?? resource.Ref.Id, name));
        if (resource.Status is ResourceStatus.Deleted)
        {
            return;
        }

        facts.Add(IamPrincipal.Grant(resource, "userPolicyList"));
        var administrator = IamPrincipal.Administrator(resource, "userPolicyList").Value is true;
        facts.Add(PersonalPolicies.Of(resource, administrator));
        ImmutableArray<string> groups = [.. resource.Configuration["groupList"].Items.All().Select(group => group.Text).OfType<string>()];
        ImmutableArray<string> policies = [.. IamPrincipal.AttachedArns(resource).Where(policy => !PolicyPower.IsAwsManaged(policy))];
        foreach (var kind in (ReadOnlySpan<FactsKind>)
            [FactsKind.HumanAccess, FactsKind.SecondFactor, FactsKind.StaticCredential, FactsKind.ModelKey])
        {
            facts.Add(new UserJoin(resource.Ref, kind)
            {
                FromItem = true,
                UserName = name,
                Arn = resource.Configuration["arn"].NonEmpty ?? resource.Ref.Id,
                Administrator = administrator,
                Groups = groups,
                CustomerPolicies = policies,
            });
        }
    }
}

/// <summary>
/// The user has a configuration item in the scan, so a credential row need not speak for it; a deleted one too: a report may be older.
/// </summary>
public sealed record UserItemFacts(ResourceRef Subject, string Arn, string? UserName) : NeighbourFacts(Subject), INeighbour
{
    public static Source Source { get; } = new Source.Given("only an answer about a user asks for it, and a host judges no answers");

    public override IEnumerable<string> JoinKeys => UserName is null ? [Arn] : [Arn, UserName];
}
