using ServerlessGuard.Decisions;
using ServerlessGuard.Engine;
using ServerlessGuard.Exemptions;
using ServerlessGuard.Federation;
using ServerlessGuard.Findings;
using ServerlessGuard.Guards;
using ServerlessGuard.Resources;
using ServerlessGuard.Tables;
using ServerlessGuard.Testing;
using ServerlessGuard.Tests.Findings;
using ServerlessGuard.Verdicts;

namespace ServerlessGuard.Tests.Federation;

/// <summary>Accounts that the peer makes up, and how much it may ask for when nobody has said.</summary>
public class PeerAccountAttackTests
{
    private static readonly CancellationToken Cancel = CancellationToken.None;

    [Fact]
    public async Task Accounts_that_the_peer_invents_cost_our_walks_no_query()
    {
        var table = new MemoryTable();
        await Some.Recorder(table, OutboxKind.Federate).RecordAsync(Some.At(1, Some.Rule(Compliance.NonCompliant)), Cancel);

        // The first walk looks at everything, once.
        await QueriesAsync(table);
        var before = await QueriesAsync(table);
        for (var i = 0; i < 500; i++)
        {
            await table.RegisterAsync($"azure:{i:x8}-2222-3333-4444-555555555555", Cancel);
        }

        Assert.Equal(before, await QueriesAsync(table));
    }

    [Theory]
    [InlineData("azure:x")]
    [InlineData("azure:")]
    [InlineData("azure:guardians")]
    [InlineData("azure:unknown")]
    [InlineData("azure:AAAAAAAA-2222-3333-4444-555555555555")]
    [InlineData("azure:11111111222233334444555555555555")]
    [InlineData("azure:11111111-2222-3333-4444-555555555555\n<!channel>")]
    [InlineData("azure:<!channel> *all is well* `rm`")]
    public async Task A_row_of_an_account_that_is_none_is_refused(string partition)
    {
        var table = new MemoryTable();
        var exemption = ExemptionRows.Row(partition, Crossing.Exemption("a", TimeProvider.System.GetUtcNow()), null);
        var receiver = new FederationReceiver(table, Provider.Azure, new HashSet<string>(), TimeProvider.System, new Backoff(() => 0));
        foreach (var row in new[] { Crossing.Wire(exemption), Crossing.Wire(exemption) with { Schema = 9 } })
        {
            var answer = Assert.Single((await receiver.ReceiveAsync(new FederationBatch { Rows = [row] }, Cancel)).Rows);
            Assert.Equal((RowVerdict.Rejected, "not a subscription id, a GUID"), (answer.Verdict, answer.Reason));
        }

        Assert.Empty(table.Rows);
    }

    [Theory]
    [InlineData(Provider.Aws, "111122223333,444455556666", null)]
    [InlineData(Provider.Azure, " AAAAAAAA-2222-3333-4444-555555555555 ", null)]
    [InlineData(Provider.Azure, null, "is not set, but GUARD_PEER_URL is: it lists the accounts whose rows Azure may send, separated by commas")]
    [InlineData(Provider.Aws, " , ", "is not set, but GUARD_PEER_URL is: it lists the accounts whose rows Aws may send, separated by commas")]
    [InlineData(Provider.Aws, "111122223333,*", "holds \"*\": each must be an AWS account, twelve digits")]
    [InlineData(Provider.Aws, "١١١١٢٢٢٢٣٣٣٣", "holds \"١١١١٢٢٢٢٣٣٣٣\": each must be an AWS account, twelve digits")]
    [InlineData(Provider.Azure, "guard", "holds \"guard\": each must be a subscription id, a GUID")]
    public void A_peer_that_may_speak_of_any_account_is_a_setting_that_is_refused(Provider peer, string? text, string? fault) => Assert.Equal(fault, PeerAccounts.Read(peer, text).Fault);

    [Fact]
    public void Unless_somebody_allows_more_the_peer_may_only_make_us_do_less()
    {
        Assert.Equal([CommandKind.Reject, CommandKind.Stop], ApprovalSettings.Default.FromPeer.Order());
        Assert.Empty(SettingsWarnings.Of(GuardSettings.Default));
        var wide = GuardSettings.Default with { Approvals = ApprovalSettings.Default with { FromPeer = [CommandKind.Undo, CommandKind.Stop, CommandKind.Approve] } };
        Assert.StartsWith("approvals.fromPeer: whoever controls the other cloud can approve, undo here", Assert.Single(SettingsWarnings.Of(wide)), StringComparison.Ordinal);
    }

    /// <summary>What both hosts' schedules go through.</summary>
    private static async Task<int> QueriesAsync(MemoryTable table)
    {
        var before = table.Queries;
        var walk = new OutboxWalk(table, Provider.Aws, TimeProvider.System, () => 0.5);
        foreach (var kind in Enum.GetValues<OutboxKind>())
        {
            await foreach (var entry in walk.WalkAsync(kind, Cancel))
            {
                Assert.Equal(Some.Partition, entry.Row.Partition);
            }

            await walk.DepthAsync(kind, OutboxWalk.Counted, Cancel);
        }

        await table.CommitAsync(RowKeys.Deployment(Provider.Aws), [new TableWrite.Delete(ExpiryWalk.LeaseKey, Version: null)], Cancel);
        Assert.NotNull(await new ExpiryWalk(
            table, new ExemptionReader(table, []), TimeSpan.FromHours(1), TimeSpan.FromDays(7), _ => [], TimeProvider.System, new Backoff(() => 0)).RunAsync(Provider.Aws, Cancel));
        return table.Queries - before;
    }
}
