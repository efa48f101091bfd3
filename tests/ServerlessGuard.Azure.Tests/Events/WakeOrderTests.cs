using System.Text.Json;
using ServerlessGuard.Azure.Events;
using ServerlessGuard.Engine;
using ServerlessGuard.Guards;

namespace ServerlessGuard.Azure.Tests.Events;

public sealed class WakeOrderTests
{
    /// <summary>An open door costs more than a late message. The other cloud's test has the same name.</summary>
    [Fact]
    public async Task The_fix_is_begun_before_the_peer_and_people_are_told()
    {
        using var bench = new Bench(RemediationMode.Enforce, new Reach(Federates: true, Notifies: true, Asks: false));
        bench.Source.PutAccount(isOpen: true);
        await bench.EventAsync();
        var messages = bench.Work.Messages.Select(message => WorkMessage.Read(JsonElement.Parse(message.Text))!.GetType()).ToList();
        Assert.Equal([.. Enumerable.Repeat(typeof(WorkMessage.Remediate), messages.Count - 1), typeof(WorkMessage.Forward)], messages);
        Assert.True(messages.Count > 1);
    }
}
