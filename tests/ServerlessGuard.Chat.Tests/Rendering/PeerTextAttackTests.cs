using ServerlessGuard.Chat.Slack;
using ServerlessGuard.Decisions;
using ServerlessGuard.Guards;
using ServerlessGuard.Federation;
using ServerlessGuard.Findings;
using ServerlessGuard.Notifications;
using ServerlessGuard.Resources;
using ServerlessGuard.Tables;
using ServerlessGuard.Testing;
using ServerlessGuard.Tests.Federation;
using ServerlessGuard.Tests.Findings;
using ServerlessGuard.Verdicts;

namespace ServerlessGuard.Chat.Tests.Rendering;

/// <summary>What the peer wrote into a table, planted past every check, as people are shown it.</summary>
public class PeerTextAttackTests
{
    private static readonly CancellationToken Cancel = CancellationToken.None;

    public static TheoryData<string> Hostile => new()
    {
        "<!channel>", "<@U024BE7LH>", "*bold* _it_ ~no~ `code`", "<https://evil.example|click>", "\u001b[2J\u001b[31mred", "\u202Eevil\u202C\u2066x", "a\nNo problems.",
    };

    [Theory]
    [MemberData(nameof(Hostile))]
    public async Task A_planted_account_is_an_unknown_account(string hostile)
    {
        var table = new MemoryTable();
        await table.CommitAsync(RowKeys.Directory, [new TableWrite.Insert(AccountRows.Row("azure:" + hostile))], Cancel);
        var text = await new SlackStatus(table, Provider.Aws, TimeProvider.System).StatusAsync(Cancel);
        Assert.Contains("`an unknown account`", text, StringComparison.Ordinal);
        AssertPlain(hostile, text);
        Assert.Equal("an unknown account", ShownName.Partition("azure:" + hostile));
        Assert.Equal("an unknown account", ShownName.Account(Provider.Azure, hostile));
        foreach (var alarm in Enum.GetValues<PeerAlarmKind>())
        {
            AssertPlain(hostile, Notices.Of(new PeerNote { Alarm = alarm, At = Some.Start, About = "azure:" + hostile }, Provider.Azure).Text);
            AssertPlain(hostile, Notices.Of(new PeerNote { Alarm = alarm, At = Some.Start, About = hostile }, Provider.Azure).Text);
        }

        AssertPlain(hostile, Notices.BreakerOpen("SG-STOR-001", "azure:" + hostile, 9, Some.Start).Text);
    }

    [Theory]
    [MemberData(nameof(Hostile))]
    public async Task A_planted_finding_is_shown_without_its_formatting(string hostile)
    {
        var table = new MemoryTable();
        await Some.Recorder(table).RecordAsync(Some.Of(Crossing.Storage("a"), 1, Some.Rule(Compliance.NonCompliant)), Cancel);
        var finding = FindingRows.Finding(table.Rows.Single(row => row.Kind is RowKind.Finding));
        var planted = finding with { Id = hostile, Title = hostile, Reason = hostile, Resource = finding.Resource with { Name = "a " + hostile, Account = hostile, Region = hostile } };
        var partition = RowKeys.Partition(finding.Resource);
        await table.CommitAsync(partition, [new TableWrite.Put(FindingRows.IndexRow(partition, planted))], Cancel);
        var text = await new SlackStatus(table, Provider.Aws, TimeProvider.System).FindingsAsync(null, Cancel);
        Assert.Contains("`an unknown finding`", text, StringComparison.Ordinal);
        AssertPlain(hostile, text);

        var message = Messages.Of(planted, [], rule: null, Some.Start);
        Assert.StartsWith("an unknown finding · revision 1", MessageLines.Footer(message), StringComparison.Ordinal);
        Assert.Contains("Azure, an unknown account", MessageLines.Where(message.Resource), StringComparison.Ordinal);
        var slack = SlackBlocks.Render(message).ToJsonString();
        Assert.DoesNotContain("<!channel>", slack.Replace("\\u003C", "<", StringComparison.OrdinalIgnoreCase).Replace("\\u003E", ">", StringComparison.OrdinalIgnoreCase), StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Hostile))]
    public async Task A_switch_and_an_outcome_in_the_peers_words_are_one_plain_line(string hostile)
    {
        var table = new MemoryTable();
        var partition = RowKeys.Deployment(Provider.Azure);
        var control = new Control { Stopped = true, By = hostile, Reason = hostile, At = Some.Start, FirstSeen = Some.Start, Revision = 1 };
        await table.CommitAsync(partition, [new TableWrite.Put(ControlRows.Row(partition, control, null))], Cancel);
        AssertPlain(hostile, (await new SlackStatus(table, Provider.Aws, TimeProvider.System).StatusAsync(Cancel)).Replace("*stopped*", string.Empty, StringComparison.Ordinal)
            .Replace("*Aws*", string.Empty, StringComparison.Ordinal).Replace("*Azure*", string.Empty, StringComparison.Ordinal));
        var command = Crossing.Command(Provider.Aws, partition, "x", Some.Start) with { By = new Person(hostile, "slack:U1"), State = CommandState.Refused, Outcome = hostile, FinishedAt = Some.Start };
        AssertPlain(hostile, SlackSentences.Known(command));
    }

    [Fact]
    public void What_looks_as_it_should_is_shown()
    {
        Assert.Equal("aws:111122223333", ShownName.Partition("aws:111122223333"));
        Assert.Equal("azure:guard", ShownName.Partition("azure:guard"));
        Assert.Equal(ShownName.UnknownAccount, ShownName.Partition(null));
        var id = FindingId.Of("SG-STOR-001/latent", Some.Bucket());
        Assert.Equal(id, ShownName.Finding(id));
    }

    /// <summary>No mention, no link, no formatting, no line, colour or direction of the stranger's.</summary>
    private static void AssertPlain(string hostile, string text)
    {
        Assert.DoesNotContain(hostile, text, StringComparison.Ordinal);
        Assert.DoesNotContain("<", text, StringComparison.Ordinal);
        Assert.DoesNotContain("\u001b", text, StringComparison.Ordinal);
        Assert.DoesNotContain("\u202E", text, StringComparison.Ordinal);
        Assert.DoesNotContain("\nNo problems.", text, StringComparison.Ordinal);
        Assert.DoesNotContain("*bold*", text, StringComparison.Ordinal);
        Assert.DoesNotContain("~no~", text, StringComparison.Ordinal);
        Assert.DoesNotContain("`code`", text, StringComparison.Ordinal);
        Assert.DoesNotContain("|", text, StringComparison.Ordinal);
    }
}
