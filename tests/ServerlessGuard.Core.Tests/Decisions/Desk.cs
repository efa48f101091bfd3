using ServerlessGuard.Decisions;
using ServerlessGuard.Exemptions;
using ServerlessGuard.Findings;
using ServerlessGuard.Guards;
using ServerlessGuard.Recording;
using ServerlessGuard.Remediation;
using ServerlessGuard.Resources;
using ServerlessGuard.Tables;
using ServerlessGuard.Tests.Findings;
using ServerlessGuard.Tests.Remediation;
using ServerlessGuard.Verdicts;

namespace ServerlessGuard.Tests.Decisions;

/// <summary>People over a <see cref="Scene"/>: they submit commands, and the owner carries them out.</summary>
internal sealed class Desk
{
    public static readonly Person Kim = new("kim", "slack:U1");
    public static readonly Person Sam = new("sam", "slack:U2");
    public static readonly Person Stranger = new("eve", "slack:U9");
    private int _id;

    public Desk(RemediationMode mode = RemediationMode.Approve, ApprovalSettings? approvals = null, RemediationSettings? settings = null)
    {
        Scene = new Scene((settings ?? new RemediationSettings { DryWindow = TimeSpan.Zero, MaxFixesPerFinding = 9 }) with { Mode = mode }) { Notifies = true };
        Approvals = Scene.Approvals = approvals ?? ApprovalSettings.Default with { Approvers = [Kim.Id, Sam.Id] };
    }

    public Scene Scene { get; }
    public ApprovalSettings Approvals { get; }
    public List<Exemption> FromFile { get; } = [];
    public int Sweeps { get; private set; }

    /// <summary>People can be asked from here.</summary>
    public bool ReachesSlack { get; set; } = true;

    private OutboxPolicy Policy => new(Scene.Settings with { Mode = RemediationMode.Enforce }, federates: true, notifies: true);

    public ExpiryWalk Walk => new(Scene.Table, new ExemptionReader(Scene.Table, FromFile), Approvals.Expiry, TimeSpan.FromDays(7), Policy.After, Scene.Time, new Backoff(() => 0));

    public Control? Control => Scene.Table.Rows.Where(row => row.Kind is RowKind.Control).Select(ControlRows.Read).SingleOrDefault();

    public IEnumerable<FindingStep> Story => Scene.Story;

    /// <summary>As a surface makes it: with what the person saw.</summary>
    public Command Command(CommandKind kind, Person? by = null, string? plan = null) => new()
    {
        Revision = Some.Finding(Scene.Table)?.Revision,
        Severity = Some.Finding(Scene.Table)?.Severity,
        Evidence = Some.Finding(Scene.Table) is { } seen ? Weakness.Of(seen).Digest() : null,
        Id = $"{++_id:x32}",
        Kind = kind,
        Partition = kind is CommandKind.Stop or CommandKind.Resume ? RowKeys.Deployment(Provider.Aws) : Some.Partition,
        FindingId = kind is CommandKind.Approve or CommandKind.Reject or CommandKind.Undo or CommandKind.Exempt ? Scene.Finding.Id : null,
        PlanId = plan ?? (kind is CommandKind.Approve or CommandKind.Reject or CommandKind.Undo ? Scene.Finding.Treatment?.Plan?.Id : null),
        By = by ?? Kim,
        IssuedIn = Provider.Aws,
        IssuedAt = Scene.Time.Now,
        ExpiresAt = Scene.Time.Now.AddHours(1),
        State = CommandState.Pending,
    };

    public Command Exempt(int days, string? rule = null, string? resource = null, Person? by = null) => Command(CommandKind.Exempt, by) with
    {
        Exemption = new Exemption
        {
            Id = "x",
            RuleId = rule ?? Scene.Finding.RuleId,
            ResourceId = resource ?? (rule is null ? Scene.Finding.Resource.Id : null),
            Category = ExemptionCategory.Waiver,
            Reason = "known",
            RequestedBy = "somebody",
            ExpiresAt = Scene.Time.Now.AddDays(days),
        },
    };

    public async Task<CommandOutcome> DoAsync(Command command)
    {
        var submitted = await new CommandDesk(Scene.Table).SubmitAsync(command, CancellationToken.None);
        return await RunAsync(submitted.Id) ?? new CommandOutcome(submitted.State, submitted.Outcome ?? "?");
    }

    /// <summary>Null when nothing is to be done for it any more.</summary>
    public async Task<CommandOutcome?> RunAsync(string id)
    {
        var entry = Scene.Table.Rows.FirstOrDefault(row => row.Kind is RowKind.Outbox && OutboxRows.Read(row) is { Kind: OutboxKind.Command, Row: { } key } && key == CommandRows.Key(id));
        return entry is null ? null : await Runner().HandleAsync(entry.Partition, entry.Key, CancellationToken.None);
    }

    public Command Stored(string id) => Scene.Table.Rows.Where(row => row.Kind is RowKind.Command).Select(CommandRows.Read).Single(command => command.Id == id);

    /// <summary>The resource is judged again, by somebody who knows the exemptions.</summary>
    public async Task SeeAsync(Severity severity, params Evidence[] evidence)
    {
        var verdict = Some.Rule(Compliance.NonCompliant, severity: severity) with { Evidence = [.. evidence] };
        await new FindingRecorder(Scene.Table, Scene.Time, new Backoff(() => 0), FromFile, Policy.After).RecordAsync(Some.At(1000 + ++_id, verdict), CancellationToken.None);
    }

    public async Task SeeAndPlanAsync(string reason = "everyone can read it")
    {
        await Scene.SeeAsync(compliant: false, reason: reason);
        await Scene.TreatAsync();
    }

    private CommandRunner Runner() => new(
        Scene.Table,
        Scene.Plans,
        Provider.Aws,
        new Undo(Scene.Table, Scene.Plans, [Scene.Cloud], Scene.Guard, Scene.Guard.Remediation, Scene.Controls, Scene.Time, new Backoff(() => 0), Policy.After),
        Walk,
        _ =>
        {
            Sweeps++;
            return Task.FromResult("the sweep has started");
        },
        Approvals,
        Policy,
        Scene.Time,
        new Backoff(() => 0),
        ReachesSlack);
}
