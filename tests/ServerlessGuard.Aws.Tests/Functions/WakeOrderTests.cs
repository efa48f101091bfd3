using ServerlessGuard.Testing;

namespace ServerlessGuard.Aws.Tests.Functions;

public sealed class WakeOrderTests
{
    private const string OutboxQueue = "https://sqs.eu-west-1.amazonaws.com/111122223333/guard-outbox";

    /// <summary>An open door costs more than a late message. The other cloud's test has the same name.</summary>
    [Fact]
    public async Task The_fix_is_begun_before_the_peer_and_people_are_told()
    {
        var scan = new Host("scan", environment:
        [
            GuardYaml.Mode("enforce"),
            ("GUARD_OUTBOX_QUEUE", OutboxQueue),
            ("GUARD_PEER_URL", "https://guard.example.test/api/federation"),
            ("GUARD_PEER_TENANT", "t"),
            ("GUARD_PEER_CLIENT_ID", "c"),
            ("GUARD_PEER_SCOPE", "api://guard/.default"),
            ("GUARD_PEER_ROLE", "arn:aws:iam::111122223333:role/guard-peer"),
            ("GUARD_PEER_ACCOUNTS", "11111111-2222-3333-4444-555555555555"),
        ]);
        await scan.InvokeAsync(Samples.ConfigRule(Samples.Bucket()));
        var queues = scan.Api.Messages.Select(message => message.Queue).ToList();
        Assert.Equal([.. Enumerable.Repeat(Host.RemediateQueue, queues.Count - 1), OutboxQueue], queues);
        Assert.True(queues.Count > 1);
    }
}
