using System.Diagnostics;
using System.Globalization;
using ServerlessGuard.Azure.Functions;
using ServerlessGuard.Azure.Reporting;
using ServerlessGuard.Azure.Runtime;
using ServerlessGuard.Chat;
using ServerlessGuard.Decisions;
using ServerlessGuard.Engine;
using ServerlessGuard.Exemptions;
using ServerlessGuard.Federation;
using ServerlessGuard.Findings;
using ServerlessGuard.Notifications;
using ServerlessGuard.Resources;
using ServerlessGuard.Sqlite;
using ServerlessGuard.Tables;
using ServerlessGuard.Testing;
using ServerlessGuard.Verdicts;

namespace ServerlessGuard.Azure.Tests.Events;

/// <summary>
/// The outbox schedule, as Azure runs it, over 500 accounts of a table that an earlier version wrote. The number of findings in each is
/// <c>GUARD_FINDINGS_PER_ACCOUNT</c>, 20 without it: what a run asks of the table does not depend on it, which is the point.
/// </summary>
public sealed class DueAtSizeTests : IDisposable
{
    private const int Accounts = 500;
    private const int MostCalls = 50;

    private static readonly CancellationToken Cancel = CancellationToken.None;
    private static readonly int PerAccount = int.Parse(Environment.GetEnvironmentVariable("GUARD_FINDINGS_PER_ACCOUNT") ?? "20", CultureInfo.InvariantCulture);

    private readonly string _file = Path.Combine(Path.GetTempPath(), Guid.NewGuid().ToString("N") + ".db");
    private readonly SqliteTable _sqlite;
    private readonly CountingTable _table;
    private readonly ManualTime _time = new(new DateTimeOffset(2026, 11, 25, 12, 0, 0, TimeSpan.Zero));
    private readonly Sink _work = new();
    private readonly StringWriter _log = new();
    private readonly Outgoing _outgoing;
    private readonly OutboxFunction _schedule;
    private readonly ExemptionReader _exemptions;
    private TimeSpan _slowest;

    public DueAtSizeTests()
    {
        _sqlite = SqliteTable.Open(_file);
        _table = new CountingTable(_sqlite);
        var journal = new Journal(_log, _log, _time);
        var notifier = new Notifier(
            _table,
            new Dictionary<ChatChannel, IChat>(),
            NotificationSettings.Default,
            _ => ValueTask.FromResult<IPresentation>(new Presentation([], _ => false, link: null, _time)),
            Provider.Azure,
            _time,
            () => 0.5);
        var telemetry = new Telemetry(journal);
        _outgoing = new Outgoing(new FederationSender(_table, new TakesAll(), Provider.Azure, _time, () => 0.5), notifier, () => Guid.NewGuid().ToString("N"), telemetry, _time);
        _exemptions = new ExemptionReader(_table, []);
        var expiry = new ExpiryWalk(_table, _exemptions, TimeSpan.FromHours(72), TimeSpan.FromDays(7), _ => [], _time, new Backoff(() => 0));
        var run = new OutboxRun(new OutboxWalk(_table, Provider.Azure, _time, () => 0.5), expiry, new QueueWake(_work), Provider.Azure, telemetry, _time);
        _schedule = new OutboxFunction(run, _outgoing, _time);
    }

    public void Dispose()
    {
        _outgoing.Dispose();
        _sqlite.Dispose();
        _log.Dispose();
        File.Delete(_file);
    }

    [Fact]
    public async Task Five_hundred_idle_accounts_cost_a_run_a_handful_of_questions_and_what_is_due_is_done_within_two_runs()
    {
        for (var i = 0; i < Accounts; i++)
        {
            await FillAsync(i);
        }

        // Of the earlier version, without a mark: a fix and a row for the peer in one account, an exemption with its finding in another.
        await CommitAsync(Account(3), Entry(OutboxKind.Remediate, 3, 0), Entry(OutboxKind.Federate, 3, 0));
        var exemption = new Exemption
        {
            Id = "one", ResourceId = Id(7, 0), Category = ExemptionCategory.Waiver, Reason = "known", RequestedBy = "kim", ExpiresAt = _time.GetUtcNow().AddDays(30),
        };
        var accepted = Finding(7, 0) with { Status = FindingStatus.Suppressed, ExemptionId = "one" };
        await CommitAsync(Account(7), ExemptionRows.Row(Account(7), exemption, version: null), FindingRows.Row(Account(7), accepted, version: null), FindingRows.IndexRow(Account(7), accepted));
        await _sqlite.CommitAsync(Account(7), [new TableWrite.Delete(FindingKeys.Index(Finding(7, 0)), Version: null)], Cancel);

        // Found at once; the index is made on the way.
        await RunAsync();
        await RunAsync();
        Assert.Single(_work.Messages.Select(message => message.Text).Distinct(StringComparer.Ordinal));
        Assert.DoesNotContain(await OutboxAsync(3), entry => entry.Kind is OutboxKind.Federate);
        await CommitAsync(Account(3), delete: true, Entry(OutboxKind.Remediate, 3, 0));
        for (var minute = 0; minute < 40; minute++)
        {
            await RunAsync();
        }

        // Three hours of nothing, the second census among them.
        var most = 0;
        _slowest = TimeSpan.Zero;
        for (var minute = 0; minute < 180; minute++)
        {
            most = Math.Max(most, await RunAsync());
        }

        Assert.InRange(most, 1, MostCalls);
        Assert.InRange(_slowest, TimeSpan.Zero, TimeSpan.FromSeconds(5));
        _work.Messages.Clear();

        // Work in twenty accounts: a fix, a row for the peer.
        for (var i = 0; i < 20; i++)
        {
            await Due.DueMarks.CommitMarkedAsync(
                _sqlite, Account(i * 20), [new TableWrite.Put(Entry(OutboxKind.Remediate, i * 20, 1)), new TableWrite.Put(Entry(OutboxKind.Federate, i * 20, 1))], _time.GetUtcNow(), Cancel);
        }

        await RunAsync();
        await RunAsync();
        Assert.Equal(20, _work.Messages.Select(message => message.Text).Distinct(StringComparer.Ordinal).Count());
        for (var i = 0; i < 20; i++)
        {
            Assert.DoesNotContain(await OutboxAsync(i * 20), entry => entry.Kind is OutboxKind.Federate);
        }

        // An exemption is announced a week before its end.
        _time.Advance(exemption.ExpiresAt.AddDays(-7) - _time.GetUtcNow());
        await RunAsync();
        await RunAsync();
        Assert.NotNull(FindingRows.Finding((await _sqlite.FindAsync(Account(7), FindingKeys.Finding(accepted), Cancel))!).ExemptionWarnedAt);
    }

