using ServerlessGuard.Decisions;
using ServerlessGuard.Exemptions;
using ServerlessGuard.Findings;
using ServerlessGuard.Guards;
using ServerlessGuard.Resources;
using ServerlessGuard.Tables;

namespace ServerlessGuard.Tests.Decisions;

public sealed class ExemptionCommandTests
{
    [Fact]
    public async Task A_finding_is_accepted_until_a_day_announced_before_it_ends_and_reopens()
    {
        var desk = new Desk();
        await desk.SeeAndPlanAsync();
        Assert.Equal("exempted until 2026-03-31, 1 finding changed", (await desk.DoAsync(desk.Exempt(30))).Detail);
        Assert.Equal(FindingStatus.Suppressed, desk.Scene.Finding.Status);

        // Still weak at the next event: it stays suppressed, and nothing is fixed.
        await desk.SeeAndPlanAsync("still public");
        Assert.Equal((FindingStatus.Suppressed, 0), (desk.Scene.Finding.Status, desk.Scene.Cloud.Writes));

        desk.Scene.Time.Now += TimeSpan.FromDays(24);
        Assert.Equal(1, await desk.Walk.RunAsync(Provider.Aws, CancellationToken.None));
        Assert.Equal(FindingStep.ExemptionEnding, desk.Story.Last());
        desk.Scene.Time.Now += TimeSpan.FromDays(1);
        Assert.Equal(0, await desk.Walk.RunAsync(Provider.Aws, CancellationToken.None));
        desk.Scene.Time.Now += TimeSpan.FromDays(6);
        Assert.Equal(1, await desk.Walk.RunAsync(Provider.Aws, CancellationToken.None));
        Assert.Equal((FindingStatus.Open, FindingStep.Reopened), (desk.Scene.Finding.Status, desk.Story.Last()));
    }

    [Fact]
    public async Task A_whole_rule_is_accepted_in_this_account_and_the_decision_ended_before_its_time()
    {
        var desk = new Desk();
        await desk.SeeAndPlanAsync();
        var exempt = desk.Exempt(10, rule: "SG-STOR-001");
        await desk.DoAsync(exempt with { Exemption = exempt.Exemption! with { Account = "another", ApprovedBy = "the boss", Revision = 99 } });
        var stored = desk.Scene.Table.Rows.Where(row => row.Kind is RowKind.Exemption).Select(ExemptionRows.Read).Single();
        Assert.Equal(("111122223333", "kim", "kim", 1, exempt.Id), (stored.Account, stored.RequestedBy, stored.ApprovedBy, stored.Revision, stored.Id));
        Assert.Equal(FindingStatus.Suppressed, desk.Scene.Finding.Status);
        var revoke = desk.Command(CommandKind.Revoke) with { Exemption = stored };
        Assert.Equal("ended, 1 finding changed", (await desk.DoAsync(revoke)).Detail);
        Assert.Equal(FindingStatus.Open, desk.Scene.Finding.Status);
        Assert.Equal(2, desk.Scene.Table.Rows.Where(row => row.Kind is RowKind.Exemption).Select(ExemptionRows.Read).Single().Revision);
    }

    [Theory]
    [InlineData(0, "SG-STOR-001", "known")]
    [InlineData(-1, "SG-STOR-001", "known")]
    [InlineData(92, "SG-STOR-001", "known")]
    [InlineData(10, "SG-STOR-001", " ")]
    [InlineData(10, "SG-STOR-002", "known")]
    [InlineData(10, null, "known")]
    public async Task An_exemption_has_an_end_a_reason_and_a_scope(int days, string? rule, string reason)
    {
        var desk = new Desk();
        await desk.SeeAndPlanAsync();
        var command = desk.Exempt(days, rule);
        command = command with { Exemption = command.Exemption! with { RuleId = rule, Reason = reason, ResourceId = null } };
        Assert.Equal(CommandState.Refused, (await desk.DoAsync(command)).State);
        Assert.Equal(FindingStatus.Open, desk.Scene.Finding.Status);
    }

    [Fact]
    public async Task An_exemption_of_the_file_counts_for_findings_that_are_there_already_and_its_end_reopens()
    {
        var desk = new Desk();
        await desk.SeeAndPlanAsync();
        desk.FromFile.Add(new Exemption
        {
            Id = "file",
            RuleId = "SG-STOR-001",
            Category = ExemptionCategory.Mitigated,
            Reason = "a firewall",
            RequestedBy = "sam",
            ApprovedBy = "kim",
            ExpiresAt = desk.Scene.Time.Now.AddDays(30),
        });
        Assert.Equal(1, await desk.Walk.RunAsync(Provider.Aws, CancellationToken.None));
        Assert.Equal((FindingStatus.Suppressed, "file"), (desk.Scene.Finding.Status, desk.Scene.Finding.ExemptionId));
        desk.FromFile.Clear();
        desk.Scene.Time.Now += ExpiryWalk.Every;
        Assert.Equal(1, await desk.Walk.RunAsync(Provider.Aws, CancellationToken.None));
        Assert.Equal(FindingStatus.Open, desk.Scene.Finding.Status);
    }

    [Fact]
    public async Task A_tag_that_cannot_be_seen_here_is_believed_until_the_exemption_ends()
    {
        var desk = new Desk();
        var tagged = new Exemption
        {
            Id = "tagged",
            Tag = "sandbox",
            Category = ExemptionCategory.Waiver,
            Reason = "sandbox",
            RequestedBy = "sam",
            ExpiresAt = desk.Scene.Time.Now.AddDays(30),
        };
        desk.FromFile.Add(tagged);
        await desk.SeeAndPlanAsync();
        Assert.Equal(0, await desk.Walk.RunAsync(Provider.Aws, CancellationToken.None));
        Assert.Equal(FindingStatus.Open, desk.Scene.Finding.Status);
    }
}
