using System.Collections.Immutable;
using ServerlessGuard.Documents;
using ServerlessGuard.Resources;

namespace ServerlessGuard.Facts.Aws;

/// <summary>
/// A bucket's replication rules, waiting for the destination buckets whose account the rules do not name: the account is there only where
/// the copies change their owner.
/// </summary>
/// <param name="Observed">What is known before the rules: that there are none, or that the item does not carry them.</param>
public sealed record BucketReplicationJoin(ResourceRef Subject, Fact Observed, ImmutableArray<BucketReplicationRule> Rules)
    : JoinedFacts(Subject)
{
    private const string Path = "supplementaryConfiguration.BucketReplicationConfiguration";

    public override FactsKind Kind => FactsKind.Replication;

    public override bool NeedsNobody => Rules.All(rule => rule.Enabled is false || rule.Account is not null || rule.Bucket is null);

    /// <remarks>
    /// Source: aws-config-resource-schema, AWS::S3::Bucket; recorded items: the rules are a map by their ids, the destination's account is
    /// <c>Account</c> and its bucket <c>bucketARN</c>. A bucket without replication has no such part.
    /// </remarks>
    public static BucketReplicationJoin Read(Resource resource)
    {
        var replication = resource.Supplementary["BucketReplicationConfiguration"];
        var rules = replication["rules"].Decoded();
        var observed = (resource.Supplementary.Exists, replication.Exists, rules.IsObject) switch
        {
            (false, _, _) => Fact.Unknown(Path, "not in the item"),
            (_, false, _) => replication.IsPartial ? Fact.Unselected(Path) : Fact.False(Path, "(none)"),
            (_, _, true) => Fact.False(Path + ".rules", "no enabled rule copies to an account that is not ours"),
            _ => Fact.Unknown(Path + ".rules", "not a map of rules"),
        };
        return new BucketReplicationJoin(
            resource.Ref, observed, [.. rules.Properties().Select(rule => BucketReplicationRule.Read(rule.Name, rule.Value))]);
    }

    public override SubjectFacts Complete(Neighbours neighbours)
    {
        var disabled = Rules.Where(rule => rule.Enabled is false).Select(rule => rule.Id).ToList();
        var copied = Rules.Aggregate(Observed, (sofar, rule) => sofar | rule.CopiesAway(Path, Subject, neighbours));
        return new ReplicationFacts(Subject)
        {
            CopiedAway = disabled.Count == 0
                ? copied
                : copied with { Shown = $"{copied.Shown}; disabled: {DocText.Shown(string.Join(", ", disabled))}" },
            MayBeCopiedAway = Fact.False("service", "objects are copied by a rule of the bucket only"),
        };
    }
}

/// <summary>One rule: whether it is in force, and where it copies to.</summary>
public sealed record BucketReplicationRule(string Id, bool? Enabled, string? Account, string? Bucket)
{
    public static BucketReplicationRule Read(string id, Doc rule) => new(
        id,
        rule["status"].Is("Enabled") ? true : rule["status"].Is("Disabled") ? false : null,
        rule["destinationConfig", "Account"].NonEmpty,
        rule["destinationConfig", "bucketARN"].NonEmpty);

    public Fact CopiesAway(string configuration, ResourceRef bucket, Neighbours neighbours)
    {
        var path = $"{configuration}.rules.{DocText.Shown(Id)}";
        var owner = Account ?? Owner(neighbours);
        bool? foreign = owner is null || bucket.Account is null && !neighbours.Context.Settings.TrustedAccounts.Contains(owner)
            ? null
            : !neighbours.Context.Settings.IsTrustedAccount(owner, bucket.Account);
        var to = $"to account {DocText.Shown(owner ?? "(not recorded)")}, {DocText.Shown(Bucket ?? "(no bucket)")}";
        return (Enabled & foreign) switch
        {
            true => Fact.True(path, to),
            false => Fact.False(path, to),
            null => Fact.Unknown(path, Enabled is null ? "neither Enabled nor Disabled" : $"whose bucket it copies to is not known: {to}"),
        };
    }

    /// <summary>The account of the destination, where its item is in the scan or in AWS Config's inventory.</summary>
    private string? Owner(Neighbours neighbours) => Bucket is null || Enabled is false
        ? null
        : neighbours.One<BucketFacts>(Bucket[(Bucket.LastIndexOf(':') + 1)..], Bucket)?.Subject.Account;
}
