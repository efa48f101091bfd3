using ServerlessGuard.Page.Board;

namespace ServerlessGuard.Page.Queries;

/// <summary>One list by one of its columns: how many findings of each severity, the worst groups first.</summary>
internal static class Groups
{
    private const int Most = 500;

    public static GroupsAnswer Of(long version, FindingRow[] rows, GroupBy by)
    {
        var groups = new Dictionary<string, (FindingRow First, int[] Counts)>(StringComparer.Ordinal);
        foreach (var row in rows)
        {
            var key = Key(row, by);
            if (!groups.TryGetValue(key, out var group))
            {
                groups[key] = group = (row, new int[4]);
            }

            group.Counts[(int)row.Severity - 1]++;
        }

        var ordered = groups.OrderByDescending(group => group.Value.Counts[3]).ThenByDescending(group => group.Value.Counts[2])
            .ThenByDescending(group => group.Value.Counts[1])
            .ThenByDescending(group => group.Value.Counts[0]).ThenBy(group => group.Key, StringComparer.Ordinal);
        return new GroupsAnswer(version, rows.Length, groups.Count,
        [
            .. ordered.Take(Most)
                .Select(group =>
                    new GroupView(group.Key, Label(group.Value.First, by), group.Value.Counts.Sum(),
                        SeverityCounts.Of(group.Value.Counts))),
        ]);
    }

    private static string Key(FindingRow row, GroupBy by) => by switch
    {
        GroupBy.Rule => row.RuleId,
        GroupBy.Account => row.Partition,
        GroupBy.Provider => row.Provider.ToString(),
        GroupBy.Severity => row.Severity.ToString(),
        GroupBy.Type => row.NativeType,
        GroupBy.Resource => row.ResourceId,
    };

    private static string Label(FindingRow row, GroupBy by) => by switch
    {
        GroupBy.Rule => row.Title,
        GroupBy.Account or GroupBy.Provider or GroupBy.Severity or GroupBy.Type => string.Empty,
        GroupBy.Resource => row.Name is { } name && name != row.ResourceId ? Cut.Short(name) : string.Empty,
    };
}

internal enum GroupBy
{
    Rule,
    Account,
    Provider,
    Severity,
    Type,
    Resource,
}

/// <summary>Texts of strangers in lists: the whole of a long one stands in the finding.</summary>
internal static class Cut
{
    private const int Longest = 300;

    public static string Short(string text)
    {
        if (text.Length <= Longest)
        {
            return text;
        }

        // Not between the halves of one character.
        var end = char.IsHighSurrogate(text[Longest - 1]) ? Longest - 1 : Longest;
        return text[..end] + "…";
    }
}
