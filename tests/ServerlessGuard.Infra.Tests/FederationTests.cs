using System.Text.Json.Nodes;
using ServerlessGuard.Infra.Tests.Aws;
using ServerlessGuard.Infra.Tests.Azure;
using ServerlessGuard.Resources;
using AwsHost = ServerlessGuard.Aws.Runtime;
using AzureHost = ServerlessGuard.Azure.Runtime;

namespace ServerlessGuard.Infra.Tests;

/// <summary>The two templates, each given the other's outputs as docs/federation.md says, set up one federation that both hosts accept.</summary>
public sealed class FederationTests
{
    private const string Audience = "api://cccccccc-8888-7777-6666-555555555555";

    private static readonly ArmDeployment First = ArmDeployment.Of("serverlessguard.json", new JsonObject { ["federationAudience"] = Audience });

    private static readonly Stack Aws = Stack.Product(
    [
        ("PeerUrl", First.Output("federationUrl")),
        ("PeerTenant", First.Output("tenantId")),
        ("PeerClientId", First.Output("peerClientId")),
        ("PeerAudience", Audience),
        ("PeerIdentity", First.Output("readerPrincipalId")),
        ("PeerAccounts", ArmScope.Subscription),
        .. Stack.Chat,
    ]);

    private static readonly ArmDeployment Second = ArmDeployment.Of("serverlessguard.json", new JsonObject
    {
        ["federationAudience"] = Audience,
        ["peerUrl"] = Aws.Output("FederationUrl"),
        ["peerRegion"] = Stack.Region,
        ["peerRole"] = Aws.Output("PeerRoleArn"),
        ["peerIssuer"] = "https://dddddddd-8888-7777-6666-555555555555.tokens.sts.global.api.aws",
        ["peerSubject"] = Aws.Output("OutboxRoleArn"),
        ["peerAccounts"] = new JsonArray(Stack.Account),
    });

    /// <summary>What Azure needs first is there before AWS knows anything, and keeps its rows to itself until then.</summary>
    [Fact]
    public void The_first_deployment_trusts_nobody_yet()
    {
        Assert.Null(AzureSettings(First).Peer);
        Assert.Empty(First.Of("Microsoft.ManagedIdentity/userAssignedIdentities/federatedIdentityCredentials"));
        Assert.Single(First.Of("Microsoft.ManagedIdentity/userAssignedIdentities"), identity => identity["name"]!.GetValue<string>() == "serverlessguard-peer");
    }

    /// <summary>AWS → Azure: the identity trusts one role of one account, for the audience of the exchange; the app takes tokens of that identity only.</summary>
    [Fact]
    public void Azure_trusts_the_outbox_role_and_nothing_else()
    {
        var trust = Assert.Single(Second.Of("Microsoft.ManagedIdentity/userAssignedIdentities/federatedIdentityCredentials"));
        Assert.Equal("serverlessguard-peer/aws", trust["name"]!.GetValue<string>());
        Assert.Equal(
            new JsonObject
            {
                ["issuer"] = "https://dddddddd-8888-7777-6666-555555555555.tokens.sts.global.api.aws",
                ["subject"] = Aws.Arn("OutboxRole"),
                ["audiences"] = new JsonArray("api://AzureADTokenExchange"),
            }.ToJsonString(),
            trust["properties"]!.ToJsonString());
        var (aws, azure) = (AwsSettings("outbox").Peer!, AzureSettings(Second).Peer!);
        Assert.Equal(azure.ClientId, aws.ClientId);
        Assert.Equal(azure.OwnAudience + "/.default", aws.Scope);
        Assert.Equal($"https://sts.windows.net/{aws.Tenant}/", azure.Issuer);
        Assert.Equal($"https://login.microsoftonline.com/{aws.Tenant}/discovery/keys", azure.Keys.ToString());
        Assert.Equal("https://serverlessguard-abcdefghijklm.azurewebsites.net/api/federation", aws.Url.ToString());
        Assert.Equal([Stack.Account], azure.Accounts);
    }

    /// <summary>The identity that AWS comes in as can do nothing in Azure but show who it is: no role, and no app runs as it.</summary>
    [Fact]
    public void The_peers_identity_has_no_role()
    {
        Assert.DoesNotContain(Second.Of("Microsoft.Authorization/roleAssignments"), assignment => assignment["properties"]!["principalId"]!.GetValue<string>() == ArmScope.Principal("peer"));
        Assert.DoesNotContain(Second.Of("Microsoft.Web/sites").Single()["identity"]!["userAssignedIdentities"]!.AsObject(), identity => identity.Key.EndsWith("-peer", StringComparison.Ordinal));
    }

