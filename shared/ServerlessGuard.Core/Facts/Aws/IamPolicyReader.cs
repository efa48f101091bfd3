using ServerlessGuard.Documents;
using ServerlessGuard.Policies;
using ServerlessGuard.Resources;
using ServerlessGuard.Verdicts;

namespace ServerlessGuard.Facts.Aws;

/// <summary>
/// <c>AWS::IAM::Policy</c>: only the version with <c>isDefaultVersion</c> counts; its <c>document</c> is percent-encoded.
/// </summary>
/// <remarks>Source: aws-config-resource-schema, AWS::IAM::Policy.</remarks>
public sealed class IamPolicyReader : FactReader
{
    public override string NativeType => "AWS::IAM::Policy";

    public override IReadOnlyList<FactsKind> Gives => [FactsKind.Grant];

    public override void Read(Resource resource, FactContext context, ICollection<SubjectFacts> facts)
    {
        const string Path = "configuration.policyVersionList[].document";
        var policy = Policy.Read(Default(resource.Configuration)["document"]);
        Fact Ask(Func<Policy, Statement?> ask) => policy is null
            ? Fact.Unknown(Path, "the default version's document is not in the item")
            : ask(policy) is { } statement ? Fact.True(Path, statement.Label) : Fact.False(Path, "no such statement");

        facts.Add(new ManagedPolicyFacts(resource.Ref, resource.Configuration["arn"].NonEmpty ?? resource.Ref.Id,
            Ask(PolicyPower.Administrator)) { ReachesData = Ask(DataReach.In) });
        facts.Add(new GrantFacts(resource.Ref)
        {
            GrantsEverything = Ask(PolicyPower.Everything),
            Lowered = resource.Configuration["attachmentCount"].Number == 0 ? Severity.Low : null,
            OutOfReach = resource.Configuration["attachmentCount"].Number == 0
                && resource.Configuration["permissionsBoundaryUsageCount"].Number > 0
                ? "a permissions boundary only: it grants nothing"
                : null,
        });
    }

    private static Doc Default(Doc configuration)
    {
        foreach (var version in configuration["policyVersionList"].Items)
        {
            if (version["isDefaultVersion"].Flag == true)
            {
                return version;
            }
        }

        return default;
    }
}
