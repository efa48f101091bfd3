using System.Globalization;
using System.Text.Json.Nodes;

namespace ServerlessGuard.Infra.Tests.Aws;

/// <summary>Limits of Lambda and SQS that neither cfn-lint nor a deployment tells.</summary>
public sealed class FunctionTests
{
    private static readonly Stack Everything = Stack.Product([.. Stack.Peer, .. Stack.Chat, Stack.SecretsKey, ("ChatUrl", "https://guard.acme.example")]);

    /// <summary>All variables of a function together: 4 KB (Lambda quotas).</summary>
    [Fact]
    public void The_environment_fits() => Assert.All(Everything.Of("AWS::Lambda::Function"), function => Assert.InRange(
        function.Properties["Environment"]!["Variables"]!.AsObject().Sum(variable => variable.Key.Length + variable.Value!.ToString().Length), 1, 3_500));

    /// <summary>
    /// A message stays hidden for six times the function's timeout, and a queue starts no more functions than are reserved: else it is throttled, and a message that
    /// nobody could take ends among the dead letters. Source: https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
    /// </summary>
    [Fact]
    public void Queues_suit_their_functions()
    {
        var mappings = Everything.Of("AWS::Lambda::EventSourceMapping").Select(mapping => mapping.Properties).ToList();
        Assert.Equal(3, mappings.Count);
        Assert.All(mappings, mapping =>
        {
            var queue = Everything.Of("AWS::SQS::Queue").Single(entry => Everything.Arn(entry.Id) == mapping["EventSourceArn"]!.GetValue<string>()).Properties;
            var function = Everything.Of("AWS::Lambda::Function").Single(entry => entry.Properties["FunctionName"]!.ToString() == mapping["FunctionName"]!.ToString()).Properties;
            Assert.True(Number(queue["VisibilityTimeout"]) >= 6 * Number(function["Timeout"]));
            Assert.True(Number(mapping["ScalingConfig"]!["MaximumConcurrency"]) <= Number(function["ReservedConcurrentExecutions"]));
            Assert.Equal(Everything.Arn("DeadLetterQueue"), queue["RedrivePolicy"]!["deadLetterTargetArn"]!.GetValue<string>());
        });
    }

    private static int Number(JsonNode? node) => int.Parse(node!.ToString(), CultureInfo.InvariantCulture);
}
