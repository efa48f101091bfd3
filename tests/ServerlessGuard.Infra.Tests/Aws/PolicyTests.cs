using System.Text.Json.Nodes;
using ServerlessGuard.Cli.Permissions;
using ServerlessGuard.Resources;
using ServerlessGuard.Tables;

namespace ServerlessGuard.Infra.Tests.Aws;

/// <summary>The template grants what <c>guard permissions</c> prints, for every way to set its parameters.</summary>
public sealed class PolicyTests
{
    public static TheoryData<string> Remediations => [.. FixGrants.All(Provider.Aws, FixReach.None).Reaches.Keys];

    [Fact]
    public void The_default_grants_what_the_entries_need_and_no_fix()
    {
        AssertGrants(Stack.Product(), FixGrants.All(Provider.Aws, FixReach.None));
    }

    [Theory]
    [InlineData(AwsExtras.Peer)]
    [InlineData(AwsExtras.Chat)]
    [InlineData(AwsExtras.Chat | AwsExtras.SecretsKey)]
    [InlineData(AwsExtras.Peer | AwsExtras.Chat | AwsExtras.SecretsKey)]
    public void Federation_and_chat_grant_what_they_need_and_no_more(AwsExtras extras)
    {
        var stack = Stack.Product(
        [
            .. extras.HasFlag(AwsExtras.Peer) ? Stack.Peer : [],
            .. extras.HasFlag(AwsExtras.Chat) ? Stack.Chat : [],
            .. extras.HasFlag(AwsExtras.SecretsKey) ? [Stack.SecretsKey] : Array.Empty<(string, string)>(),
        ]);
        AssertGrants(stack, FixGrants.All(Provider.Aws, FixReach.None), extras);
        Assert.Equal(extras.HasFlag(AwsExtras.Chat), stack.Resources.ContainsKey("ChatopsFunction"));
        Assert.Equal(extras.HasFlag(AwsExtras.Peer), stack.Resources.ContainsKey("PeerRole"));
    }

    /// <summary>Who sends may read what it sends with, who listens what it verifies with; a secret that no parameter names is nobody's.</summary>
    [Theory]
    [InlineData("SlackToken", true, false)]
    [InlineData("SlackSigningSecret", false, true)]
    [InlineData("SlackWebhook", true, false)]
    [InlineData("TeamsWebhook", true, false)]
    [InlineData("LinkKey", true, true)]
    public void One_secret_is_granted_to_those_who_use_it(string parameter, bool outbox, bool chatops)
    {
        var stack = Stack.Product(Stack.Chat.Where(entry => entry.Name == parameter));
        foreach (var (role, granted) in new[] { ("OutboxRole", outbox), ("ChatopsRole", chatops) })
        {
            var secrets = stack.Resources.ContainsKey(role)
                ? Policies(stack, role).SelectMany(policy => policy["PolicyDocument"]!["Statement"]!.AsArray()).Where(statement => statement!["Sid"]!.GetValue<string>() == "Secrets")
                    .SelectMany(statement => statement!["Resource"]!.AsArray().Select(arn => arn!.GetValue<string>()))
                : [];
            Assert.Equal(granted ? [Stack.Chat.Single(entry => entry.Name == parameter).Value.Split('#')[0]] : [], secrets);
        }
    }

    /// <summary>Nothing is open to the internet unless somebody can be listened to.</summary>
    [Fact]
    public void No_address_is_public_without_a_chat()
    {
        Assert.Empty(Stack.Product().Of("AWS::Lambda::Url"));
        Assert.Equal("AWS_IAM", Assert.Single(Stack.Product(Stack.Peer).Of("AWS::Lambda::Url")).Properties["AuthType"]!.GetValue<string>());
        var links = Stack.Chat.Where(entry => entry.Name is "LinkKey" or "TeamsWebhook").ToList();
        Assert.Equal("NONE", Assert.Single(Stack.Product(links).Of("AWS::Lambda::Url")).Properties["AuthType"]!.GetValue<string>());

        // A name before the address of this cloud, never the other cloud's: whoever has a link answers it here.
        Assert.Single(Stack.Product([.. links, ("ChatUrl", "https://guard.acme.example")]).Of("AWS::Lambda::Url"));
    }

