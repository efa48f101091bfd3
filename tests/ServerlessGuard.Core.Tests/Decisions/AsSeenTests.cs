using ServerlessGuard.Decisions;
using ServerlessGuard.Exemptions;
using ServerlessGuard.Findings;
using ServerlessGuard.Guards;
using ServerlessGuard.Tables;
using ServerlessGuard.Tests.Remediation;
using ServerlessGuard.Verdicts;

namespace ServerlessGuard.Tests.Decisions;

/// <summary>Attacks with old buttons: a decision is about what the person saw, and acts on nothing else.</summary>
public sealed class AsSeenTests
{
    private static readonly Evidence Listed = new("policy.statement[0]", "s3:ListBucket");
    private static readonly Evidence Read = new("policy.statement[1]", "s3:GetObject");

    [Fact]
    public async Task An_old_undo_button_after_a_new_fix_takes_nothing_back()
    {
        var desk = new Desk(RemediationMode.Enforce);
        await desk.SeeAndPlanAsync();
        var old = desk.Command(CommandKind.Undo);
        desk.Scene.Cloud.State = FakeCloud.Open;
        await desk.SeeAndPlanAsync("open again");

        // The same situation, hence the same plan; but another fix.
        Assert.Equal((TreatmentState.Fixed, old.PlanId), (desk.Scene.Treatment.State, desk.Scene.Treatment.Plan!.Id));
        var writes = desk.Scene.Cloud.Writes;
        var outcome = await desk.DoAsync(old);
        Assert.Equal((CommandState.Refused, "undo: another fix has been made since", writes), (outcome.State, outcome.Detail, desk.Scene.Cloud.Writes));
        Assert.Equal(CommandState.Done, (await desk.DoAsync(desk.Command(CommandKind.Undo))).State);
    }

    [Fact]
    public async Task An_old_approve_button_after_the_fix_was_taken_back_applies_nothing()
    {
        var desk = new Desk();
        await desk.SeeAndPlanAsync();
        var old = desk.Command(CommandKind.Approve, Desk.Sam);
        await desk.DoAsync(desk.Command(CommandKind.Approve));
        await desk.Scene.TreatAsync();
        await desk.DoAsync(desk.Command(CommandKind.Undo));
        await desk.SeeAndPlanAsync("still open");
        Assert.Equal((TreatmentState.AwaitingApproval, old.PlanId), (desk.Scene.Treatment.State, desk.Scene.Treatment.Plan!.Id));
        Assert.Equal(CommandState.Refused, (await desk.DoAsync(old)).State);
        Assert.Equal(TreatmentState.AwaitingApproval, desk.Scene.Treatment.State);
    }

    [Fact]
    public async Task An_old_accept_button_after_the_severity_rose_accepts_nothing()
    {
        var desk = new Desk();
        await desk.SeeAsync(Severity.Low, Listed);
        var old = desk.Exempt(30);
        await desk.SeeAsync(Severity.Critical, Listed);
        var outcome = await desk.DoAsync(old);
        Assert.Equal((CommandState.Refused, "exempt: it is critical now, and was low when it was seen: look again"), (outcome.State, outcome.Detail));
        Assert.Equal(FindingStatus.Open, desk.Scene.Finding.Status);
        Assert.DoesNotContain(desk.Scene.Table.Rows, row => row.Kind is RowKind.Exemption);
    }

    [Fact]
    public async Task An_old_accept_button_after_other_evidence_accepts_nothing()
    {
        var desk = new Desk();
        await desk.SeeAsync(Severity.High, Listed);
        var old = desk.Exempt(30);
        await desk.SeeAsync(Severity.High, Listed, Read);
        Assert.Contains("the weakness has changed since", (await desk.DoAsync(old)).Detail, StringComparison.Ordinal);
        Assert.Equal(FindingStatus.Open, desk.Scene.Finding.Status);
    }