    /// <summary>Azure → AWS: the role trusts the reader identity for the registration's audience, and both sides mean that role.</summary>
    [Fact]
    public void Aws_trusts_the_reader_identity_and_nothing_else()
    {
        var statement = Assert.Single(JsonNode.Parse(Aws.Resources["PeerRole"].Properties["AssumeRolePolicyDocument"]!.GetValue<string>())!["Statement"]!.AsArray())!;
        var (aws, azure) = (AwsSettings("federation").Peer!, AzureSettings(Second).Peer!);
        var issuer = $"sts.windows.net/{ArmScope.Tenant}/";
        Assert.Equal(
            new JsonObject { ["StringEquals"] = new JsonObject { [issuer + ":aud"] = azure.Audience, [issuer + ":sub"] = ArmScope.Principal("reader") } }.ToJsonString(),
            statement["Condition"]!.ToJsonString());
        Assert.Equal("sts:AssumeRoleWithWebIdentity", statement["Action"]!.GetValue<string>());
        Assert.Equal(Aws.Arn("PeerRole"), aws.Role);
        Assert.Equal(aws.Role, azure.Role);
        Assert.Equal("https://federationurl.lambda-url.eu-central-1.on.aws/", azure.Url.ToString());
        Assert.Equal("https://sts.eu-central-1.amazonaws.com/", azure.Sts.ToString());
        Assert.Equal([ArmScope.Subscription], aws.Accounts);
    }

    /// <summary>Every function of AWS starts with what the template gives it.</summary>
    [Theory]
    [InlineData("scan")]
    [InlineData("remediate")]
    [InlineData("sweep")]
    [InlineData("outbox")]
    [InlineData("federation")]
    [InlineData("chatops")]
    public void The_host_accepts_its_environment(string handler)
    {
        var settings = AwsSettings(handler);
        Assert.NotNull(settings.Peer);
        Assert.Equal(Stack.Region, Arn.TryParse(Aws.Arn("OutboxQueue"), out var queue) ? queue.Region : null);
        Assert.EndsWith("OutboxQueue-EXAMPLE", settings.OutboxQueue!.ToString(), StringComparison.Ordinal);
    }

    /// <summary>Event Grid and the chat have no token to show: on their paths App Service asks for none. Elsewhere it lets the peer in and nobody else.</summary>
    [Fact]
    public void The_platforms_own_authentication_is_for_the_peer()
    {
        Assert.False(Second.Config("authsettingsV2")!["platform"]!["enabled"]!.GetValue<bool>());
        var parameters = ArmDeployment.FederationAndChat();
        parameters["platformAuthentication"] = true;
        var deployment = ArmDeployment.Of("serverlessguard.json", parameters);
        var settings = deployment.Config("authsettingsV2")!;
        Assert.True(settings["platform"]!["enabled"]!.GetValue<bool>());
        Assert.True(settings["globalValidation"]!["requireAuthentication"]!.GetValue<bool>());
        Assert.Equal("[\"/api/chatops/slack/actions\",\"/api/chatops/slack/commands\",\"/api/chatops/link\",\"/runtime/webhooks/eventgrid\"]", settings["globalValidation"]!["excludedPaths"]!.ToJsonString());
        var directory = settings["identityProviders"]!["azureActiveDirectory"]!;
        Assert.Equal("cccccccc-8888-7777-6666-555555555555", directory["registration"]!["clientId"]!.GetValue<string>());
        Assert.Equal(AzureSettings(deployment).Peer!.Issuer, directory["registration"]!["openIdIssuer"]!.GetValue<string>());
        Assert.Equal($"[\"{Audience}\"]", directory["validation"]!["allowedAudiences"]!.ToJsonString());
        Assert.Equal($"[\"{AzureSettings(deployment).Peer!.ClientId}\"]", directory["validation"]!["defaultAuthorizationPolicy"]!["allowedApplications"]!.ToJsonString());
    }

    private static AwsHost.HostSettings AwsSettings(string handler)
    {
        var variables = Aws.Of("AWS::Lambda::Function").Select(function => function.Properties).Single(function => function["Handler"]!.GetValue<string>() == handler)["Environment"]!["Variables"]!.AsObject();
        return AwsHost.HostSettings.Read(name => name switch { "_HANDLER" => handler, "AWS_REGION" => Stack.Region, _ => variables[name]?.GetValue<string>() }, AppContext.BaseDirectory);
    }

    private static AzureHost.HostSettings AzureSettings(ArmDeployment deployment) =>
        AzureHost.HostSettings.Read(name => name is "FUNCTIONS_CUSTOMHANDLER_PORT" ? "7071" : deployment.AppSettings()[name]?.GetValue<string>(), _ => null);
}