    /// <summary>A new function URL needs two grants; none of them opens the function otherwise.</summary>
    [Fact]
    public void The_public_grants_open_the_chats_url_and_nothing_else()
    {
        var open = Stack.Product([.. Stack.Peer, .. Stack.Chat]).Of("AWS::Lambda::Permission").Where(grant => grant.Properties["Principal"]!.GetValue<string>() == "*").Select(grant => grant.Properties).ToList();
        Assert.All(open, grant => Assert.Equal("serverlessguard-chatops", grant["FunctionName"]!.GetValue<string>()));
        Assert.Equal("NONE", Assert.Single(open, grant => grant["Action"]!.GetValue<string>() == "lambda:InvokeFunctionUrl")["FunctionUrlAuthType"]!.GetValue<string>());
        Assert.True(Assert.Single(open, grant => grant["Action"]!.GetValue<string>() == "lambda:InvokeFunction")["InvokedViaFunctionUrl"]!.GetValue<bool>());
        Assert.Equal(2, open.Count);
    }

    [Theory]
    [InlineData("PeerUrl")]
    [InlineData("PeerTenant")]
    [InlineData("PeerClientId")]
    [InlineData("PeerAudience")]
    [InlineData("PeerIdentity")]
    public void A_federation_that_lacks_a_parameter_is_refused(string missing) =>
        Assert.ThrowsAny<Xunit.Sdk.XunitException>(() => Stack.Product(Stack.Peer.Where(entry => entry.Name != missing)));

    /// <summary>The provider of a tenant exists once in an account: one that is there already is used.</summary>
    [Fact]
    public void A_provider_that_exists_is_trusted_instead()
    {
        const string provider = "arn:aws:iam::123456789012:oidc-provider/sts.windows.net/99999999-8888-7777-6666-555555555555/";
        var stack = Stack.Product([.. Stack.Peer, ("PeerProvider", provider)]);
        Assert.Empty(stack.Of("AWS::IAM::OIDCProvider"));
        var trust = JsonNode.Parse(stack.Resources["PeerRole"].Properties["AssumeRolePolicyDocument"]!.GetValue<string>())!;
        Assert.Equal(provider, trust["Statement"]![0]!["Principal"]!["Federated"]!.GetValue<string>());
    }

    [Theory]
    [MemberData(nameof(Remediations))]
    public void One_fix_grants_its_own_actions_only(string remediation)
    {
        foreach (var reach in new[] { FixReach.Plan, FixReach.Fix })
        {
            var grants = FixGrants.All(Provider.Aws, FixReach.None);
            AssertGrants(
                Stack.Product((AwsTemplate.ParameterName(remediation), AwsTemplate.Word(reach))),
                grants with { Reaches = grants.Reaches.SetItem(remediation, reach) });
        }
    }

    [Theory]
    [InlineData(FixReach.Plan)]
    [InlineData(FixReach.Fix)]
    public void All_fixes_grant_the_union(FixReach reach)
    {
        var grants = FixGrants.All(Provider.Aws, reach);
        AssertGrants(Stack.Product(grants.Reaches.Keys.Select(name => (AwsTemplate.ParameterName(name), AwsTemplate.Word(reach)))), grants);
    }

    /// <summary>IAM refuses more than 10,240 characters of inline policies in a role, white space aside.</summary>
    [Fact]
    public void All_fixes_together_fit_into_a_role()
    {
        var stack = Stack.Product(FixGrants.All(Provider.Aws, FixReach.Fix).Reaches.Keys.Select(name => (AwsTemplate.ParameterName(name), "fix")));
        foreach (var (id, _) in stack.Of("AWS::IAM::Role"))
        {
            Assert.InRange(Policies(stack, id).Sum(policy => policy["PolicyDocument"]!.ToJsonString().Length), 0, 10_240);
        }
    }

    [Fact]
    public void Only_the_remediate_role_may_write_anything_but_the_products_own()
    {
        var stack = Stack.Product(FixGrants.All(Provider.Aws, FixReach.Fix).Reaches.Keys.Select(name => (AwsTemplate.ParameterName(name), "fix")));
        foreach (var (id, _) in stack.Of("AWS::IAM::Role").Where(role => role.Id != "RemediateRole"))
        {
            var outside = Policies(stack, id).SelectMany(policy => policy["PolicyDocument"]!["Statement"]!.AsArray())
                .Where(statement => statement!["Resource"]!.ToString() == "*")
                .SelectMany(statement => statement!["Action"]!.AsArray().Select(action => action!.GetValue<string>()));
            Assert.All(outside, action => Assert.True(
                FixGrants.IsRead(Provider.Aws, action)
                    // It changes nothing but the report, which is there for four hours.
                    || action is "iam:GenerateCredentialReport"
                    || action is "config:PutEvaluations" or "config:BatchGetResourceConfig" or "config:SelectResourceConfig",
                $"{id} may {action} everywhere"));
        }
    }