    [Fact]
    public async Task An_old_reject_button_after_the_severity_rose_rejects_nothing()
    {
        var desk = new Desk();
        await desk.SeeAsync(Severity.Low, Listed);
        await desk.Scene.TreatAsync();
        var old = desk.Command(CommandKind.Reject);
        await desk.SeeAsync(Severity.Critical, Listed);
        await desk.Scene.TreatAsync();
        Assert.Equal(old.PlanId, desk.Scene.Treatment.Plan!.Id);
        Assert.Equal(CommandState.Refused, (await desk.DoAsync(old)).State);
        Assert.Equal(TreatmentState.AwaitingApproval, desk.Scene.Treatment.State);
    }

    [Theory]
    [InlineData(CommandKind.Approve)]
    [InlineData(CommandKind.Reject)]
    [InlineData(CommandKind.Undo)]
    [InlineData(CommandKind.Exempt)]
    public async Task A_command_that_does_not_say_what_was_seen_is_refused(CommandKind kind)
    {
        var desk = new Desk(kind is CommandKind.Undo ? RemediationMode.Enforce : RemediationMode.Approve);
        await desk.SeeAndPlanAsync();
        var before = (desk.Scene.Finding.Status, desk.Scene.Treatment.State, desk.Scene.Cloud.Writes);
        var whole = kind is CommandKind.Exempt ? desk.Exempt(1) : desk.Command(kind);
        Command[] halves = [whole with { Revision = null }, kind is CommandKind.Exempt ? whole with { Evidence = null } : whole with { PlanId = null }, whole with { Severity = (Severity)99 }, whole with { Revision = whole.Revision + 99 }];
        foreach (var (half, index) in halves.Select((half, index) => (half, index)))
        {
            Assert.Equal(CommandState.Refused, (await desk.DoAsync(half with { Id = $"{index + 0xa0:x32}" })).State);
        }

        Assert.Equal(before, (desk.Scene.Finding.Status, desk.Scene.Treatment.State, desk.Scene.Cloud.Writes));
        Assert.Equal(CommandState.Done, (await desk.DoAsync(whole)).State);
    }

    [Fact]
    public async Task A_revision_that_only_moved_by_what_changes_nothing_is_no_reason_to_refuse()
    {
        var desk = new Desk();
        await desk.SeeAndPlanAsync();
        var approve = desk.Command(CommandKind.Approve);
        await desk.DoAsync(desk.Command(CommandKind.Approve, plan: "another"));
        Assert.True(desk.Scene.Finding.Revision > approve.Revision);
        Assert.Equal(CommandState.Done, (await desk.DoAsync(approve)).State);
    }

    [Fact]
    public async Task An_exempted_low_finding_that_becomes_critical_opens_again_and_tells()
    {
        var desk = new Desk();
        await desk.SeeAsync(Severity.Low, Listed);
        Assert.Equal(CommandState.Done, (await desk.DoAsync(desk.Exempt(30))).State);
        await desk.SeeAsync(Severity.Low, Listed);
        Assert.Equal(FindingStatus.Suppressed, desk.Scene.Finding.Status);
        await desk.SeeAsync(Severity.Critical, Listed);
        Assert.Equal((FindingStatus.Open, FindingStep.Reopened), (desk.Scene.Finding.Status, desk.Story.Last()));
        Assert.Contains(desk.Scene.Table.Rows.Where(row => row.Kind is RowKind.Event).Select(FindingRows.Event), step => step.Detail?.Contains("No longer exempted: it was accepted as low, and is now critical", StringComparison.Ordinal) is true);
        Assert.Contains(desk.Scene.Table.Rows.Where(row => row.Kind is RowKind.Outbox).Select(OutboxRows.Read), entry => entry is { Kind: OutboxKind.Notify, Step: FindingStep.Reopened });

        // The walk does not bring it back, and nothing is changed by looking twice.
        Assert.Equal(0, await desk.Walk.AlignAsync(Findings.Some.Partition, by: null, CancellationToken.None));
    }

    [Fact]
    public async Task An_exempted_finding_with_other_evidence_opens_again()
    {
        var desk = new Desk();
        await desk.SeeAsync(Severity.High, Listed);
        await desk.DoAsync(desk.Exempt(30));
        await desk.SeeAsync(Severity.High, Read);
        Assert.Equal(FindingStatus.Open, desk.Scene.Finding.Status);
    }

