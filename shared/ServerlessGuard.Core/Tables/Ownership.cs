using ServerlessGuard.Resources;

namespace ServerlessGuard.Tables;

/// <summary>Which cloud may speak for which partitions.</summary>
public static class Ownership
{
    public static bool Owns(Provider sender, string partition) =>
        partition.StartsWith(RowKeys.Partition(sender, string.Empty), StringComparison.Ordinal);

    /// <summary>The cloud's deployment, or an account that is written as the cloud writes one: nothing else is the peer's.</summary>
    public static bool IsAccountOf(Provider provider, string partition) =>
        partition == RowKeys.Deployment(provider)
        || Owns(provider, partition) && AccountId.IsOf(provider, partition[RowKeys.Partition(provider, string.Empty).Length..]);

    public static Provider Other(Provider one) => one switch
    {
        Provider.Aws => Provider.Azure,
        Provider.Azure => Provider.Aws,
    };
}
