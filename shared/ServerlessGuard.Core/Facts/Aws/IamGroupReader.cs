using ServerlessGuard.Resources;

namespace ServerlessGuard.Facts.Aws;

/// <summary><c>AWS::IAM::Group</c>: <c>attachedManagedPolicies</c>, and <c>groupPolicyList</c>, whose documents some items lack.</summary>
public sealed class IamGroupReader : FactReader
{
    public override string NativeType => "AWS::IAM::Group";

    public override IReadOnlyList<FactsKind> Gives => [FactsKind.Grant];

    public override void Read(Resource resource, FactContext context, ICollection<SubjectFacts> facts) =>
        facts.Add(IamPrincipal.Grant(resource, "groupPolicyList"));
}
