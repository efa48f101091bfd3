using System.Collections.Immutable;
using ServerlessGuard.Resources;

namespace ServerlessGuard.Tables;

/// <summary>
/// Which partitions of the table in AWS an entry may read and write, as patterns for <c>dynamodb:LeadingKeys</c>. A sealed row, which says
/// what is written to a resource, is the remediating role's alone; the other cloud's rows are for those who exchange rows with it.
/// </summary>
/// <remarks>
/// Federation writes <c>aws:*</c> too: the peer's decisions, and since when it was last heard of, lie in our partitions
/// (docs/decisions/0016), and DynamoDB tells partitions apart, not rows. What a decision of the peer may do is for the remediating role to
/// judge.
/// </remarks>
public static class TablePartitions
{
    private static readonly string Own = RowKeys.Partition(Provider.Aws, string.Empty) + "*";
    private static readonly string Other = RowKeys.Partition(Provider.Azure, string.Empty) + "*";
    private static readonly string Sealed = RowKeys.Sealed(Own);

    /// <summary>Sorted.</summary>
    public static ImmutableArray<string> Written(GuardRole role) => role switch
    {
        GuardRole.Scan => [Own, RowKeys.Directory],
        GuardRole.Remediate => [Own, RowKeys.Directory, Sealed],
        GuardRole.Sweep => [RowKeys.Directory],
        GuardRole.Outbox or GuardRole.Federation or GuardRole.Chatops => [Own, Other, RowKeys.Directory],
    };

    /// <summary>Sorted.</summary>
    public static ImmutableArray<string> Read(GuardRole role) => role switch
    {
        GuardRole.Scan or GuardRole.Sweep => [Own, RowKeys.Directory],
        GuardRole.Remediate => [Own, RowKeys.Directory, Sealed],
        GuardRole.Outbox or GuardRole.Federation or GuardRole.Chatops => [Own, Other, RowKeys.Directory],
    };
}
