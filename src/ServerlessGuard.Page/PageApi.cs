using System.Globalization;
using System.Text.Json;
using System.Web;
using ServerlessGuard.Decisions;
using ServerlessGuard.Page.Actions;
using ServerlessGuard.Page.Board;
using ServerlessGuard.Page.Insights;
using ServerlessGuard.Page.Queries;
using ServerlessGuard.Page.Story;
using ServerlessGuard.Resources;
using ServerlessGuard.Tables;

namespace ServerlessGuard.Page;

/// <summary>
/// The whole page behind one method: the files that the browser loads, and a small JSON API over the table. Who may ask is for the host in
/// front to say; what is asked is hostile until shown otherwise.
/// </summary>
public sealed class PageApi : IDisposable
{
    private readonly ITable _table;
    private readonly ITable? _peer;
    private readonly PageSettings _settings;
    private readonly TimeProvider _time;
    private readonly LiveBoard _live;
    private readonly Listings _listings;
    private readonly Sync _sync;

    /// <param name="table">Read; written to only where the settings name a person.</param>
    /// <param name="peer">The other cloud's table, where it is at hand; written to only where the settings name its cloud.</param>
    public PageApi(ITable table, ITable? peer, PageSettings settings, TimeProvider time)
    {
        (_table, _peer, _settings, _time) = (table, peer, settings, time);
        _sync = new Sync(table, peer, time);
        _live = new LiveBoard(table, time, _sync.HasMovedAsync);
        _listings = new Listings(_live.Board);
    }

    /// <summary>Why there is nothing to show: this build was made without Node.js; null where there is.</summary>
    public static string? Missing => Assets.AreThere ? null : Assets.Missing;

    /// <summary>Starts reading the table, for a host that knows that somebody is about to look.</summary>
    public void Begin() => _live.Begin();

    /// <summary>Always an answer: a table that is away is a 503, what cannot be understood a 400.</summary>
    public async Task<PageResponse> HandleAsync(PageRequest request, CancellationToken cancellation)
    {
        try
        {
            return request switch
            {
                { Method: "GET" or "HEAD" } when Assets.Find(request.Path) is { } asset => asset,
                { Method: "GET", Path: "/api/state" } => await StateAsync(cancellation),
                { Method: "GET", Path: "/api/changes" } => await ChangesAsync(request.Query, cancellation),
                { Method: "GET", Path: "/api/findings" } => Findings(request.Query),
                { Method: "GET", Path: "/api/groups" } => GroupsOf(request.Query),
                { Method: "GET", Path: "/api/overview" } => await OverviewAsync(request.Query, cancellation),
                { Method: "GET", Path: "/api/finding" } => await StoryAsync(request.Query, cancellation),
                { Method: "GET", Path: "/api/command" } => await CommandAsync(request.Query, cancellation),
                { Method: "POST", Path: "/api/commands" } => await DecideAsync(request.Body, cancellation),
                { Method: "GET" or "HEAD" } => PageResponse.Refused(404, "nothing here"),
                _ => PageResponse.Refused(405, "method not allowed here"),
            };
        }
        catch (TableUnavailableException away)
        {
            return PageResponse.Refused(503, away.Message);
        }
    }

    public void Dispose()
    {
        _live.Dispose();
        _sync.Dispose();
    }

    private async Task<PageResponse> StateAsync(CancellationToken cancellation)
    {
        _live.Begin();
        var board = _live.Board;
        var sync = await _sync.ReadAsync(cancellation);
        return PageResponse.Json(Overviews.State(board, _settings, sync, _time.GetUtcNow()), PageJson.Default.StateAnswer);
    }

