using System.Text.Json.Nodes;
using ServerlessGuard.Evaluations;
using ServerlessGuard.Facts;
using ServerlessGuard.Facts.Aws;
using ServerlessGuard.Facts.Azure;
using ServerlessGuard.Ingestion;
using ServerlessGuard.Resources;
using ServerlessGuard.Rules;
using ServerlessGuard.Settings;

namespace ServerlessGuard.Tests.Evaluations;

/// <summary>What is read beside a resource follows from what its joins look up.</summary>
public sealed class SurroundingsTests
{
    private const string Role = "arn:aws:iam::111122223333:role/app";
    private const string Policy = "arn:aws:iam::111122223333:policy/all";

    [Fact]
    public async Task A_function_leads_to_its_role_and_the_role_to_its_policies()
    {
        var role = Item("AWS-IAM-Role/good.json", item =>
        {
            item["ARN"] = Role;
            item["configuration"]!["arn"] = Role;
            var attached = new JsonObject { ["policyName"] = "all", ["policyArn"] = Policy };
            item["configuration"]!["attachedManagedPolicies"] = new JsonArray(attached);
            item["configuration"]!.AsObject().Remove("permissionsBoundary");
        });
        var policy = Item("AWS-IAM-Policy/good.json", item =>
        {
            item["ARN"] = Policy;
            item["configuration"]!["arn"] = Policy;
        });
        var (found, asked) = await AroundAsync(Function(), role, policy);
        Assert.Equal([$"AWS::IAM::Role {Role}", $"AWS::IAM::Policy {Policy}"], asked);
        Assert.Equal([Role, Policy], found.Select(one => one.Ref.Id));
    }

    [Fact]
    public async Task What_nobody_finds_is_asked_for_once()
    {
        var (found, asked) = await AroundAsync(Function());
        Assert.Empty(found);
        Assert.Equal([$"AWS::IAM::Role {Role}"], asked);
    }

    /// <summary>Without public access no firewall rule can open the server.</summary>
    [Theory]
    [InlineData("Enabled", 1)]
    [InlineData("Disabled", 0)]
    public async Task What_decides_by_itself_asks_for_nothing(string access, int lists)
    {
        var server = JsonNode.Parse(Repository.Fixture("azure/Microsoft.Sql-servers/good.json"))!.AsObject();
        server["properties"]!["publicNetworkAccess"] = access;
        var (_, asked) = await AroundAsync(server);
        Assert.Equal(lists, asked.Count(need => need.StartsWith("/firewallRules /subscriptions/", StringComparison.Ordinal)));
        Assert.Equal(lists, asked.Count);
    }

    /// <summary>A key out of a document is a stranger's: it must have the shape of what the source is asked by.</summary>
    [Fact]
    public async Task What_is_no_key_of_the_source_is_not_asked_for()
    {
        const string Provider = "arn:aws:iam::111122223333:oidc-provider/tokens.example.org";
        var role = Item("AWS-IAM-Role/good.json", item => item["configuration"]!["assumeRolePolicyDocument"] = new JsonObject
        {
            ["Statement"] = new JsonArray(new JsonObject
            {
                ["Effect"] = "Allow",
                ["Action"] = "sts:AssumeRoleWithWebIdentity",
                ["Principal"] = new JsonObject { ["Federated"] = new JsonArray("accounts.example.org", Provider) },
            }),
        }.ToJsonString());
        var (_, asked) = await AroundAsync(role);
        Assert.Equal(["AWS::IAM::OIDCProvider " + Provider], asked);
    }

    [Fact]
    public async Task What_is_out_of_reach_asks_for_nothing()
    {
        var site = JsonNode.Parse(Repository.Fixture("azure/Microsoft.Web-sites/good.json"))!.AsObject();
        site["kind"] = "app,linux";
        var (_, asked) = await AroundAsync(site);
        Assert.Empty(asked);
    }

    private static JsonObject Function() => Item("AWS-Lambda-Function/good.json", item => item["configuration"]!["role"] = Role);

    private static JsonObject Item(string fixture, Action<JsonObject>? change = null)
    {
        var item = JsonNode.Parse(Repository.Fixture("aws/" + fixture))!.AsObject();
        change?.Invoke(item);
        return item;
    }

    private static async Task<(IReadOnlyList<Resource> Found, IReadOnlyList<string> Asked)> AroundAsync(
        JsonObject judged, params JsonObject[] others)
    {
        var assessor = new Assessor(RuleCatalog.BuiltIn, new FactContext(new RuleSettings(), OneScan.Now), []);
        var resource = Read(judged);
        var reader = new Shelf([.. others.Select(Read)]);
        var found = await new Surroundings(assessor, reader).OfAsync(resource, assessor.Assess(resource), [], CancellationToken.None);
        return (found, reader.Asked);
    }

    private static Resource Read(JsonObject item) => OneScan.Read(item.ToJsonString()).OfType<Reading.Found>().Single().Resource;

    /// <summary>Gives what has the asked type and id.</summary>
    private sealed class Shelf(IReadOnlyList<Resource> resources) : INeedReader
    {
        public List<string> Asked { get; } = [];

        public Task<IReadOnlyList<Resource>> ReadAsync(Need need, CancellationToken cancellation)
        {
            var type = (need.Source as AwsSource)?.NativeType ?? ((AzureSource)need.Source).Path;
            Asked.AddRange(need.Wanted.Select(wanted => $"{type} {wanted.At}"));
            var keys = need.Wanted.Select(wanted => wanted.Key).ToHashSet(StringComparer.Ordinal);
            var found = resources.Where(one => one.Ref.NativeType == type && keys.Contains(one.Ref.Key));
            return Task.FromResult<IReadOnlyList<Resource>>([.. found]);
        }
    }
}
