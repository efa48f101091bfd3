using System.Text.Json.Nodes;
using ServerlessGuard.Tests;

namespace ServerlessGuard.Infra.Tests.Aws;

/// <summary>The names that the templates give. A stack set calls its stacks StackSet-NAME-GUID, which leaves a function nothing of its 64 characters.</summary>
public sealed class NameTests
{
    private static readonly (string Type, string Property, int Most)[] Limits =
    [
        ("AWS::Lambda::Function", "FunctionName", 64),
        ("AWS::Logs::LogGroup", "LogGroupName", 512),
        ("AWS::KMS::Alias", "AliasName", 256),
        ("AWS::Config::ConfigRule", "ConfigRuleName", 128),
        ("AWS::CloudFormation::StackSet", "StackSetName", 128),
    ];

    [Fact]
    public void Every_name_fits_with_the_longest_name_that_is_allowed()
    {
        var stack = Stack.Product([.. Stack.Peer, .. Stack.Chat, ("Name", Longest("serverlessguard.yaml"))]);
        Assert.Equal(6, stack.Of("AWS::Lambda::Function").Count(function => function.Properties["FunctionName"]!.GetValue<string>().StartsWith(Longest("serverlessguard.yaml"), StringComparison.Ordinal)));
        AssertFit(stack);
        AssertFit(new Stack(Template("organization.yaml"), ("OtherRegions", "eu-west-1"), ("Name", Longest("organization.yaml"))));
    }

    /// <summary>A name that follows from the stack's cannot be checked: its length is known when it is deployed, and in a stack set nobody chooses it.</summary>
    [Theory]
    [InlineData("serverlessguard.yaml")]
    [InlineData("organization.yaml")]
    public void No_name_follows_from_the_stacks_name(string file) =>
        Assert.DoesNotContain("AWS::StackName", File.ReadAllText(Repository.Path("infra", "aws", file)), StringComparison.Ordinal);

    [Fact]
    public void The_stack_set_passes_the_name_on()
    {
        var organisation = Template("organization.yaml");
        var passed = organisation["Resources"]!["Product"]!["Properties"]!["Parameters"]!.AsArray().Single(parameter => parameter!["ParameterKey"]!.GetValue<string>() == "Name")!;
        Assert.Equal("Name", passed["ParameterValue"]!["Ref"]!.GetValue<string>());
        Assert.True(JsonNode.DeepEquals(Bounds(organisation), Bounds(Template("serverlessguard.yaml"))));
    }

    /// <summary>The key's policy lets the logs in by their names.</summary>
    [Fact]
    public void The_key_admits_the_log_groups()
    {
        var stack = Stack.Product([.. Stack.Chat, ("Name", "another-one")]);
        var admitted = stack.Resources["Key"].Properties["KeyPolicy"]!["Statement"]!.AsArray().Single(statement => statement!["Sid"]!.GetValue<string>() == "Logs")!
            ["Condition"]!["ArnLike"]!["kms:EncryptionContext:aws:logs:arn"]!.GetValue<string>();
        Assert.EndsWith("-*", admitted, StringComparison.Ordinal);
        Assert.All(stack.Of("AWS::Logs::LogGroup"), group => Assert.StartsWith(admitted[..^1], $"arn:aws:logs:{Stack.Region}:{Stack.Account}:log-group:{group.Properties["LogGroupName"]}", StringComparison.Ordinal));
    }

    private static void AssertFit(Stack stack)
    {
        var named = stack.Resources.Values.SelectMany(resource => Limits.Where(limit => limit.Type == resource.Type).Select(limit => (limit, Name: resource.Properties[limit.Property]!.GetValue<string>()))).ToList();
        Assert.NotEmpty(named);
        Assert.All(named, one => Assert.True(one.Name.Length <= one.limit.Most, $"{one.Name} has {one.Name.Length} characters; {one.limit.Type} takes {one.limit.Most}"));
    }

    private static string Longest(string file) => new('n', int.Parse(Template(file)["Parameters"]!["Name"]!["MaxLength"]!.ToString(), System.Globalization.CultureInfo.InvariantCulture));

    private static JsonObject Bounds(JsonObject template) => new(template["Parameters"]!["Name"]!.AsObject().Where(entry => entry.Key != "Description").Select(entry => KeyValuePair.Create(entry.Key, entry.Value?.DeepClone())));

    private static JsonObject Template(string file) => CloudFormationYaml.Read(File.ReadAllText(Repository.Path("infra", "aws", file)));
}
