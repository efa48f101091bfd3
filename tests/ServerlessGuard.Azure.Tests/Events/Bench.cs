using System.Collections.Concurrent;
using System.Text.Json;
using ServerlessGuard.Azure.Events;
using ServerlessGuard.Azure.Functions;
using ServerlessGuard.Azure.Reporting;
using ServerlessGuard.Azure.Runtime;
using ServerlessGuard.Engine;
using ServerlessGuard.Findings;
using ServerlessGuard.Guards;
using ServerlessGuard.Resources;
using ServerlessGuard.Tables;
using ServerlessGuard.Testing;

namespace ServerlessGuard.Azure.Tests.Events;

/// <summary>The functions in this process, over a subscription and a table in memory.</summary>
internal sealed class Bench : IDisposable
{
    public const string Tenant = "22222222-2222-2222-2222-222222222222";
    public const string OwnClient = "33333333-3333-3333-3333-333333333333";

    private readonly Outgoing _outgoing;

    public Bench(RemediationMode mode = RemediationMode.Observe, Reach? reach = null)
    {
        var settings = GuardSettings.Default with { Remediation = RemediationSettings.Default with { Mode = mode, DryWindow = TimeSpan.Zero } };
        var journal = new Journal(Log, Log, Time);
        var deployment = new Deployment(
            Provider.Azure,
            settings,
            reach ?? new Reach(Federates: false, Notifies: false, Asks: false),
            Table,
            new QueueWake(Work),
            new Telemetry(journal),
            Time,
            () => 0.5);
        _outgoing = deployment.Outgoing(peer: null, notifier: null, () => "bench");
        var executors = deployment.Executors(
            deployment.Plans(Table, new MemorySealer()), [], OwnResources.None, stop => SweepFunction.AskAsync(Table, Time, stop));
        Scanner = new Scanner(Source, deployment.Pipeline, deployment.NewAssessor, Work, settings, journal, Time);
        Scan = new ScanFunction(
            new EventReader([FakeSource.Subscription], Tenant, [OwnClient]), Scanner, Source, Work, new DeadLetters(Dead, journal), journal, Time);
        Worker = new WorkFunction(
            Scanner,
            Source,
            Work,
            deployment.OutboxTask(() => executors),
            new AllowedAccounts(Provider.Azure, [FakeSource.Subscription], "GUARD_SUBSCRIPTIONS"),
            _outgoing,
            journal,
            Time);
        Sweep = new SweepFunction(Source, Table, Work, [FakeSource.Subscription], Tenant, journal, Time);
        Resend = new OutboxFunction(deployment.OutboxRun(), _outgoing, Time);
    }

    public FakeSource Source { get; } = new();

    public MemoryTable Table { get; } = new();

    public Sink Work { get; } = new();

    public Sink Dead { get; } = new();

    /// <summary>Every look at the clock is a step later, so that captures have an order.</summary>
    public ManualTime Time { get; } = new(new DateTimeOffset(2026, 11, 25, 12, 0, 0, TimeSpan.Zero)) { Step = TimeSpan.FromMilliseconds(1) };

    public StringWriter Log { get; } = new();

    public Scanner Scanner { get; }

    public ScanFunction Scan { get; }

    public WorkFunction Worker { get; }

    public SweepFunction Sweep { get; }

    public OutboxFunction Resend { get; }

    public IReadOnlyList<Finding> Findings => [.. Table.Rows.Where(row => row.Kind is RowKind.Finding).Select(FindingRows.Finding)];

    public Finding? Of(string rule) => Findings.SingleOrDefault(finding => finding.RuleId == rule);

    public IEnumerable<string> Open => Findings.Where(finding => finding.Status is FindingStatus.Open).Select(finding => finding.RuleId).Order(StringComparer.Ordinal);

    public Task<Answer> EventAsync(string id = FakeSource.Account, string type = "Write", string? operation = null) => Scan.RunAsync(JsonElement.Parse(EventJson(id, type, operation)), default);

    /// <summary>Delivers what is in the work queue, until nothing is.</summary>
    public async Task WorkAsync()
    {
        while (Work.Messages.TryDequeue(out var message))
        {
            Assert.True((await Worker.RunAsync(JsonElement.Parse(message.Text), default)).Succeeded);
        }
    }

    public static string EventJson(string id, string type = "Write", string? operation = null, string subscription = FakeSource.Subscription, string tenant = Tenant, string claims = """{"upn":"ada@example.org"}""") => $$$"""
        {"id":"{{{Guid.NewGuid()}}}","topic":"/subscriptions/{{{subscription}}}","subject":"{{{id}}}","eventType":"Microsoft.Resources.Resource{{{type}}}Success","eventTime":"2026-11-25T10:00:00Z",
         "data":{"resourceUri":"{{{id}}}","operationName":"{{{operation ?? "Microsoft.Storage/storageAccounts/write"}}}","claims":{{{claims}}},"subscriptionId":"{{{subscription}}}","tenantId":"{{{tenant}}}"},"dataVersion":"2","metadataVersion":"1"}
        """;

    public void Dispose()
    {
        Scanner.Dispose();
        _outgoing.Dispose();
    }
}

/// <summary>A queue that anybody may look into.</summary>
internal sealed class Sink : IMessageSink
{
    public ConcurrentQueue<(string Text, TimeSpan? Delay)> Messages { get; } = new();

    public bool IsDown { get; set; }

    public Task SendAsync(string message, TimeSpan? delay, CancellationToken cancellation)
    {
        if (IsDown)
        {
            throw new QueueUnavailableException("queue guard-work: HTTP 503 ServerBusy");
        }

        Messages.Enqueue((message, delay));
        return Task.CompletedTask;
    }
}
