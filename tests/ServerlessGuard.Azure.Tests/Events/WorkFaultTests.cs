using System.Text.Json;
using ServerlessGuard.Azure.Events;
using ServerlessGuard.Findings;
using ServerlessGuard.Guards;
using ServerlessGuard.Tables;

namespace ServerlessGuard.Azure.Tests.Events;

/// <summary>What keeps a finding from being treated stands in its outbox entry, where <c>guard doctor</c> reads it.</summary>
public sealed class WorkFaultTests
{
    [Fact]
    public async Task A_fault_of_any_kind_is_noted_in_the_entry()
    {
        using var bench = new Bench(RemediationMode.Enforce);
        bench.Source.PutAccount(isOpen: true);
        await bench.EventAsync();
        var entry = bench.Table.Rows.Where(row => row.Kind is RowKind.Outbox).First(row => OutboxRows.Read(row).Kind is OutboxKind.Remediate);
        var rule = OutboxRows.Read(entry).RuleId;
        var finding = bench.Table.Rows.Single(row => row.Kind is RowKind.Finding && FindingRows.Finding(row).RuleId == rule);
        await bench.Table.CommitAsync(finding.Partition, [new TableWrite.Put(finding with { Document = "[]" })], CancellationToken.None);

        await Assert.ThrowsAsync<JsonException>(() => bench.Worker.RunAsync(JsonElement.Parse(new WorkMessage.Remediate(entry.Partition, entry.Key).ToJson()), default));

        var noted = OutboxRows.Read(bench.Table.Rows.Single(row => row.Key == entry.Key));
        Assert.Equal(1, noted.Attempts);
        Assert.StartsWith("JsonException", noted.Fault, StringComparison.Ordinal);
        Assert.NotNull(noted.NextAttemptAt);
    }
}
