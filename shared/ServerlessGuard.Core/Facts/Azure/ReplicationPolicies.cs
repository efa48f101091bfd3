using ServerlessGuard.Documents;
using ServerlessGuard.Resources;
using ServerlessGuard.Settings;

namespace ServerlessGuard.Facts.Azure;

/// <summary>
/// Between which accounts a policy copies. An account is written as its ARM id; a bare name is how a policy across tenants writes it. The
/// same policy is at the source and at the destination.
/// </summary>
/// <remarks>Source: REST API specification of Microsoft.Storage 2025-06-01, ObjectReplicationPolicyProperties.</remarks>
public readonly record struct ReplicationPolicy(string? From, string? To)
{
    /// <param name="properties">The policy's own.</param>
    public static ReplicationPolicy Read(Doc properties) =>
        new(properties["sourceAccount"].NonEmpty, properties["destinationAccount"].NonEmpty);

    /// <summary>One of the two is written as the form across tenants has it.</summary>
    public bool IsAcrossTenants => From is not null && !ArmId.Looks(From) || To is not null && !ArmId.Looks(To);

    /// <summary>Whether it copies the account's objects to a subscription that is not ours; null: not known.</summary>
    /// <param name="account">A storage account's ARM id.</param>
    public bool? CopiesAway(string account, RuleSettings settings) => IsSource(account) & IsForeign(account, settings);

    private bool? IsSource(string account) => From is not null ? Names(From, account) : To is not null && Names(To, account) ? false : null;

    private bool? IsForeign(string account, RuleSettings settings) =>
        To is null ? null
            : Names(To, account) ? false
            : !ArmId.Looks(To) || ArmId.Subscription(To) is not { } subscription
                || !settings.IsTrustedAccount(subscription, ArmId.Subscription(account));

    private static bool Names(string text, string account) => ArmId.Looks(text)
        ? ArmId.Key(text).Equals(ArmId.Key(account), StringComparison.Ordinal)
        : text.Equals(ArmId.Name(account), StringComparison.OrdinalIgnoreCase);
}

/// <summary>One object replication policy of an account.</summary>
/// <param name="Observed">An abbreviated response may copy anywhere.</param>
public sealed record ReplicationPolicyFacts(ResourceRef Subject, string AccountKey, ReplicationPolicy Policy, bool Observed)
    : NeighbourFacts(Subject), INeighbour
{
    public static Source Source { get; } = new AzureSource(AzureFind.List)
    {
        Path = "/objectReplicationPolicies",
        NativeType = ReplicationPolicyReader.Type,
        Of = ["Microsoft.Storage/storageAccounts"],
    };

    public override IEnumerable<string> JoinKeys => [AccountKey];

    public Fact CopiesAway(ResourceRef account, RuleSettings settings)
    {
        var path = $"objectReplicationPolicies/{DocText.Shown(Subject.Name ?? string.Empty)}: properties.destinationAccount";
        var to = DocText.Shown(Policy.To ?? "(absent)");
        return !Observed
            ? Fact.Unknown(path, "an abbreviated response: get the policy itself")
            : Policy.CopiesAway(account.Id, settings) switch
            {
                true => Fact.True(path, to),
                false => Fact.False(path, to),
                null => Fact.Unknown(path, "the policy does not say both its source and its destination"),
            };
    }
}

/// <summary><c>…/objectReplicationPolicies</c>: judged with the account.</summary>
public sealed class ReplicationPolicyReader : FactReader
{
    internal const string Type = "Microsoft.Storage/storageAccounts/objectReplicationPolicies";

    public override string NativeType => Type;

    public override IReadOnlyList<FactsKind> Gives => [];

    public override IReadOnlyList<AzureRoute> Routes => [new AzureRoute.PartOf("Microsoft.Storage/storageAccounts")];

    public override void Read(Resource resource, FactContext context, ICollection<SubjectFacts> facts)
    {
        if (resource.ParentKey is { } account)
        {
            facts.Add(new ReplicationPolicyFacts(
                resource.Ref, account, ReplicationPolicy.Read(resource.Configuration), resource.IsObserved));
        }
    }
}

/// <summary>A storage account, waiting for its replication policies.</summary>
public sealed record StorageReplicationJoin(ResourceRef Subject, Fact AcrossTenants) : JoinedFacts(Subject)
{
    public override FactsKind Kind => FactsKind.Replication;

    public override bool NeedsNobody => OutOfReach is not null;

    public override SubjectFacts Complete(Neighbours neighbours)
    {
        var policies = neighbours.Of<ReplicationPolicyFacts>(Subject.Key, Subject.Id).ToList();
        var listed = neighbours.Has<ListedChildren>(ListedChildren.KeyOf(Subject.Key, ReplicationPolicyReader.Type));
        var none = policies.Count == 0 && !listed
            ? Fact.Unknown(ReplicationPolicyReader.Type, "the account's replication policies are not in the scan")
            : Fact.False("objectReplicationPolicies[].properties.destinationAccount", $"none of {policies.Count} copies to a stranger");
        return new ReplicationFacts(Subject)
        {
            CopiedAway = policies.Aggregate(none, (sofar, policy) => sofar | policy.CopiesAway(Subject, neighbours.Context.Settings)),
            MayBeCopiedAway = AcrossTenants,
            OutOfReach = OutOfReach,
        };
    }
}
