using System.Text.Json.Nodes;
using ServerlessGuard.Tests;

namespace ServerlessGuard.Infra.Tests.Aws;

/// <summary>What one account can be deployed with, every account of an organisation can: each parameter of the product is passed on, or listed here with the reason why not.</summary>
public sealed class PassedOnTests
{
    private static readonly Dictionary<string, string> NotPassedOn = new(StringComparer.Ordinal)
    {
        ["Accounts"] = "each deployment takes the events of its own account only",
        ["CodeBucketPerRegion"] = "the product runs in one region of each account, beside one bucket",
        ["PermissionsBoundary"] = "the ARN of a policy names its account",
        ["WorkloadBoundary"] = "the ARN of a policy names its account",
        ["LogBucket"] = "access logs stay in their account, and no two accounts have a bucket of one name",
        ["PeerProvider"] = "the ARN of a provider names its account",
    };

    private static readonly JsonObject Product = Template("serverlessguard.yaml");
    private static readonly JsonObject Organisation = Template("organization.yaml");

    private static Dictionary<string, JsonNode> Passed => Organisation["Resources"]!["Product"]!["Properties"]!["Parameters"]!.AsArray()
        .ToDictionary(one => one!["ParameterKey"]!.GetValue<string>(), one => one!["ParameterValue"]!, StringComparer.Ordinal);

    [Fact]
    public void Every_parameter_is_passed_on_or_there_is_a_reason_why_not()
    {
        var parameters = Product["Parameters"]!.AsObject().Select(parameter => parameter.Key).ToHashSet(StringComparer.Ordinal);
        Assert.Equal(parameters.Order(StringComparer.Ordinal), Passed.Keys.Concat(NotPassedOn.Keys).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void What_is_passed_on_is_the_parameter_of_the_same_name_with_the_same_bounds()
    {
        Assert.NotEmpty(Passed);
        Assert.All(Passed, one =>
        {
            Assert.Equal(one.Key, one.Value["Ref"]!.GetValue<string>());
            var (inner, outer) = (Product["Parameters"]![one.Key]!, Organisation["Parameters"]![one.Key]!);
            foreach (var bound in (string[])["Type", "Default", "AllowedValues", "MinLength", "MaxLength", "MinValue", "MaxValue"])
            {
                Assert.True(JsonNode.DeepEquals(inner[bound], outer[bound]), $"{one.Key}: {bound} differs");
            }
        });
    }

    /// <summary>Nothing that nobody named is set: an organisation without a peer and without chat gets neither.</summary>
    [Fact]
    public void Federation_and_chat_are_off_until_they_are_named() =>
        Assert.All(
            Passed.Keys.Where(name => name.StartsWith("Peer", StringComparison.Ordinal) && name != "PeerAuthority" || name.StartsWith("Slack", StringComparison.Ordinal) || name is "TeamsWebhook" or "LinkKey" or "ChatUrl" or "SecretsKey" || name.StartsWith("SignIn", StringComparison.Ordinal)),
            name => Assert.Equal(string.Empty, Organisation["Parameters"]![name]!["Default"]!.GetValue<string>()));

    private static JsonObject Template(string file) => CloudFormationYaml.Read(File.ReadAllText(Repository.Path("infra", "aws", file)));
}
