using System.Collections.Immutable;
using ServerlessGuard.Resources;

namespace ServerlessGuard.Facts.Aws;

/// <summary><c>AWS::IAM::Group</c>: <c>attachedManagedPolicies</c>, and <c>groupPolicyList</c>, whose documents some items lack.</summary>
public sealed class IamGroupReader : FactReader
{
    public override string NativeType => "AWS::IAM::Group";

    public override IReadOnlyList<FactsKind> Gives => [FactsKind.Grant];

    public override void Read(Resource resource, FactContext context, ICollection<SubjectFacts> facts)
    {
        facts.Add(IamPrincipal.Grant(resource, "groupPolicyList"));
        if (resource.Configuration["groupName"].NonEmpty is { } name)
        {
            facts.Add(new GroupFacts(resource.Ref, name, IamPrincipal.Administrator(resource, "groupPolicyList").Value is true)
            {
                CustomerPolicies = [.. IamPrincipal.AttachedArns(resource).Where(policy => !PolicyPower.IsAwsManaged(policy))],
            });
        }
    }
}

/// <summary>A group's rights, as its members are joined with it: by name, within an account.</summary>
public sealed record GroupFacts(ResourceRef Subject, string Group, bool Administrator) : NeighbourFacts(Subject), INeighbour
{
    public static Source Source { get; } = new AwsSource("AWS::IAM::Group") { By = ConfigColumn.Name, In = ConfigPlace.Home };

    public ImmutableArray<string> CustomerPolicies { get; init; } = [];

    public override IEnumerable<string> JoinKeys => [Group];
}
