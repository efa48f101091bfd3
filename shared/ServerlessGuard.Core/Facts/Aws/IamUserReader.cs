using ServerlessGuard.Resources;

namespace ServerlessGuard.Facts.Aws;

/// <summary>
/// <c>AWS::IAM::User</c>. The item shows neither console password nor keys nor service-specific credentials; those are joined from the credential report
/// or from IAM's answers, and are never guessed from groups, names or policies.
/// </summary>
/// <remarks>Source: aws-config-resource-schema, AWS::IAM::User.</remarks>
public sealed class IamUserReader : FactReader
{
    public override string NativeType => "AWS::IAM::User";

    public override IReadOnlyList<FactsKind> Gives => [FactsKind.Grant, FactsKind.HumanAccess, FactsKind.StaticCredential, FactsKind.ModelKey];

    public override void Read(Resource resource, FactContext context, ICollection<SubjectFacts> facts)
    {
        facts.Add(IamPrincipal.Grant(resource, "userPolicyList"));
        var name = resource.Configuration["userName"].NonEmpty ?? resource.Document["resourceName"].NonEmpty;
        var administrator = IamPrincipal.Administrator(resource, "userPolicyList").Value is true;
        foreach (var kind in (ReadOnlySpan<FactsKind>)[FactsKind.HumanAccess, FactsKind.StaticCredential, FactsKind.ModelKey])
        {
            facts.Add(new UserJoin(resource.Ref, kind)
            {
                FromItem = true,
                UserName = name,
                Arn = resource.Configuration["arn"].NonEmpty ?? resource.Ref.Id,
                Administrator = administrator,
            });
        }

        facts.Add(new UserItemFacts(resource.Ref, resource.Configuration["arn"].NonEmpty ?? resource.Ref.Id));
    }
}

/// <summary>The user has a configuration item in the scan, so a credential row need not speak for it.</summary>
public sealed record UserItemFacts(ResourceRef Subject, string Arn) : NeighbourFacts(Subject)
{
    public override IEnumerable<string> JoinKeys => [Arn];
}
