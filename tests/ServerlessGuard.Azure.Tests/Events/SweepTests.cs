using System.Text.Json;
using ServerlessGuard.Azure.Events;
using ServerlessGuard.Azure.Functions;
using ServerlessGuard.Azure.Reporting;
using ServerlessGuard.Due;
using ServerlessGuard.Findings;
using ServerlessGuard.Tables;

namespace ServerlessGuard.Azure.Tests.Events;

public sealed class SweepTests : IDisposable
{
    private const string Vault = FakeSource.Group + "/providers/Microsoft.KeyVault/vaults/kv";

    private readonly Bench _bench = new();

    public void Dispose() => _bench.Dispose();

    [Fact]
    public async Task What_events_never_told_is_found_and_says_so()
    {
        _bench.Source.PutAccount(isOpen: true);
        Assert.True((await _bench.Sweep.RunAsync(default)).Succeeded);
        Assert.Empty(_bench.Findings);
        await _bench.WorkAsync();
        Assert.Equal(DetectedBy.Sweep, _bench.Of("SG-STOR-004")!.DetectedBy);
    }

    /// <summary>With <c>GUARD_SUBSCRIPTIONS=*</c> only subscriptions that had findings already used to be swept.</summary>
    [Fact]
    public async Task Every_subscription_that_the_identity_can_see_is_swept_whether_it_has_rows_or_not()
    {
        const string Other = "/subscriptions/44444444-4444-4444-4444-444444444444/resourceGroups/rg/providers/Microsoft.Storage/storageAccounts/other";
        _bench.Source.PutAccount(isOpen: true);
        await _bench.EventAsync();
        _bench.Source.PutAccount(isOpen: true, Other);
        var everywhere = new SweepFunction(
            _bench.Source, _bench.Table, _bench.Work, [], Bench.Tenant, new Journal(_bench.Log, _bench.Log, _bench.Time), _bench.Time);
        Assert.True((await everywhere.RunAsync(default)).Succeeded);
        var swept = _bench.Work.Messages.Select(message => WorkMessage.Read(JsonElement.Parse(message.Text))).OfType<WorkMessage.Scan>().Select(scan => scan.ResourceId).ToList();
        Assert.Contains(FakeSource.Account, swept);
        Assert.Contains(Other, swept);
    }

    [Fact]
    public async Task A_child_that_resource_graph_does_not_list_is_asked_of_its_parent()
    {
        _bench.Source.Resources[Vault] = $$$$"""{"id":"{{{{Vault}}}}","name":"kv","type":"Microsoft.KeyVault/vaults","properties":{"enablePurgeProtection":true,"enableRbacAuthorization":true,"publicNetworkAccess":"Disabled"}}""";
        _bench.Source.Resources[Vault + "/keys/k"] = $$$"""{"id":"{{{Vault}}}/keys/k","name":"k","type":"Microsoft.KeyVault/vaults/keys","properties":{"kty":"RSA"}}""";
        await _bench.Sweep.RunAsync(default);
        await _bench.WorkAsync();
        Assert.Contains("SG-KEY-002", _bench.Open);
    }

    [Fact]
    public async Task The_finding_of_a_vanished_resource_is_resolved()
    {
        _bench.Source.PutAccount(isOpen: true);
        await _bench.EventAsync();
        Assert.NotEmpty(_bench.Open);
        _bench.Source.Remove(FakeSource.Account);
        await _bench.Sweep.RunAsync(default);
        await _bench.WorkAsync();
        Assert.Empty(_bench.Open);
    }

    [Fact]
    public async Task A_sweep_rests_until_its_interval_has_passed()
    {
        _bench.Source.PutAccount(isOpen: false);
        await _bench.Sweep.RunAsync(default);
        var first = _bench.Work.Messages.Count;
        await _bench.Sweep.RunAsync(default);
        Assert.Equal(first, _bench.Work.Messages.Count);
        _bench.Time.Advance(SweepFunction.Interval);
        await _bench.Sweep.RunAsync(default);
        Assert.Equal(2 * first, _bench.Work.Messages.Count);
    }

    [Fact]
    public async Task A_sweep_that_is_cut_short_goes_on_where_it_stood()
    {
        for (var i = 0; i < 40; i++)
        {
            _bench.Source.PutAccount(isOpen: false, FakeSource.Account + i.ToString(System.Globalization.CultureInfo.InvariantCulture));
        }

        // Every read of the clock takes long: one batch a call.
        var calls = 0;
        SweepState state;
        do
        {
            _bench.Time.Step = TimeSpan.FromSeconds(7);
            Assert.True((await _bench.Sweep.RunAsync(default)).Succeeded);
            state = SweepRows.Read(_bench.Table.Rows.Single(row => row.Kind is RowKind.Sweep));
            calls++;
        }
        while (!state.Complete && calls < 500);

        Assert.True(state.Complete && calls > 3, $"{calls} calls");
        var ids = _bench.Work.Messages.Select(message => Assert.IsType<WorkMessage.Scan>(WorkMessage.Read(JsonElement.Parse(message.Text))).ResourceId).ToList();
        Assert.Equal(40, ids.Distinct().Count());
        Assert.Equal(40, ids.Count);
    }

    [Fact]
    public async Task A_queue_that_is_down_fails_the_call_and_the_next_one_goes_on()
    {
        _bench.Source.PutAccount(isOpen: true);
        _bench.Work.IsDown = true;
        await Assert.ThrowsAsync<ServerlessGuard.Azure.Runtime.QueueUnavailableException>(() => _bench.Sweep.RunAsync(default));
        _bench.Work.IsDown = false;
        await _bench.Sweep.RunAsync(default);
        Assert.NotEmpty(_bench.Work.Messages);
    }

    [Fact]
    public async Task Expired_rows_are_deleted_and_others_stay()
    {
        _bench.Source.PutAccount(isOpen: true);
        await _bench.EventAsync();
        var steps = _bench.Table.Rows.Count(row => row.Kind is RowKind.Event);
        Assert.NotEqual(0, steps);
        _bench.Time.Advance(TimeSpan.FromDays(399));
        await _bench.Sweep.RunAsync(default);
        Assert.Equal(steps, _bench.Table.Rows.Count(row => row.Kind is RowKind.Event));
        _bench.Time.Advance(TimeSpan.FromDays(2));
        await _bench.Sweep.RunAsync(default);
        Assert.DoesNotContain(_bench.Table.Rows, row => row.Kind is RowKind.Event);
        Assert.NotEmpty(_bench.Findings);
    }
}
