using ServerlessGuard.Decisions;
using ServerlessGuard.Engine;
using ServerlessGuard.Exemptions;
using ServerlessGuard.Findings;
using ServerlessGuard.Guards;
using ServerlessGuard.Recording;
using ServerlessGuard.Remediation;
using ServerlessGuard.Remediation.Seals;
using ServerlessGuard.Resources;
using ServerlessGuard.Settings;
using ServerlessGuard.Tables;
using ServerlessGuard.Testing;
using ServerlessGuard.Tests.Findings;
using ServerlessGuard.Verdicts;

namespace ServerlessGuard.Tests.Remediation;

/// <summary>A table, a simulated cloud, and a finding on its way through them, by a clock that stands still unless it is moved.</summary>
internal sealed class Scene
{
    private static readonly MemorySealer Key = new();

    private int _minute;
    private int _answers;

    public Scene(RemediationSettings? settings = null, FakeCloud? cloud = null)
    {
        Settings = settings ?? new RemediationSettings { Mode = RemediationMode.Enforce, DryWindow = TimeSpan.Zero };
        Cloud = cloud ?? new FakeCloud();
    }

    public MemoryTable Table { get; } = new();
    public FakeCloud Cloud { get; }

    /// <summary>One key for all scenes: two that end the same are the same, seals included.</summary>
    public MemorySealer Sealer => Key;

    public List<SealFault> Alarms { get; } = [];
    public SealedPlans Plans => new(Table, Sealer, Alarms.Add);
    public ApprovalSettings Approvals { get; set; } = ApprovalSettings.Default with { Approvers = ["slack:U1", "slack:U2"] };
    public RuleSettings Rules { get; set; } = GuardSettings.Default;
    public GuardSettings Guard => GuardSettings.Default with
    {
        Remediation = Settings, Approvals = Approvals, NeverTouchTags = Rules.NeverTouchTags, NeverTouchAccounts = Rules.NeverTouchAccounts,
    };

    public Controls Controls => new(Table, Provider.Aws, Time);
    public RemediationSettings Settings { get; set; }

    /// <summary>What the simulated deployment is made of.</summary>
    public OwnResources Own { get; set; } = OwnResources.None;

    public ManualTime Time { get; } = new(Some.Start);

    /// <summary>As the hosts compose them.</summary>
    private IReadOnlyList<Remediator> Remediators => SparingRemediator.All(TouchChecked.All([Cloud], Guard), Own);

    public Finding Finding => Some.Finding(Table)!;

    public Treatment Treatment => Finding.Treatment!;

    public int Breaker => Table.Rows.Where(row => row.Kind is RowKind.Breaker).Where(row => row.Partition.StartsWith(RowKeys.SealedPrefix, StringComparison.Ordinal)).Sum(row => BreakerRows.Read(row).Sum());

    public IEnumerable<FindingStep> Story => Table.Rows.Where(row => row.Key.StartsWith("h:", StringComparison.Ordinal)).Select(row => FindingRows.Event(row).Step);

    /// <summary>What asks for a treatment now: what is held back asks later.</summary>
    public OutboxEntry? Entry => Table.Rows.Where(row => row.Kind is RowKind.Outbox).Select(OutboxRows.Read)
        .FirstOrDefault(entry => entry.Kind is OutboxKind.Remediate && !(entry.NextAttemptAt > Time.Now));

    private OutboxPolicy Policy => new(Settings with { Mode = RemediationMode.Enforce }, federates: false, Notifies);

    /// <summary>Openings and approvals ask for a fix, whatever the mode: the decision is the remedy's.</summary>
    private Func<FindingChange, IEnumerable<OutboxKind>> Outbox => Policy.After;

    public bool Notifies { get; init; }

