using System.Text.Json;
using ServerlessGuard.Azure.Events;
using ServerlessGuard.Findings;
using ServerlessGuard.Guards;
using ServerlessGuard.Tables;

namespace ServerlessGuard.Azure.Tests.Events;

public sealed class ScanFunctionTests : IDisposable
{
    private const string Container = FakeSource.Account + "/blobServices/default/containers/data";

    private readonly Bench _bench = new();

    public void Dispose() => _bench.Dispose();

    [Fact]
    public async Task A_write_of_a_weak_account_opens_its_findings_with_actor_and_stages()
    {
        _bench.Source.PutAccount(isOpen: true);
        Assert.True((await _bench.EventAsync()).Succeeded);
        var finding = _bench.Of("SG-STOR-004");
        Assert.NotNull(finding);
        Assert.Equal(FindingStatus.Open, finding.Status);
        Assert.Equal("ada@example.org", finding.Actor);
        Assert.Equal(DetectedBy.Change, finding.DetectedBy);
        Assert.True(finding.Stages.Captured <= finding.Stages.Evaluated && finding.Stages.Evaluated <= finding.Stages.Recorded);
        Assert.Contains("SG-STOR-003", _bench.Open);
    }

    [Fact]
    public async Task A_public_container_is_a_finding_of_its_account_and_goes_with_the_container()
    {
        _bench.Source.PutAccount(isOpen: true);
        await _bench.EventAsync();
        Assert.DoesNotContain("SG-STOR-001", _bench.Open);
        _bench.Source.PutContainer("data", "Blob");
        await _bench.EventAsync(Container);
        Assert.Contains("SG-STOR-001", _bench.Open);
        _bench.Source.Remove(Container);
        await _bench.EventAsync(Container, "Delete");
        Assert.Equal(FindingStatus.Resolved, _bench.Of("SG-STOR-001")!.Status);
        Assert.Empty(_bench.Work.Messages);
    }

    [Fact]
    public async Task A_repaired_account_resolves_and_a_broken_one_reopens_the_same_finding()
    {
        _bench.Source.PutAccount(isOpen: true);
        await _bench.EventAsync();
        var first = _bench.Of("SG-STOR-004")!;
        _bench.Source.PutAccount(isOpen: false);
        await _bench.EventAsync();
        Assert.Equal(["SG-LOG-003"], _bench.Open);
        _bench.Source.PutAccount(isOpen: true);
        await _bench.EventAsync();
        var again = _bench.Of("SG-STOR-004")!;
        Assert.Equal((first.Id, 1, FindingStatus.Open), (again.Id, again.Reopened, again.Status));
    }

    [Fact]
    public async Task A_deleted_account_resolves_everything_below_it()
    {
        _bench.Source.PutAccount(isOpen: true);
        _bench.Source.Resources[FakeSource.Account + "/blobServices/default"] = $$$"""{"id":"{{{FakeSource.Account}}}/blobServices/default","type":"Microsoft.Storage/storageAccounts/blobServices","properties":{}}""";
        await _bench.EventAsync();
        Assert.Contains("SG-STOR-008", _bench.Open);
        _bench.Source.Remove(FakeSource.Account);
        await _bench.EventAsync(type: "Delete");
        Assert.Empty(_bench.Open);
    }

    [Fact]
    public async Task A_resource_that_is_gone_between_event_and_read_is_deleted_not_retried()
    {
        Assert.True((await _bench.EventAsync()).Succeeded);
        Assert.Empty(_bench.Findings);
    }

    [Fact]
    public async Task A_delete_that_arm_does_not_show_yet_is_looked_at_again_later()
    {
        _bench.Source.PutAccount(isOpen: true);
        Assert.True((await _bench.EventAsync(type: "Delete")).Succeeded);
        var (text, delay) = Assert.Single(_bench.Work.Messages);
        Assert.Equal(TimeSpan.FromSeconds(60), delay);
        _bench.Source.Remove(FakeSource.Account);
        Assert.True((await _bench.Worker.RunAsync(JsonElement.Parse(text), default)).Succeeded);
        Assert.Empty(_bench.Open);
    }

