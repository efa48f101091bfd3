using ServerlessGuard.Findings;
using ServerlessGuard.Page.Board;
using ServerlessGuard.Page.Queries;
using ServerlessGuard.Rules;

namespace ServerlessGuard.Page.Insights;

/// <summary>The two answers that look at everything.</summary>
internal static class Overviews
{
    /// <summary>Counted by the table's own counters: right from the first second, however far the reading has got.</summary>
    public static StateAnswer State(FindingBoard board, PageSettings settings, IReadOnlyList<SyncView> sync, DateTimeOffset now)
    {
        var accounts = board.AccountList();
        var sum = accounts.Aggregate(Summary.Empty, (total, account) => total.Plus(account.Counted));
        return new StateAnswer(
            board.Version,
            now,
            settings.Table,
            settings.Peer,
            settings.Person?.Name,
            new LoadingView(board.IsComplete, board.HasHistory, board.Count, sum.Counts.Values.Sum(), board.Unreadable),
            new CountsView(
                SeverityCounts.Of(sum, FindingStatus.Open), SeverityCounts.Of(sum, FindingStatus.Suppressed).Total,
                SeverityCounts.Of(sum, FindingStatus.Resolved).Total),
            [.. accounts.Select(account =>
                new AccountView(account.Partition, FindingBoard.ProviderOf(account.Partition),
                    SeverityCounts.Of(account.Counted, FindingStatus.Open)))],
            [.. RuleCatalog.BuiltIn.All.Select(rule => new RuleView(rule.Descriptor.Id, rule.Descriptor.Title))
                .OrderBy(rule => rule.Id, StringComparer.Ordinal)],
            sync,
            board.Fault);
    }

    public static OverviewAnswer Of(FindingBoard board, TimeSpan? range, IReadOnlyList<SyncView> sync, DateTimeOffset now)
    {
        var (version, rows) = board.Snapshot();
        return new OverviewAnswer(
            version,
            Trend.Of(rows, board.History, range, now),
            Latency.Of(rows, board.History.Fixes),
            HeatMap.Of(rows),
            sync,
            [.. board.History.Recent.Select(step => StepView.Of(step))
                .Select(step => step with
                    { Resource = Cut.Short(step.Resource), Detail = step.Detail is { } detail ? Cut.Short(detail) : null })],
            OneProvider.Of(rows));
    }
}
