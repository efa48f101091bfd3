using System.Text.Json;
using ServerlessGuard.Azure.Events;
using ServerlessGuard.Findings;
using ServerlessGuard.Guards;
using ServerlessGuard.Resources;
using ServerlessGuard.Tables;

namespace ServerlessGuard.Azure.Tests.Events;

/// <summary>Whoever can write into the queue cannot have anything carried out for a subscription that this deployment does not guard.</summary>
public sealed class ForeignEntryTests
{
    private const string Foreign = "99999999-9999-9999-9999-999999999999";

    [Fact]
    public async Task An_entry_of_a_subscription_that_is_not_ours_is_not_carried_out()
    {
        using var bench = new Bench(RemediationMode.Enforce);
        bench.Source.PutAccount(isOpen: true);
        await bench.EventAsync();
        var own = OutboxRows.Read(bench.Table.Rows.First(row => row.Kind is RowKind.Outbox && OutboxRows.Read(row).Kind is OutboxKind.Remediate));
        var partition = RowKeys.Partition(Provider.Azure, Foreign);
        var foreign = OutboxRows.Row(partition, own with { Resource = own.Resource with { Account = Foreign } }, version: null);
        await bench.Table.CommitAsync(partition, [new TableWrite.Put(foreign)], CancellationToken.None);

        var answer = await bench.Worker.RunAsync(JsonElement.Parse(new WorkMessage.Remediate(partition, foreign.Key).ToJson()), default);

        Assert.False(answer.Succeeded);
        Assert.Contains("not among the allowed ones (GUARD_SUBSCRIPTIONS)", Assert.Single(answer.Logs), StringComparison.Ordinal);
        Assert.Contains(bench.Table.Rows, row => row.Partition == partition && row.Key == foreign.Key);
    }
}
