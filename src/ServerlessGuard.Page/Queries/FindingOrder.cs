using ServerlessGuard.Page.Board;

namespace ServerlessGuard.Page.Queries;

/// <summary>Total orders: what is equal in the column that was asked for is ordered worst first, then latest first, then by id.</summary>
internal static class FindingOrder
{
    public static Comparison<FindingRow> Of(SortBy sort, bool descending)
    {
        var first = First(sort);
        return (left, right) =>
        {
            var order = descending ? first(right, left) : first(left, right);
            order = order != 0 ? order : right.Severity.CompareTo(left.Severity);
            order = order != 0 ? order : right.OpenedAt.CompareTo(left.OpenedAt);
            return order != 0 ? order : string.CompareOrdinal(left.Id, right.Id);
        };
    }

    private static Comparison<FindingRow> First(SortBy sort) => sort switch
    {
        SortBy.Severity => static (left, right) => left.Severity.CompareTo(right.Severity),
        SortBy.Rule => static (left, right) => string.CompareOrdinal(left.RuleId, right.RuleId),
        SortBy.Title => static (left, right) => string.CompareOrdinal(left.Title, right.Title),
        SortBy.Resource =>
            static (left, right) =>
                string.Compare(left.Name ?? left.ResourceId, right.Name ?? right.ResourceId, StringComparison.OrdinalIgnoreCase),
        SortBy.Account => static (left, right) => string.CompareOrdinal(left.Partition, right.Partition),
        SortBy.Region => static (left, right) => string.CompareOrdinal(left.Region, right.Region),
        SortBy.Status =>
            static (left, right) =>
                left.Status != right.Status ? left.Status.CompareTo(right.Status) : Nullable.Compare(left.Treatment, right.Treatment),
        SortBy.Opened => static (left, right) => left.OpenedAt.CompareTo(right.OpenedAt),
        SortBy.Changed => static (left, right) => left.ChangedAt.CompareTo(right.ChangedAt),
    };
}