    private async Task<PageResponse> ChangesAsync(string query, CancellationToken cancellation)
    {
        var values = HttpUtility.ParseQueryString(query);
        var after = long.TryParse(values["after"], NumberStyles.None, CultureInfo.InvariantCulture, out var version) ? version : -1;
        var wait = int.TryParse(values["wait"], NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
            ? TimeSpan.FromSeconds(seconds)
            : TimeSpan.Zero;
        var now = await _live.ChangedAsync(after, wait < _settings.LongestWait ? wait : _settings.LongestWait, cancellation);
        return PageResponse.Json(new ChangesAnswer(now), PageJson.Default.ChangesAnswer);
    }

    private PageResponse Findings(string query)
    {
        _live.Begin();
        var (parsed, fault) = FindingQuery.Parse(query, _time.GetUtcNow());
        if (parsed is null)
        {
            return PageResponse.Refused(400, fault!);
        }

        var (version, rows) = _listings.Of(parsed);
        var page = rows.AsSpan(Math.Min(parsed.Offset, rows.Length));
        var views = new List<RowView>(parsed.Limit);
        foreach (var row in page[..Math.Min(parsed.Limit, page.Length)])
        {
            views.Add(RowView.Of(row));
        }

        return PageResponse.Json(new FindingsAnswer(version, rows.Length, parsed.Offset, views), PageJson.Default.FindingsAnswer);
    }

    private PageResponse GroupsOf(string query)
    {
        _live.Begin();
        var (parsed, fault) = FindingQuery.Parse(query, _time.GetUtcNow());
        if (parsed is null)
        {
            return PageResponse.Refused(400, fault!);
        }

        if (!Enum.TryParse<GroupBy>(HttpUtility.ParseQueryString(query)["by"], ignoreCase: true, out var by) || !Enum.IsDefined(by))
        {
            return PageResponse.Refused(400, "by: expected one of " + string.Join(", ", Enum.GetNames<GroupBy>()));
        }

        var (version, rows) = _listings.Of(parsed);
        return PageResponse.Json(Groups.Of(version, rows, by), PageJson.Default.GroupsAnswer);
    }

    private async Task<PageResponse> OverviewAsync(string query, CancellationToken cancellation)
    {
        _live.Begin();
        TimeSpan? range = HttpUtility.ParseQueryString(query)["range"] switch
        {
            "1h" => TimeSpan.FromHours(1),
            "24h" => TimeSpan.FromDays(1),
            "7d" => TimeSpan.FromDays(7),
            "30d" => TimeSpan.FromDays(30),
            _ => null,
        };
        return PageResponse.Json(Overviews.Of(_live.Board, range, await _sync.ReadAsync(cancellation), _time.GetUtcNow()),
            PageJson.Default.OverviewAnswer);
    }

    private async Task<PageResponse> StoryAsync(string query, CancellationToken cancellation) =>
        await Stories.ReadAsync(_table, HttpUtility.ParseQueryString(query)["id"] ?? string.Empty, _settings.Person is not null,
            cancellation) is { } story
            ? PageResponse.Json(story, PageJson.Default.StoryAnswer)
            : PageResponse.Refused(404, "no such finding");

    private async Task<PageResponse> CommandAsync(string query, CancellationToken cancellation)
    {
        var values = HttpUtility.ParseQueryString(query);
        var account = values["account"] ?? string.Empty;
        return await OwnerOf(account).Table.FindAsync(account, CommandRows.Key(values["id"] ?? string.Empty), cancellation) is { } row
            && CommandRows.Read(row) is var command
            ? PageResponse.Json(new DecisionAnswer(command.Id, command.State, command.Outcome), PageJson.Default.DecisionAnswer)
            : PageResponse.Refused(404, "no such command");
    }

    private (ITable Table, Provider? Home) OwnerOf(string account) =>
        _peer is not null && _settings.PeerHome is { } home
            && account.StartsWith(RowKeys.Partition(home, string.Empty), StringComparison.Ordinal)
            ? (_peer, home)
            : (_table, _settings.Home);

    private async Task<PageResponse> DecideAsync(string? body, CancellationToken cancellation)
    {
        if (_settings.Person is not { } person)
        {
            return PageResponse.Refused(403, "this page is read-only");
        }

        DecisionRequest? request;
        try
        {
            request = JsonSerializer.Deserialize(body ?? "null", PageJson.Default.DecisionRequest);
        }
        catch (JsonException)
        {
            request = null;
        }

        if (request is null || await Stories.FindAsync(_table, request.Finding, cancellation) is not ({ } finding, var exemption))
        {
            return PageResponse.Refused(400, "expected a decision about a finding of this table");
        }

        // With the owner's own table at hand there is no need for the peer's trust.
        var partition = RowKeys.Partition(finding.Resource);
        var (owner, home) = OwnerOf(partition);
        if (home is { } cloud && !Ownership.Owns(cloud, partition) && Proof.IsNeeded(request.Kind))
        {
            return PageResponse.Refused(409,
                $"this is for {finding.Resource.Provider} to decide, and {cloud}'s word is not enough: open the page with "
                    + $"{finding.Resource.Provider}'s table as well (--peer-table), or answer in its message");
        }

        var (command, fault) = PageDecisions.Of(request, finding, exemption, person, home, _time.GetUtcNow());
        if (command is null)
        {
            return PageResponse.Refused(409, fault!);
        }

        var stored = await new CommandDesk(owner).SubmitAsync(command, cancellation);
        return PageResponse.Json(new DecisionAnswer(stored.Id, stored.State, stored.Outcome), PageJson.Default.DecisionAnswer, 202);
    }
}
