using System.Text.Json;
using ServerlessGuard.Decisions;
using ServerlessGuard.Guards;
using ServerlessGuard.Resources;

namespace ServerlessGuard.Azure.Tests.Events;

public sealed class OutboxDepthTests
{
    /// <summary>A sum over the kinds would see two where there is one.</summary>
    [Fact]
    public async Task A_decision_that_waits_is_counted_once_and_as_no_fix()
    {
        using var bench = new Bench();
        var asked = NewCommand.About(CommandKind.Stop, Provider.Azure, new Author(new Person("kim", "local:kim"), Provider.Azure, "1"), bench.Time.GetUtcNow());
        await new CommandDesk(bench.Table).SubmitAsync(asked, CancellationToken.None);

        Assert.True((await bench.Resend.RunAsync(default)).Succeeded);

        var depths = bench.Log.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonElement.Parse(line))
            .Where(line => line.TryGetProperty("metric", out var name) && name.GetString() is "outbox.depth")
            .Select(line => (line.GetProperty("kind").GetString(), line.GetProperty("value").GetDouble())).Order();
        Assert.Equal([("command", 1), ("federate", 0), ("notify", 0), ("remediate", 0)], depths);
    }
}
