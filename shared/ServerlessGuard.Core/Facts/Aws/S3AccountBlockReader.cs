using ServerlessGuard.Resources;

namespace ServerlessGuard.Facts.Aws;

/// <summary>
/// <c>AWS::S3::AccountPublicAccessBlock</c>: four flags. A flag that the item lacks is off; a deleted item means that the account has no
/// block.
/// </summary>
/// <remarks>Source: aws-config-resource-schema, AWS::S3::AccountPublicAccessBlock; S3 PutPublicAccessBlock, "not specified" is
/// FALSE.</remarks>
public sealed class S3AccountBlockReader : FactReader
{
    private const string Default = "FALSE when not specified";

    public override string NativeType => "AWS::S3::AccountPublicAccessBlock";

    public override IReadOnlyList<FactsKind> Gives => [FactsKind.AccessBoundary];

    public override bool ReadsDeleted => true;

    public override void Read(Resource resource, FactContext context, ICollection<SubjectFacts> facts)
    {
        var subject = ResourceRef.AwsAccount(resource.Ref.Id);
        if (resource.Status is ResourceStatus.Deleted)
        {
            var gone = Fact.False("configurationItemStatus", "ResourceDeleted");
            facts.Add(new AccountBlockFacts(subject, gone, gone));
            facts.Add(new AccessBoundaryFacts(subject) { Blocked = gone });
            return;
        }

        if (!resource.IsObserved)
        {
            var elsewhere = Fact.Unknown(AccountBlockFacts.Path(resource.Ref.Id), "not recorded");
            facts.Add(new AccountBlockFacts(subject, elsewhere, elsewhere));
            facts.Add(new AccessBoundaryFacts(subject) { Blocked = Fact.Unknown("configuration", "not in the item") });
            return;
        }

        Fact Flag(string name) => Fact.Of(resource.Configuration[name], "configuration." + name, whenAbsent: false, Default);
        facts.Add(new AccountBlockFacts(subject, Flag("ignorePublicAcls"), Flag("restrictPublicBuckets")));
        facts.Add(new AccessBoundaryFacts(subject)
        {
            Blocked = Flag("blockPublicAcls") & Flag("ignorePublicAcls") & Flag("blockPublicPolicy") & Flag("restrictPublicBuckets"),
        });
    }
}