    /// <summary>The next minute's run. How often it asked the table.</summary>
    private async Task<int> RunAsync()
    {
        _time.Advance(TimeSpan.FromMinutes(1));
        _table.Forget();
        var began = Stopwatch.GetTimestamp();
        Assert.True((await _schedule.RunAsync(Cancel)).Succeeded);
        var took = Stopwatch.GetElapsedTime(began);
        _slowest = took > _slowest ? took : _slowest;
        return _table.Calls;
    }

    private async Task FillAsync(int account)
    {
        await _sqlite.CommitAsync(RowKeys.Directory, [new TableWrite.Insert(AccountRows.Row(Account(account)))], Cancel);
        foreach (var some in Enumerable.Range(0, PerAccount).Chunk(ITable.MaxWrites / 2))
        {
            await CommitAsync(Account(account), [.. some.SelectMany(i => new[] { FindingRows.Row(Account(account), Finding(account, i), version: null), FindingRows.IndexRow(Account(account), Finding(account, i)) })]);
        }
    }

    private Task<bool> CommitAsync(string partition, params TableRow[] rows) => CommitAsync(partition, delete: false, rows);

    private Task<bool> CommitAsync(string partition, bool delete, params TableRow[] rows) => _sqlite.CommitAsync(
        partition, [.. rows.Select(row => delete ? (TableWrite)new TableWrite.Delete(row.Key, Version: null) : new TableWrite.Put(row))], Cancel);

    private async Task<List<OutboxEntry>> OutboxAsync(int account)
    {
        var entries = new List<OutboxEntry>();
        await foreach (var row in _sqlite.QueryAsync(Account(account), "o:", RowKeys.After("o:"), limit: null, Cancel))
        {
            entries.Add(OutboxRows.Read(row));
        }

        return entries;
    }

    private static string Account(int account) => RowKeys.Partition(Provider.Azure, Number(account));

    private static string Number(int account) => $"00000000-0000-0000-0000-{account:D12}";

    private static string Id(int account, int number) => $"/subscriptions/{Number(account)}/resourceGroups/g/providers/Microsoft.Storage/storageAccounts/a{number}";

    private static TableRow Entry(OutboxKind kind, int account, int number) => OutboxRows.Row(
        Account(account),
        new OutboxEntry
        {
            Kind = kind, RuleId = "SG-STOR-004", Resource = Finding(account, number).Resource, Revision = 1, Step = FindingStep.Opened, CreatedAt = Began,
        },
        version: null);

    private static readonly DateTimeOffset Began = new(2026, 11, 25, 12, 0, 0, TimeSpan.Zero);

    private static Finding Finding(int account, int number) => new()
    {
        Id = FindingId.Of("SG-STOR-004", Resource(account, number)),
        RuleId = "SG-STOR-004",
        Resource = Resource(account, number),
        Title = "Storage accounts are not open to all networks",
        Severity = Severity.High,
        Status = FindingStatus.Open,
        Reason = "every network may reach it",
        Revision = 1,
        CapturedAt = Began,
        OpenedAt = Began,
        DetectedBy = DetectedBy.Change,
        Stages = new FindingStages { Recorded = Began },
    };

    private static ResourceRef Resource(int account, int number) => new()
    {
        Provider = Provider.Azure, NativeType = "Microsoft.Storage/storageAccounts", Id = Id(account, number), Account = Number(account),
    };

    private sealed class TakesAll : IPeer
    {
        public Task<FederationAnswer> SendAsync(FederationBatch batch, CancellationToken cancellation) =>
            Task.FromResult(new FederationAnswer { Rows = [.. batch.Rows.Select(_ => new RowAnswer(RowVerdict.Accepted))] });

        public Task<AccountDigest> DigestAsync(string partition, CancellationToken cancellation) => throw new PeerUnavailableException("away");

        public Task<System.Collections.Immutable.ImmutableArray<HeldRevision>> RevisionsAsync(string partition, string from, CancellationToken cancellation) => throw new PeerUnavailableException("away");
    }
}
