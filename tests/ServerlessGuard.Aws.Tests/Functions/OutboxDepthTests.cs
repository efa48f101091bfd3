using ServerlessGuard.Decisions;
using ServerlessGuard.Findings;
using ServerlessGuard.Guards;
using ServerlessGuard.Resources;
using ServerlessGuard.Tables;
using ServerlessGuard.Testing;

namespace ServerlessGuard.Aws.Tests.Functions;

public sealed class OutboxDepthTests
{
    /// <summary>A graph of both metrics, or an alarm on both, would see two where there is one.</summary>
    [Fact]
    public async Task A_decision_that_waits_is_counted_once_and_as_no_fix()
    {
        var time = new ManualTime(Samples.At);
        var outbox = new Host("outbox", time: time);
        var asked = NewCommand.About(CommandKind.Stop, Provider.Aws, new Author(new Person("kim", "local:kim"), Provider.Aws, "1"), time.Now);
        await new CommandDesk(outbox.Table).SubmitAsync(asked, CancellationToken.None);
        Assert.Single(((MemoryTable)outbox.Table).Rows, row => row.Kind is RowKind.Outbox && OutboxRows.Read(row).Kind is OutboxKind.Command);

        time.Now += TimeSpan.FromSeconds(30);
        await outbox.InvokeAsync("{}");

        Assert.Equal((0, 0), (outbox.Metric("OutboxDepth"), outbox.Metric("OutboxAgeSeconds")));
        Assert.Equal((1, 30), (outbox.Metric("OutboxCommandDepth"), outbox.Metric("OutboxCommandAgeSeconds")));
    }
}
