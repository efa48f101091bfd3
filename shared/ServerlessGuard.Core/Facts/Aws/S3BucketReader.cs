using ServerlessGuard.Documents;
using ServerlessGuard.Policies;
using ServerlessGuard.Resources;

namespace ServerlessGuard.Facts.Aws;

/// <summary>
/// <c>AWS::S3::Bucket</c>. What matters is in <c>supplementaryConfiguration</c>: AccessControlList, BucketPolicy.policyText,
/// PublicAccessBlockConfiguration (absent when never set), BucketVersioningConfiguration.status (Off, Enabled, Suspended: always written),
/// BucketLoggingConfiguration.destinationBucketName, BucketReplicationConfiguration.rules (absent when there are none).
/// </summary>
/// <remarks>Source: aws-config-resource-schema, AWS::S3::Bucket; recorded items of both dialects.</remarks>
public sealed class S3BucketReader : FactReader
{
    private const string PolicyPath = "supplementaryConfiguration.BucketPolicy.policyText";
    private static readonly string[] Reading = ["s3:Get*", "s3:List*"];
    private static readonly string[] Writing = ["s3:Put*", "s3:Delete*", "s3:Restore*", "s3:Abort*", "s3:Replicate*"];

    public override string NativeType => "AWS::S3::Bucket";

    public override IReadOnlyList<FactsKind> Gives =>
        [FactsKind.ObjectStore, FactsKind.Transport, FactsKind.Recovery, FactsKind.ObjectAccessLog, FactsKind.Replication];

    public override void Read(Resource resource, FactContext context, ICollection<SubjectFacts> facts)
    {
        var supplementary = resource.Supplementary;
        var policyText = supplementary["BucketPolicy", "policyText"];
        var policyObserved = supplementary["BucketPolicy"].Exists;
        var policy = policyObserved && !policyText.Exists ? Policy.Empty : Policy.Read(policyText);

        facts.Add(Access(resource, policy, policyObserved));
        facts.Add(BucketTransport.Read(resource, policy, policyObserved));
        facts.Add(new RecoveryFacts(resource.Ref) { Recoverable = Versioning(supplementary) });
        var logging = supplementary["BucketLoggingConfiguration"];
        facts.Add(new BucketLogJoin(resource.Ref, BucketName(resource), logging.Exists, logging["destinationBucketName"].NonEmpty));
        facts.Add(BucketReplicationJoin.Read(resource));
        facts.Add(new BucketFacts(resource.Ref, BucketName(resource)));
        if (logging["destinationBucketName"].NonEmpty is { } target)
        {
            facts.Add(new LogTargetFacts(resource.Ref, target));
        }

        if (resource.Ref.Account is { } account)
        {
            facts.Add(new AccountBoundaryJoin(ResourceRef.AwsAccount(account)));
        }
    }

    internal static string BucketName(Resource resource) =>
        resource.Configuration["name"].NonEmpty ?? resource.Document["resourceName"].NonEmpty ?? resource.Document["resourceId"].NonEmpty
        ?? resource.Ref.Id[(resource.Ref.Id.LastIndexOf(':') + 1)..];

    private static S3AccessJoin Access(Resource resource, Policy? policy, bool policyObserved)
    {
        var supplementary = resource.Supplementary;
        const string AclPath = "supplementaryConfiguration.AccessControlList";
        var acl = BucketAcl.PublicGrants(supplementary["AccessControlList"]);
        Fact Acl(string? grant) =>
            acl is null ? Fact.Unknown(AclPath, "not in the item")
                : grant is null ? Fact.False(AclPath, "no public grant") : Fact.True(AclPath, grant);

        Fact Granted(string[] actions)
        {
            if (policy is null)
            {
                return Fact.Unknown(PolicyPath, policyObserved ? "not a policy document" : "not in the item");
            }

            var exposed = Exposure.ToEveryone(policy, actions, ConfiningKeys.Resource);
            return exposed.IsEmpty ? Fact.False(PolicyPath, "no public grant") : Fact.True(PolicyPath, exposed[0].ToString());
        }

        var block = supplementary["PublicAccessBlockConfiguration"];
        return new S3AccessJoin(resource.Ref)
        {
            AclReads = Acl(acl?.Read),
            AclWrites = Acl(acl?.Write),
            PolicyReads = Granted(Reading),
            PolicyWrites = Granted(Writing),
            IgnorePublicAcls = Block(supplementary, block, "ignorePublicAcls"),
            RestrictPublicBuckets = Block(supplementary, block, "restrictPublicBuckets"),
        };
    }

    /// <summary>blockPublicAcls and blockPublicPolicy stop new grants only; these two neutralise what is already granted.</summary>
    private static Fact Block(Doc supplementary, Doc block, string name)
    {
        var path = "supplementaryConfiguration.PublicAccessBlockConfiguration." + name;
        return supplementary.Exists
            ? Fact.Of(block[name], path, whenAbsent: false, "never set on the bucket")
            : Fact.Unknown(path, "not in the item");
    }

    private static Fact Versioning(Doc supplementary)
    {
        const string Path = "supplementaryConfiguration.BucketVersioningConfiguration.status";
        return supplementary["BucketVersioningConfiguration", "status"].Text switch
        {
            null => Fact.Unknown(Path, "not in the item, though Config always writes it"),
            var status when status.Equals("Enabled", StringComparison.OrdinalIgnoreCase) => Fact.True(Path, status),
            var status => Fact.False(Path, DocText.Shown(status)),
        };
    }
}
