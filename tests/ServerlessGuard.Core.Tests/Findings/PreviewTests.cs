using ServerlessGuard.Decisions;
using ServerlessGuard.Evaluations;
using ServerlessGuard.Findings;
using ServerlessGuard.Guards;
using ServerlessGuard.Recording;
using ServerlessGuard.Rules;
using ServerlessGuard.Tables;
using ServerlessGuard.Testing;
using ServerlessGuard.Tests.Decisions;
using ServerlessGuard.Tests.Remediation;
using ServerlessGuard.Verdicts;

namespace ServerlessGuard.Tests.Findings;

/// <summary>A rule's first release: judged and recorded, in both tables; told to nobody and fixed by nothing, until it is stable.</summary>
public class PreviewTests
{
    private static readonly OutboxPolicy Policy = new(new RemediationSettings { Mode = RemediationMode.Enforce }, federates: true, notifies: true);

    private readonly MemoryTable _table = new();

    private Finding Finding => Some.Finding(_table)!;

    private IEnumerable<OutboxKind> Outbox => _table.Rows.Where(row => row.Kind is RowKind.Outbox).Select(row => OutboxRows.Read(row).Kind).Distinct().Order();

    [Fact]
    public async Task A_rule_in_preview_is_recorded_and_federated_and_neither_told_nor_fixed()
    {
        await RecordAsync(1, Rule(isPreview: true));
        await RecordAsync(2, Rule(isPreview: true, "it got worse"));
        await RecordAsync(3, Rule(isPreview: true, compliance: Compliance.Compliant));
        await RecordAsync(4, Rule(isPreview: true));
        Assert.Equal((FindingStatus.Open, true, 4L), (Finding.Status, Finding.Preview, Finding.Revision));
        Assert.Equal([OutboxKind.Federate], Outbox);
    }

    [Fact]
    public async Task Once_the_rule_is_stable_its_open_findings_are_told_and_fixed_as_any_other()
    {
        await RecordAsync(1, Rule(isPreview: true));
        await RecordAsync(2, Rule(isPreview: false));
        Assert.Equal((FindingStatus.Open, false, 2L), (Finding.Status, Finding.Preview, Finding.Revision));
        Assert.Equal([OutboxKind.Remediate, OutboxKind.Federate, OutboxKind.Notify], Outbox);
        var last = _table.Rows.Where(row => row.Key.StartsWith("h:", StringComparison.Ordinal)).Select(FindingRows.Event).MaxBy(step => step.Revision)!;
        Assert.Equal((FindingStep.Changed, "everyone can read it The rule is no longer in preview."), (last.Step, last.Detail));
        await RecordAsync(3, Rule(isPreview: false));
        Assert.Equal(2, Finding.Revision);
    }

    [Fact]
    public void The_verdicts_of_a_rule_carry_its_maturity_and_so_do_its_sub_findings()
    {
        var rule = RuleCatalog.BuiltIn.Find("SG-KEY-001")!.Descriptor with { Maturity = Maturity.Preview };
        var verdict = Verdict.NonCompliant("everyone", new Evidence("a", "b")).With([new SubFinding("rbac", Severity.Low, "outside role assignments", new Evidence("c", "d"))]);
        var flat = SubjectVerdicts.Flatten([new Evaluation(rule, Some.Bucket(), verdict)]);
        Assert.Equal(["SG-KEY-001", "SG-KEY-001/rbac"], flat.Select(one => one.RuleId));
        Assert.All(flat, one => Assert.True(one.IsPreview));
        Assert.DoesNotContain(SubjectVerdicts.Flatten([new Evaluation(rule with { Maturity = Maturity.Stable }, Some.Bucket(), verdict)]), one => one.IsPreview);
    }

    /// <summary>Whatever an older version left behind: an entry, an approval.</summary>
    [Theory]
    [InlineData(null)]
    [InlineData(TreatmentState.Approved)]
    [InlineData(TreatmentState.Proposed)]
    public async Task An_entry_that_asks_for_a_fix_of_a_rule_in_preview_fixes_nothing(TreatmentState? state)
    {
        var scene = new Scene();
        await scene.SeeAsync(compliant: false);
        await scene.PlantAsync(finding => finding with
        {
            Preview = true,
            Treatment = state is { } treated ? new Treatment { State = treated, At = scene.Time.Now } : null,
        });
        Assert.Equal("nothing to do", (await scene.TreatAsync())?.Detail);
        Assert.Equal(0, scene.Cloud.Writes);
        Assert.Empty(scene.Sealed);
    }

    [Theory]
    [InlineData(CommandKind.Approve)]
    [InlineData(CommandKind.Undo)]
    public async Task Nobody_approves_or_undoes_what_a_rule_in_preview_found(CommandKind kind)
    {
        var desk = new Desk();
        await desk.SeeAndPlanAsync();
        await desk.Scene.PlantAsync(FindingRows.Row(Some.Partition, desk.Scene.Finding with { Preview = true }, version: null));
        var outcome = await desk.DoAsync(desk.Command(kind, Desk.Kim));
        Assert.Equal((CommandState.Refused, $"{kind.ToString().ToLowerInvariant()}: the rule is in preview and changes nothing"), (outcome.State, outcome.Detail));
        Assert.Equal(0, desk.Scene.Cloud.Writes);
    }

    [Fact]
    public async Task The_row_says_so_only_where_it_is_so()
    {
        await RecordAsync(1, Rule(isPreview: true));
        Assert.Contains("\"preview\":true", Document(), StringComparison.Ordinal);
        await RecordAsync(2, Rule(isPreview: false));
        Assert.DoesNotContain("preview\":", Document(), StringComparison.Ordinal);
    }

    private string Document() => _table.Rows.Single(row => row.Kind is RowKind.Finding).Document;

    private Task<RecordedChanges> RecordAsync(int minute, RuleVerdict verdict) =>
        new FindingRecorder(_table, TimeProvider.System, new Backoff(() => 0), [], Policy.After).RecordAsync(Some.At(minute, verdict), CancellationToken.None);

    private static RuleVerdict Rule(bool isPreview, string reason = "everyone can read it", Compliance compliance = Compliance.NonCompliant) =>
        Some.Rule(compliance, reason: reason) with { IsPreview = isPreview };
}