    [Fact]
    public void The_remediate_role_can_change_no_role_of_the_product()
    {
        var stack = Stack.Product();
        var denied = Policies(stack, "RemediateRole").SelectMany(policy => policy["PolicyDocument"]!["Statement"]!.AsArray())
            .Single(statement => statement!["Sid"]!.GetValue<string>() == "NotItself")!;
        Assert.Equal("Deny", denied["Effect"]!.GetValue<string>());
        var pattern = denied["Resource"]!.GetValue<string>();
        Assert.All(stack.Of("AWS::IAM::Role"), role => Assert.StartsWith(pattern.TrimEnd('*'), stack.Arn(role.Id), StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("serverlessguard.yaml")]
    [InlineData("organization.yaml")]
    public void Generated_parts_are_up_to_date(string file)
    {
        var text = File.ReadAllText(ServerlessGuard.Tests.Repository.Path("infra", "aws", file));
        Assert.Equal(MarkedSections.Replace(text, AwsTemplate.Sections(), out var wrong), text);
        Assert.Null(wrong);
    }

    [Fact]
    public void Every_generated_part_is_in_some_template()
    {
        var text = string.Concat(Directory.EnumerateFiles(ServerlessGuard.Tests.Repository.Path("infra", "aws"), "*.yaml").Select(File.ReadAllText));
        Assert.All(AwsTemplate.Sections().Keys, name => Assert.Contains($"# begin generated: {name}\n", text, StringComparison.Ordinal));
    }

    private static void AssertGrants(Stack stack, FixGrants grants, AwsExtras extras = AwsExtras.None)
    {
        var present = Enum.GetValues<GuardRole>().Where(role => role is not GuardRole.Chatops || extras.HasFlag(AwsExtras.Chat)).ToList();
        foreach (var role in present)
        {
            var granted = Policies(stack, $"{role}Role").SelectMany(policy => policy["PolicyDocument"]!["Statement"]!.AsArray());
            var generated = AwsPolicy.Document(AwsPermissions.For(role, grants, extras), target => Name(stack, target, role), service => $"{service}.{Stack.Region}.amazonaws.com");
            Assert.Equal(generated["Statement"]!.ToJsonString(), new JsonArray([.. granted.Select(statement => statement!.DeepClone())]).ToJsonString());
        }

        if (extras.HasFlag(AwsExtras.Peer))
        {
            Assert.Equal(
                AwsPolicy.Document(AwsPermissions.Peer, target => Name(stack, target, GuardRole.Federation), service => service).ToJsonString(),
                Assert.Single(Policies(stack, "PeerRole"))["PolicyDocument"]!.ToJsonString());
        }

        var roles = present.Select(role => $"{role}Role").Concat(extras.HasFlag(AwsExtras.Peer) ? ["PeerRole"] : []).Select(role => stack.Arn(role).Split('/')[^1]).ToHashSet(StringComparer.Ordinal);
        Assert.All(stack.Of("AWS::IAM::RolePolicy"), policy => Assert.Contains(policy.Properties["RoleName"]!.GetValue<string>(), roles));
    }

    private static IEnumerable<JsonObject> Policies(Stack stack, string role) => stack.Of("AWS::IAM::RolePolicy")
        .Select(entry => entry.Properties).Where(policy => policy["RoleName"]!.GetValue<string>() == stack.Arn(role).Split('/')[^1]);

    private static JsonNode Name(Stack stack, AwsTarget target, GuardRole role) => target switch
    {
        AwsTarget.Any => "*",
        AwsTarget.OwnRoles => $"arn:aws:iam::{Stack.Account}:role/serverlessguard/*",
        AwsTarget.Log => stack.Arn($"{role}Log"),
        AwsTarget.ChatSecrets => new JsonArray([.. AwsPermissions.ChatSecrets(role).Select(name => JsonValue.Create(Stack.Chat.Single(entry => entry.Name == name).Value.Split('#')[0]))]),
        AwsTarget.SecretsKey => Stack.SecretsKey.Value,
        AwsTarget.Table or AwsTarget.Key or AwsTarget.SealKey or AwsTarget.WorkQueue or AwsTarget.RemediateQueue or AwsTarget.DeadLetterQueue or AwsTarget.OutboxQueue or AwsTarget.FederationFunction => stack.Arn(target.ToString()),
    };
}
