using ServerlessGuard.Evaluations;
using ServerlessGuard.Findings;
using ServerlessGuard.Guards;
using ServerlessGuard.Remediation;
using ServerlessGuard.Resources;
using ServerlessGuard.Tables;
using ServerlessGuard.Testing;
using ServerlessGuard.Tests.Findings;

namespace ServerlessGuard.Tests.Remediation;

/// <summary>A table, a simulated cloud, and a finding on its way through them, by a clock that stands still unless it is moved.</summary>
internal sealed class Scene
{
    private int _minute;

    public Scene(RemediationSettings? settings = null, FakeCloud? cloud = null)
    {
        Settings = settings ?? new RemediationSettings { Mode = RemediationMode.Enforce, DryWindow = TimeSpan.Zero };
        Cloud = cloud ?? new FakeCloud();
    }

    public MemoryTable Table { get; } = new();
    public FakeCloud Cloud { get; }
    public RemediationSettings Settings { get; set; }

    /// <summary>What the simulated deployment is made of.</summary>
    public OwnResources Own { get; set; } = OwnResources.None;

    public StillTime Time { get; } = new(Some.Start);

    public Finding Finding => Some.Finding(Table)!;

    public Treatment Treatment => Finding.Treatment!;

    public int Breaker => Table.Rows.Where(row => row.Kind is RowKind.Breaker).Sum(row => RowCodec.Breaker(row).Fixes);

    public IEnumerable<FindingStep> Story => Table.Rows.Where(row => row.Key.StartsWith("h:", StringComparison.Ordinal)).Select(row => RowCodec.Event(row).Step);

    public OutboxEntry? Entry => Table.Rows.Where(row => row.Kind is RowKind.Outbox).Select(RowCodec.Outbox).FirstOrDefault(entry => entry.Kind is OutboxKind.Remediate);

    private OutboxPolicy Policy => new(Settings with { Mode = RemediationMode.Enforce }, federates: false, Notifies);

    /// <summary>Openings and approvals ask for a fix, whatever the mode: the decision is the remedy's.</summary>
    private Func<FindingChange, IEnumerable<OutboxKind>> Outbox => Policy.After;

    public bool Notifies { get; init; }

    public Task SeeAsync(bool compliant, bool neverTouch = false, string reason = "everyone can read it")
    {
        var verdicts = Some.At(++_minute, Some.Rule(compliant ? Compliance.Compliant : Compliance.NonCompliant, reason: reason)) with { NeverTouch = neverTouch };
        return new FindingRecorder(Table, Time, new Backoff(() => 0), [], Outbox).RecordAsync(verdicts, CancellationToken.None);
    }

    /// <summary>Treats what the outbox asks for; null when it asks for nothing.</summary>
    public async Task<RemedyOutcome?> TreatAsync() => Entry is { } entry
        ? await new Remedy(Table, SparingRemediator.All([Cloud], Own), Settings, new Controls(Table, Provider.Aws, Time), Time, new Backoff(() => 0), Policy).HandleAsync(entry, CancellationToken.None)
        : null;

    public Task<UndoOutcome> UndoAsync(string? id = null) =>
        new Undo(Table, SparingRemediator.All([Cloud], Own), Time, new Backoff(() => 0), Outbox).UndoAsync(Some.Partition, id ?? Finding.Id, "kim", CancellationToken.None);

    /// <summary>A person's answer to the plan, as ChatOps records it.</summary>
    public async Task AnswerAsync(TreatmentState answer)
    {
        var before = Finding;
        var step = answer is TreatmentState.Approved ? FindingStep.Approved : FindingStep.Rejected;
        var after = before with { Revision = before.Revision + 1, Treatment = before.Treatment! with { State = answer, By = "kim", At = Time.GetUtcNow() } };
        var row = await Table.FindAsync(Some.Partition, RowKeys.Finding(before), CancellationToken.None);
        var change = FindingChange.Of(before, after, step, Time.GetUtcNow(), Time.GetUtcNow(), "kim", null);
        Assert.True(await TreatmentWrites.CommitAsync(Table, Some.Partition, row!.Version, change, [], Outbox, CancellationToken.None));
    }

    /// <summary>The rows as an operator sees them: without the store's own version numbers.</summary>
    public IReadOnlyList<TableRow> Picture => [.. Table.Rows.Select(row => row with { Version = null })];
}

internal sealed class StillTime(DateTimeOffset now) : TimeProvider
{
    public DateTimeOffset Now { get; set; } = now;

    public override DateTimeOffset GetUtcNow() => Now;
}

internal sealed class KilledException : Exception;
