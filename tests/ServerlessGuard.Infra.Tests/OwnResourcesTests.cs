using System.Text.Json.Nodes;
using ServerlessGuard.Infra.Tests.Aws;
using ServerlessGuard.Infra.Tests.Azure;

namespace ServerlessGuard.Infra.Tests;

/// <summary>Everything that the templates make and a fix could change is told to the host as its own.</summary>
public sealed class OwnResourcesTests
{
    [Fact]
    public void Aws_names_every_function_role_queue_table_and_key_of_its_own()
    {
        var stack = Stack.Product([.. Stack.Peer, .. Stack.Chat]);
        var own = stack.Of("AWS::Lambda::Function").Single(function => function.Properties["Handler"]!.GetValue<string>() == "remediate")
            .Properties["Environment"]!["Variables"]!["GUARD_OWN_RESOURCES"]!.GetValue<string>().Split(',');
        Assert.Equal($"aws:{Stack.Region}:{Stack.Account}", own[0]);
        var made = stack.Resources.Keys.Select(id => (Id: id, stack.Resources[id].Type)).Select(resource => resource.Type switch
        {
            "AWS::Lambda::Function" => "function/" + stack.Arn(resource.Id).Split(':')[^1],
            "AWS::IAM::Role" or "AWS::DynamoDB::Table" or "AWS::KMS::Key" => stack.Arn(resource.Id).Split(':')[^1],
            "AWS::SQS::Queue" => "queue/" + stack.Arn(resource.Id).Split(':')[^1],
            _ => null,
        }).OfType<string>().Order(StringComparer.Ordinal);
        Assert.Equal(made, own.Skip(1).Order(StringComparer.Ordinal));
    }

    /// <summary>A stack without chat and federation has neither their roles, nor a name that somebody else could give to a role of his.</summary>
    [Fact]
    public void Aws_names_no_role_that_is_not_there()
    {
        var own = Stack.Product().Of("AWS::Lambda::Function").Single(function => function.Properties["Handler"]!.GetValue<string>() == "remediate")
            .Properties["Environment"]!["Variables"]!["GUARD_OWN_RESOURCES"]!.GetValue<string>();
        Assert.DoesNotContain("ChatopsRole", own, StringComparison.Ordinal);
        Assert.DoesNotContain("PeerRole", own, StringComparison.Ordinal);
        Assert.DoesNotContain("chatops", own, StringComparison.Ordinal);
    }

    [Fact]
    public void Azure_names_every_resource_of_its_own()
    {
        var deployment = ArmDeployment.Of("serverlessguard.json", ArmDeployment.FederationAndChat());
        var own = deployment.AppSettings()["GUARD_OWN_RESOURCES"]!.GetValue<string>().Split(',');
        var made = deployment.Templates.Single(template => template.Any(step => step.Symbol == "appSettings"))
            .Where(step => step.Declared["scope"] is null && !step.Made["name"]!.GetValue<string>().Contains('/', StringComparison.Ordinal) && !IsAlert(step.Made)).Select(step => step.Id);
        Assert.Equal(made.Order(StringComparer.Ordinal), own.Where(id => !id.Contains("/roleAssignments/", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
        var assignments = deployment.Of("Microsoft.Authorization/roleAssignments").Select(assignment => assignment["id"]!.GetValue<string>()).ToList();
        Assert.All(own.Where(id => id.Contains("/roleAssignments/", StringComparison.Ordinal)).Take(1), id => Assert.Contains(id, assignments));
    }

    private static bool IsAlert(JsonObject resource) => resource["type"]!.GetValue<string>() is "Microsoft.Insights/metricAlerts" or "Microsoft.Insights/scheduledQueryRules";
}