    public Task SeeAsync(bool compliant, bool neverTouch = false, string reason = "everyone can read it", Severity severity = Severity.Critical)
    {
        var verdicts = Some.At(++_minute, Some.Rule(compliant ? Compliance.Compliant : Compliance.NonCompliant, severity: severity, reason: reason)) with { NeverTouch = neverTouch };
        return new FindingRecorder(Table, Time, new Backoff(() => 0), [], Outbox).RecordAsync(verdicts, CancellationToken.None);
    }

    /// <summary>Treats what the outbox asks for; null when it asks for nothing.</summary>
    public async Task<RemedyOutcome?> TreatAsync() => Entry is { } entry
        ? await new Remedy(Table, Plans, Remediators, Guard, Guard.Remediation, Guard.Approvals, Controls, Time, new Backoff(() => 0), Policy).HandleAsync(entry, CancellationToken.None)
        : null;

    public Task<UndoOutcome> UndoAsync(string? id = null, bool whileStopped = false) =>
        new Undo(Table, Plans, Remediators, Guard, Guard.Remediation, Controls, Time, new Backoff(() => 0), Outbox).UndoAsync(Some.Partition, id ?? Finding.Id, "kim", whileStopped, CancellationToken.None);

    /// <summary>A person's answer to the plan, carried out as the hosts do.</summary>
    public async Task AnswerAsync(TreatmentState answer)
    {
        var command = new Command
        {
            Id = $"{++_answers:x32}",
            Kind = answer is TreatmentState.Approved ? CommandKind.Approve : CommandKind.Reject,
            Partition = Some.Partition,
            FindingId = Finding.Id,
            PlanId = Treatment.Plan!.Id,
            Revision = Finding.Revision,
            Severity = Finding.Severity,
            Evidence = Weakness.Of(Finding).Digest(),
            By = new Person("kim", "slack:U1"),
            IssuedIn = Provider.Aws,
            IssuedAt = Time.Now,
            ExpiresAt = Time.Now.AddHours(1),
            State = CommandState.Pending,
        };
        await new CommandDesk(Table).SubmitAsync(command, CancellationToken.None);
        var entry = Table.Rows.First(row => row.Kind is RowKind.Outbox && OutboxRows.Read(row) is { Kind: OutboxKind.Command });
        var walk = new ExpiryWalk(Table, new ExemptionReader(Table, []), Approvals.Expiry, TimeSpan.FromDays(7), Outbox, Time, new Backoff(() => 0));
        var outcome = await new CommandRunner(Table, Plans, Provider.Aws, undo: null, walk, sweep: null, Approvals, Policy, Time, new Backoff(() => 0))
            .HandleAsync(entry.Partition, entry.Key, CancellationToken.None);
        Assert.Equal(CommandState.Done, outcome.State);
    }

    /// <summary>A finding as an attacker writes it who may write any row but the sealed ones, with an entry that asks for its treatment.</summary>
    public async Task PlantAsync(Func<Finding, Finding> change)
    {
        var finding = change(Finding);
        var forged = FindingChange.Of(null, finding, FindingStep.Approved, Time.GetUtcNow(), Time.GetUtcNow(), "eve", null);
        await PlantAsync(FindingRows.Row(Some.Partition, finding, version: null), OutboxRows.Row(Some.Partition, OutboxEntry.Of(OutboxKind.Remediate, forged), version: null));
    }

    public async Task PlantAsync(params IReadOnlyList<TableRow> rows)
    {
        foreach (var row in rows)
        {
            Assert.True(await Table.CommitAsync(row.Partition, [new TableWrite.Put(row)], CancellationToken.None));
        }
    }

    /// <summary>The plans as they lie under their seal.</summary>
    public IEnumerable<SealedPlan> Sealed => Table.Rows.Where(row => row.Kind is RowKind.Seal && row.Key.StartsWith("plan:", StringComparison.Ordinal)).Select(SealRows.Read);

    /// <summary>The rows as an operator sees them: without the store's own version numbers.</summary>
    public IReadOnlyList<TableRow> Picture => [.. Table.Rows.Select(row => row with { Version = null })];
}

internal sealed class KilledException : Exception;
