using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using ServerlessGuard.Simulators.Aws.LambdaRuntime;
using ServerlessGuard.Simulators.Aws.Queues;

namespace ServerlessGuard.EndToEnd.Tests.Aws;

/// <summary>The simulated SQS and what Lambda does with it.</summary>
public sealed class QueueTests
{
    [Fact]
    public async Task One_bad_message_of_ten_goes_to_the_dead_letters_and_the_nine_are_done_once()
    {
        // Names every message whose body is "bad".
        using var bootstrap = new ScriptedBootstrap("""
            FAILED=$(echo "$EVENT" | sed 's/},{"messageId"/}\n{"messageId"/g' | grep '"body":"bad"' | sed 's/.*"messageId":"\([^"]*\)".*/{"itemIdentifier":"\1"}/' | paste -sd, -)
            echo "$EVENT" | tr ',' '\n' | grep '"body"'
            curl -sS -o /dev/null -d "{\"batchItemFailures\":[$FAILED]}" "$API/invocation/$ID/response"
            """);
        await using var function = new LambdaFunction(
            new LambdaFunctionSettings { Name = "batch", Bootstrap = bootstrap.Path, Handler = "x", Account = "111122223333", Region = "eu-west-1" }, TimeProvider.System);
        var dead = new SimulatedSqs("dead", TimeProvider.System);
        var queue = new SimulatedSqs("work", TimeProvider.System) { VisibilityTimeout = TimeSpan.FromMilliseconds(50), MaxReceiveCount = 3, DeadLetters = dead };
        foreach (var body in Enumerable.Range(1, 9).Select(number => "good" + number).Append("bad"))
        {
            queue.Send(body);
        }

        var results = new ConcurrentQueue<InvocationResult>();
        await using (new EventSourceMapping(queue, function) { OnResult = results.Enqueue })
        {
            await Eventually.IsAsync(() => queue.Count == 0 && dead.Count == 1, "the queue is empty and one message is dead");
        }

        Assert.Equal(["bad"], dead.Bodies);
        await Eventually.IsAsync(() => function.Lines.Count(line => line.Contains("bad", StringComparison.Ordinal)) == 3, "the bad one was tried three times");
        Assert.All(Enumerable.Range(1, 9), number => Assert.Single(function.Lines, line => line.Contains("good" + number, StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("{}", 0)]
    [InlineData("null", 0)]
    [InlineData("""{"batchItemFailures":[]}""", 0)]
    [InlineData("""{"batchItemFailures":[{"itemIdentifier":"b"}]}""", 1)]
    [InlineData("""{"batchItemFailures":[{"itemIdentifier":""}]}""", null)]
    [InlineData("""{"batchItemFailures":[{"itemIdentifier":"unknown"}]}""", null)]
    [InlineData("""{"batchItemFailures":[{"wrong":"b"}]}""", null)]
    [InlineData("not json", null)]
    public void An_answer_that_is_no_list_of_failures_fails_the_whole_batch(string payload, int? failed)
    {
        LabMessage[] batch = [Message("a"), Message("b")];

        Assert.Equal(failed, EventSourceMapping.Failures(payload, batch)?.Count);
    }

    [Fact]
    public void A_receipt_is_good_until_the_message_is_received_again()
    {
        var queue = new SimulatedSqs("work", TimeProvider.System) { VisibilityTimeout = TimeSpan.Zero };
        queue.Send("x");
        var first = queue.Receive(1)[0].Receipt!;
        var second = queue.Receive(1)[0].Receipt!;

        Assert.False(queue.Delete(first));
        Assert.True(queue.Delete(second));
        Assert.Equal(0, queue.Count);
    }

    [Fact]
    public async Task An_asynchronous_invocation_is_tried_three_times_and_then_kept()
    {
        using var bootstrap = new ScriptedBootstrap("""curl -sS -o /dev/null -d '{"errorType":"Bad"}' "$API/invocation/$ID/error" """);
        await using var function = new LambdaFunction(
            new LambdaFunctionSettings { Name = "async", Bootstrap = bootstrap.Path, Handler = "x", Account = "111122223333", Region = "eu-west-1" }, TimeProvider.System);
        var dead = new SimulatedSqs("dead", TimeProvider.System);
        var results = new ConcurrentQueue<InvocationResult>();
        var invoker = new AsyncInvoker(function, dead, TimeProvider.System) { Pause = TimeSpan.FromMilliseconds(10), OnResult = results.Enqueue };

        invoker.Invoke("""{"a":1}""");
        await Eventually.IsAsync(() => invoker.IsIdle, "it is given up");

        Assert.Equal(3, results.Count);
        Assert.Equal(1, (int?)JsonNode.Parse(Assert.Single(dead.Bodies))!["a"]);
    }

    private static LabMessage Message(string id) => new() { Id = id, Body = id, SentAt = DateTimeOffset.UnixEpoch };
}