    [Fact]
    public async Task Spellings_of_one_id_are_one_resource()
    {
        _bench.Source.PutAccount(isOpen: true);
        await _bench.EventAsync(FakeSource.Account.ToLowerInvariant());
        await _bench.EventAsync(FakeSource.Account.Replace("resourceGroups", "resourcegroups", StringComparison.Ordinal));
        Assert.Single(_bench.Findings, finding => finding.RuleId == "SG-STOR-004");
        Assert.Equal(1, _bench.Of("SG-STOR-004")!.Revision);
    }

    [Fact]
    public async Task A_transient_fault_fails_the_call_and_the_redelivery_judges()
    {
        _bench.Source.PutAccount(isOpen: true);
        _bench.Source.OnRead = _ => throw FakeSource.Throttled();
        Assert.False((await _bench.EventAsync()).Succeeded);
        Assert.Empty(_bench.Findings);
        _bench.Source.OnRead = null;
        Assert.True((await _bench.EventAsync()).Succeeded);
        Assert.NotEmpty(_bench.Findings);
    }

    [Fact]
    public async Task One_bad_event_of_a_batch_costs_the_others_nothing()
    {
        _bench.Source.PutAccount(isOpen: true);
        var batch = $"[{Bench.EventJson("/subscriptions/../../x")},{Bench.EventJson(FakeSource.Account)},42,{Bench.EventJson("/subscriptions/99999999-9999-9999-9999-999999999999/resourceGroups/rg/providers/Microsoft.Storage/storageAccounts/other", subscription: "99999999-9999-9999-9999-999999999999")}]";
        var answer = await _bench.Scan.RunAsync(JsonElement.Parse(batch), default);
        Assert.True(answer.Succeeded);
        Assert.Contains("SG-STOR-004", _bench.Open);
        Assert.Equal(3, _bench.Dead.Messages.Count);
        Assert.All(_bench.Dead.Messages, message => Assert.DoesNotContain("claims", message.Text, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_refused_event_that_cannot_be_kept_comes_again()
    {
        _bench.Dead.IsDown = true;
        Assert.False((await _bench.EventAsync("/subscriptions/../x")).Succeeded);
    }

    [Fact]
    public async Task Our_own_listing_of_settings_is_not_answered()
    {
        var own = Bench.EventJson(FakeSource.Account, "Action", "Microsoft.Storage/storageAccounts/listKeys/action", claims: $$"""{"appid":"{{Bench.OwnClient}}"}""");
        var answer = await _bench.Scan.RunAsync(JsonElement.Parse(own), default);
        Assert.True(answer.Succeeded);
        Assert.Equal(0, _bench.Source.Reads);
    }

    [Fact]
    public async Task What_follows_a_change_is_kicked_off_and_stands_in_the_outbox()
    {
        using var enforcing = new Bench(RemediationMode.Enforce);
        enforcing.Source.PutAccount(isOpen: true);
        await enforcing.EventAsync();
        var outbox = enforcing.Table.Rows.Where(row => row.Kind is RowKind.Outbox).Select(row => row.Key).Order(StringComparer.Ordinal);
        Assert.NotEmpty(outbox);
        Assert.Equal(outbox, enforcing.Work.Messages.Select(message => ((WorkMessage.Remediate)WorkMessage.Read(JsonElement.Parse(message.Text))!).Key).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_kick_that_is_lost_is_sent_again_by_the_outbox_when_it_is_due()
    {
        using var enforcing = new Bench(RemediationMode.Enforce);
        enforcing.Source.PutAccount(isOpen: true);
        enforcing.Work.IsDown = true;
        Assert.True((await enforcing.EventAsync()).Succeeded);
        enforcing.Work.IsDown = false;
        await enforcing.Resend.RunAsync(default);
        Assert.Empty(enforcing.Work.Messages);
        enforcing.Time.Advance(TimeSpan.FromMinutes(2));
        await enforcing.Resend.RunAsync(default);
        Assert.Equal(enforcing.Table.Rows.Count(row => row.Kind is RowKind.Outbox), enforcing.Work.Messages.Count);
        Assert.NotEmpty(enforcing.Work.Messages);
        await enforcing.WorkAsync();
        Assert.DoesNotContain(enforcing.Table.Rows, row => row.Kind is RowKind.Outbox);
    }
}
