using System.Text.Json.Nodes;
using ServerlessGuard.Cli.Permissions;
using ServerlessGuard.Resources;

namespace ServerlessGuard.Infra.Tests.Aws;

/// <summary>Which function's role may write which partitions of the table, and who may seal: by what the template grants with everything switched on.</summary>
public sealed class SeparationTests
{
    private const string Own = "aws:123456789012";
    private const string Other = "azure:11111111-2222-3333-4444-555555555555";
    private const string Directory = "guard";
    private const string Sealed = "sealed:" + Own;

    private static readonly string[] Partitions = [Own, Other, Directory, Sealed, "sealed:" + Other, "somewhere"];
    private static readonly string[] Writes = ["dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:DeleteItem"];
    private static readonly string[] Others =
        ["dynamodb:GetItem", "dynamodb:Query", "dynamodb:ConditionCheckItem", "dynamodb:BatchWriteItem", "dynamodb:PartiQLInsert", "dynamodb:Scan"];

    private static readonly Stack Everything = Stack.Product(
    [
        .. Stack.Peer,
        .. Stack.Chat,
        Stack.SecretsKey,
        .. FixGrants.All(Provider.Aws, FixReach.Fix).Reaches.Keys.Select(name => (AwsTemplate.ParameterName(name), "fix")),
    ]);

    [Theory]
    [InlineData("ScanRole", new[] { Own, Directory })]
    [InlineData("RemediateRole", new[] { Own, Directory, Sealed })]
    [InlineData("SweepRole", new[] { Directory })]
    [InlineData("OutboxRole", new[] { Own, Other, Directory })]
    [InlineData("FederationRole", new[] { Own, Other, Directory })]
    [InlineData("ChatopsRole", new[] { Own, Other, Directory })]
    [InlineData("PeerRole", new string[0])]
    public void A_function_writes_its_own_partitions_only(string role, string[] expected)
    {
        Assert.All(Writes, action => Assert.Equal(expected, Partitions.Where(partition => Allows(role, action, partition))));
        Assert.All(Statements(role).SelectMany(Actions).Where(action => action.StartsWith("dynamodb:", StringComparison.Ordinal)), action => Assert.DoesNotContain('*', action));
    }

    /// <summary>A row of sealed plans says what is written to a resource: whoever could plant one would decide it.</summary>
    [Fact]
    public void A_compromised_function_can_plant_no_sealed_row_nor_read_one() => Assert.All(
        Everything.Of("AWS::IAM::Role").Select(role => role.Id).Where(role => role != "RemediateRole"),
        role => Assert.All(Writes.Concat(Others), action => Assert.False(Allows(role, action, Sealed), $"{role} may {action}")));

    /// <summary>ForAllValues is true of no values at all: without Null, a request that names no key would pass.</summary>
    [Fact]
    public void A_request_that_names_no_partition_is_refused() => Assert.All(
        Everything.Of("AWS::IAM::Role").SelectMany(role => Statements(role.Id)).Where(statement => Actions(statement).Any(action => action.StartsWith("dynamodb:", StringComparison.Ordinal) && IsOnTable(statement))),
        statement => Assert.Equal("false", statement["Condition"]!["Null"]!["dynamodb:LeadingKeys"]!.GetValue<string>()));

    [Fact]
    public void Only_remediate_may_seal()
    {
        foreach (var action in new[] { "kms:GenerateMac", "kms:VerifyMac" })
        {
            var holders = Everything.Of("AWS::IAM::Role").Select(role => role.Id)
                .Where(role => Statements(role).Any(statement => statement["Effect"]!.GetValue<string>() is "Allow" && Actions(statement).Any(pattern => Matches(pattern, action)))).ToList();
            Assert.Equal(["RemediateRole"], holders);
        }

        var grant = Assert.Single(Statements("RemediateRole"), statement => Actions(statement).Contains("kms:GenerateMac", StringComparer.Ordinal));
        Assert.Equal(Everything.Arn("SealKey"), grant["Resource"]!.GetValue<string>());
    }

    /// <summary>The account's statement lets any policy of IAM give out what the key can do. The denial stands above it, above grants, and above services without a principal.</summary>
    [Fact]
    public void No_policy_of_the_account_can_hand_out_the_seal()
    {
        var key = Everything.Of("AWS::KMS::Key").Single(key => key.Id == "SealKey").Properties;
        Assert.Equal(("HMAC_256", "GENERATE_VERIFY_MAC"), (key["KeySpec"]!.GetValue<string>(), key["KeyUsage"]!.GetValue<string>()));
        var denial = Assert.Single(key["KeyPolicy"]!["Statement"]!.AsArray(), statement => statement!["Effect"]!.GetValue<string>() is "Deny")!;
        Assert.Equal("*", denial["Principal"]!.GetValue<string>());
        Assert.Equal(["kms:GenerateMac", "kms:VerifyMac"], denial["Action"]!.AsArray().Select(action => action!.GetValue<string>()));
        Assert.Equal($$$"""{"ArnNotEquals":{"aws:PrincipalArn":"{{{Everything.Arn("RemediateRole")}}}"}}""", denial["Condition"]!.ToJsonString());
        var template = CloudFormationYaml.Read(File.ReadAllText(ServerlessGuard.Tests.Repository.Path("infra", "aws", "serverlessguard.yaml")))["Resources"]!["SealKey"]!;
        Assert.Equal(("Retain", "Retain"), (template["DeletionPolicy"]!.GetValue<string>(), template["UpdateReplacePolicy"]!.GetValue<string>()));
    }

    private static IEnumerable<JsonObject> Statements(string role) => Everything.Of("AWS::IAM::RolePolicy")
        .Where(policy => policy.Properties["RoleName"]!.GetValue<string>() == Everything.Arn(role).Split('/')[^1])
        .SelectMany(policy => policy.Properties["PolicyDocument"]!["Statement"]!.AsArray().Select(statement => statement!.AsObject()));

    private static bool Allows(string role, string action, string partition) => Statements(role).Any(statement =>
        statement["Effect"]!.GetValue<string>() is "Allow" && Actions(statement).Any(pattern => Matches(pattern, action)) && IsOnTable(statement) && Meets(statement["Condition"], partition));

    private static bool IsOnTable(JsonObject statement) => statement["Resource"]!.ToString() is var resource && (resource == "*" || resource == Everything.Arn("Table"));

    private static bool Meets(JsonNode? condition, string partition) =>
        condition?["ForAllValues:StringLike"]?["dynamodb:LeadingKeys"] is not JsonArray patterns || patterns.Any(pattern => Matches(pattern!.GetValue<string>(), partition));

    private static IEnumerable<string> Actions(JsonObject statement) => statement["Action"]!.AsArray().Select(action => action!.GetValue<string>());

    private static bool Matches(string pattern, string text) => pattern.EndsWith('*') ? text.StartsWith(pattern[..^1], StringComparison.Ordinal) : pattern == text;
}
