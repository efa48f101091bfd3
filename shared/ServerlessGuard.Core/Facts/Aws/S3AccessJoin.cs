using ServerlessGuard.Resources;
using ServerlessGuard.Verdicts;

namespace ServerlessGuard.Facts.Aws;

/// <summary>A bucket's public grants and its own block, waiting for the account's block.</summary>
public sealed record S3AccessJoin(ResourceRef Subject) : JoinedFacts(Subject)
{
    public override FactsKind Kind => FactsKind.ObjectStore;

    public required Fact AclReads { get; init; }
    public required Fact AclWrites { get; init; }
    public required Fact PolicyReads { get; init; }
    public required Fact PolicyWrites { get; init; }
    public required Fact IgnorePublicAcls { get; init; }
    public required Fact RestrictPublicBuckets { get; init; }

    /// <summary>
    /// Without any grant there is nothing to block, and where both blocks of the bucket itself are on, the account's change nothing.
    /// </summary>
    public override bool NeedsNobody =>
        (AclReads | AclWrites | PolicyReads | PolicyWrites).Value is false || (IgnorePublicAcls & RestrictPublicBuckets).Value is true;

    public override SubjectFacts Complete(Neighbours neighbours)
    {
        // A flag works when either layer has it; flag by flag, so that two half blocks make a whole one.
        var account = AccountBlockFacts.Of(Subject.Account, neighbours);
        var aclsIgnored = IgnorePublicAcls | account.IgnorePublicAcls;
        var policyRestricted = RestrictPublicBuckets | account.RestrictPublicBuckets;
        var read = Public(AclReads, aclsIgnored) | Public(PolicyReads, policyRestricted);
        var write = Public(AclWrites, aclsIgnored) | Public(PolicyWrites, policyRestricted);
        return new ObjectStoreFacts(Subject)
        {
            ReadableByAnyone = read,
            WritableByAnyone = write,
            LatentRead = read.Value is false ? Latent(AclReads | PolicyReads) : null,
            LatentWrite = write.Value is false ? Latent(AclWrites | PolicyWrites) : null,
        };
    }

    /// <summary>Granted and not blocked, with the grant as the evidence of a yes and what is missing as that of an unknown.</summary>
    private static Fact Public(Fact granted, Fact blocked) => (granted.Value, blocked.Value) switch
    {
        (true, false) when blocked.Shown.StartsWith("no account block", StringComparison.Ordinal) => granted with
            { Shown = $"{granted.Shown}; {blocked.Shown}" },
        (true, false) => granted,
        (true, true) => Fact.False(blocked.Path, blocked.Shown),
        (true, null) => Fact.Unknown(blocked.Path, blocked.Shown),
        (false, _) => granted,
        (null, true) => Fact.False(blocked.Path, blocked.Shown),
        (null, _) => granted,
    };

    private static Evidence? Latent(Fact granted) => granted.Value is true ? granted.Evidence : null;
}
