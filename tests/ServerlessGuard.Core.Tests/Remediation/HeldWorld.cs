using ServerlessGuard.Engine;
using ServerlessGuard.Findings;
using ServerlessGuard.Guards;
using ServerlessGuard.Recording;
using ServerlessGuard.Remediation;
using ServerlessGuard.Remediation.Seals;
using ServerlessGuard.Resources;
using ServerlessGuard.Tables;
using ServerlessGuard.Testing;
using ServerlessGuard.Tests.Findings;
using ServerlessGuard.Verdicts;

namespace ServerlessGuard.Tests.Remediation;

/// <summary>Many buckets, and the schedule of a host that goes by once a minute.</summary>
internal sealed class HeldWorld
{
    private readonly MemorySealer _sealer = new();

    public HeldWorld(RemediationSettings settings)
    {
        Settings = settings;
        Cloud = new Buckets();
    }

    public MemoryTable Table { get; } = new();

    public ManualTime Time { get; } = new(Some.Start);

    public RemediationSettings Settings { get; }

    public Buckets Cloud { get; }

    public Controls Controls => new(Table, Provider.Aws, Time);

    public IReadOnlyList<Finding> Findings => [.. Table.Rows.Where(row => row.Kind is RowKind.Finding).Select(FindingRows.Finding)];

    public IReadOnlyList<OutboxEntry> Entries => [.. Table.Rows.Where(row => row.Kind is RowKind.Outbox).Select(OutboxRows.Read)];

    public IReadOnlyList<string> Fixed => Cloud.Writes;

    private OutboxPolicy Policy => new(Settings);

    public Task OpenAsync(string name, Severity severity, string reason = "everyone can read it", int minute = 1)
    {
        Cloud.Open.Add(Some.Bucket(name).Id);
        return new FindingRecorder(Table, Time, new Backoff(() => 0), [], Policy.After)
            .RecordAsync(Some.Of(Some.Bucket(name), minute, Some.Rule(Compliance.NonCompliant, severity: severity, reason: reason)), CancellationToken.None);
    }

    public async Task SwitchAsync(bool stops)
    {
        var partition = RowKeys.Deployment(Provider.Aws);
        await Controls.ReadAsync(CancellationToken.None);
        var row = await Table.FindAsync(partition, ControlRows.Key, CancellationToken.None);
        var next = ControlRows.Row(partition, Controls.Next(row, stops, "kim", null, Time.Now), row!.Version);
        Assert.True(await Table.CommitAsync(partition, [new TableWrite.Replace(next)], CancellationToken.None));
    }

    /// <summary>One run of the schedule, as the hosts make it.</summary>
    public async Task RunAsync()
    {
        var walk = new OutboxWalk(Table, Provider.Aws, Time, () => 0.5);
        await walk.TendAsync(DateTimeOffset.MaxValue, CancellationToken.None);
        var due = new List<PendingEntry>();
        await foreach (var pending in walk.WalkAsync(OutboxKind.Remediate, CancellationToken.None))
        {
            if (pending.IsDue)
            {
                due.Add(pending);
            }
        }

        var remedy = new Remedy(
            Table, new SealedPlans(Table, _sealer, _ => { }), [Cloud], GuardSettings.Default with { Remediation = Settings }, Settings, ApprovalSettings.Default, Controls, Time, new Backoff(() => 0), Policy);
        foreach (var pending in due)
        {
            await walk.PostponeAsync(pending, fault: null, CancellationToken.None);
            await remedy.HandleAsync(pending.Entry, CancellationToken.None);
        }
    }

    public async Task MinutesAsync(int minutes)
    {
        for (var i = 0; i < minutes; i++)
        {
            Time.Now += TimeSpan.FromMinutes(1);
            await RunAsync();
        }
    }
}