    [Fact]
    public async Task Evidence_in_another_order_and_time_that_passes_open_nothing()
    {
        var desk = new Desk();
        Evidence Old(int days) => new("credentials[0]", $"{days} days old (allowed: 90)");
        await desk.SeeAsync(Severity.High, Listed, Old(93), new("until", "2026-11-01T12:00:00Z"));
        await desk.DoAsync(desk.Exempt(30));
        await desk.SeeAsync(Severity.Medium, new("until", "2027-01-01T00:00:00.123Z"), Old(101), Listed);
        Assert.Equal(FindingStatus.Suppressed, desk.Scene.Finding.Status);
        await desk.SeeAsync(Severity.Medium, new("until", "2027-01-01T00:00:00.123Z"), new("credentials[0]", "101 days old (allowed: 30)"), Listed);
        Assert.Equal(FindingStatus.Open, desk.Scene.Finding.Status);
    }

    [Fact]
    public async Task Accepting_a_whole_rule_at_low_covers_no_critical_finding_of_it()
    {
        var desk = new Desk();
        await desk.SeeAsync(Severity.Low, Listed);
        await desk.DoAsync(desk.Exempt(30, rule: "SG-STOR-001"));
        await desk.SeeAsync(Severity.Low, Read);
        Assert.Equal(FindingStatus.Suppressed, desk.Scene.Finding.Status);
        await desk.SeeAsync(Severity.High, Read);
        Assert.Equal(FindingStatus.Open, desk.Scene.Finding.Status);
    }

    [Fact]
    public async Task An_exemption_of_another_resource_or_of_a_tag_is_not_the_one_that_was_seen()
    {
        var desk = new Desk();
        await desk.SeeAsync(Severity.Low, Listed);
        var exempt = desk.Exempt(30);
        Exemption[] others = [exempt.Exemption! with { ResourceId = "arn:aws:s3:::another" }, exempt.Exemption! with { Tag = "env" }, exempt.Exemption! with { RuleId = "SG-STOR-002" }];
        foreach (var (other, index) in others.Select((other, index) => (other, index)))
        {
            Assert.Equal(CommandState.Refused, (await desk.DoAsync(exempt with { Id = $"{index + 0xb0:x32}", Exemption = other })).State);
        }

        Assert.DoesNotContain(desk.Scene.Table.Rows, row => row.Kind is RowKind.Exemption);
    }

    [Theory]
    [InlineData(null, true)]
    [InlineData(Severity.Low, false)]
    [InlineData(Severity.High, true)]
    public async Task An_exemption_of_the_file_covers_up_to_its_own_severity(Severity? most, bool covered)
    {
        var desk = new Desk();
        desk.FromFile.Add(new Exemption
        {
            Id = "file",
            RuleId = "SG-STOR-001",
            MaxSeverity = most,
            Category = ExemptionCategory.Waiver,
            Reason = "known",
            RequestedBy = "sam",
            ExpiresAt = desk.Scene.Time.Now.AddDays(30),
        });
        await desk.SeeAsync(Severity.High, Listed);
        Assert.Equal(covered ? FindingStatus.Suppressed : FindingStatus.Open, desk.Scene.Finding.Status);
    }

    [Fact]
    public void No_two_weaknesses_share_a_digest_by_the_way_they_are_written()
    {
        string Digest(string rule, params Evidence[] evidence) => new Weakness(rule, Severity.Low, [.. evidence]).Digest();
        string[] all =
        [
            Digest("a"), Digest("b"), Digest("a", new Evidence("", "")), Digest("a", new Evidence("p", "q")), Digest("a", new Evidence("pq", "")), Digest("a", new Evidence("p", "q\n1:p\n1:q")),
            Digest("a", new Evidence("p", "q"), new Evidence("p", "q")), Digest("a", new Evidence("p", "12")), Digest("a", new Evidence("p", "13")),
        ];
        Assert.Equal(all.Length, all.Distinct(StringComparer.Ordinal).Count());
        Assert.All(all, one => Assert.Matches("^[0-9a-f]{64}$", one));
    }
}
