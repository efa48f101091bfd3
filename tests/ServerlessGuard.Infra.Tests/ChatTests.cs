using System.Text.Json.Nodes;
using ServerlessGuard.Infra.Tests.Azure;

namespace ServerlessGuard.Infra.Tests;

/// <summary>The chat in the Azure template: references to secrets, and one grant for each.</summary>
public sealed class ChatTests
{
    private const string SecretsUser = "4633458b-17de-408a-b874-0445c86b69e6";

    private static readonly (string Parameter, string Setting)[] Secrets =
    [
        ("slackTokenName", "GUARD_SLACK_TOKEN"), ("slackSigningSecretName", "GUARD_SLACK_SIGNING_SECRET"), ("slackWebhookName", "GUARD_SLACK_WEBHOOK"),
        ("teamsWebhookName", "GUARD_TEAMS_WEBHOOK"), ("linkKeyName", "GUARD_LINK_KEY"),
    ];

    [Fact]
    public void Without_a_vault_there_is_no_chat_and_no_grant()
    {
        var deployment = ArmDeployment.Of("serverlessguard.json", []);
        Assert.All(Secrets, secret => Assert.Equal(string.Empty, deployment.AppSettings()[secret.Setting]!.GetValue<string>()));
        Assert.Equal(string.Empty, deployment.AppSettings()["GUARD_CHAT_URL"]!.GetValue<string>());
        Assert.Empty(Grants(deployment));
    }

    [Fact]
    public void Settings_name_the_secrets_and_the_reader_may_read_just_those()
    {
        var deployment = ArmDeployment.Of("serverlessguard.json", ArmDeployment.FederationAndChat());
        Assert.All(Secrets, secret => Assert.Equal(
            $"https://team-secrets.vault.azure.net/secrets/{ArmDeployment.FederationAndChat()[secret.Parameter]}", deployment.AppSettings()[secret.Setting]!.GetValue<string>()));
        Assert.Equal(
            Secrets.Select(secret => $"{ArmDeployment.ChatVault}/secrets/{ArmDeployment.FederationAndChat()[secret.Parameter]}").Order(StringComparer.Ordinal),
            Grants(deployment).Select(grant => grant["scope"]!.GetValue<string>()).Order(StringComparer.Ordinal));
        Assert.Equal(Secrets.Length, Grants(deployment).Select(grant => grant["name"]!.GetValue<string>()).Distinct(StringComparer.Ordinal).Count());
    }

    [Theory]
    [InlineData("slackTokenName", "")]
    [InlineData("slackSigningSecretName", "https://serverlessguard-abcdefghijklm.azurewebsites.net/api/chatops")]
    [InlineData("linkKeyName", "https://serverlessguard-abcdefghijklm.azurewebsites.net/api/chatops")]
    public void One_secret_is_one_grant(string parameter, string url)
    {
        var parameters = new JsonObject { ["chatVault"] = ArmDeployment.ChatVault, [parameter] = "one" };
        var deployment = ArmDeployment.Of("serverlessguard.json", parameters);
        Assert.Equal(ArmDeployment.ChatVault + "/secrets/one", Assert.Single(Grants(deployment))["scope"]!.GetValue<string>());
        Assert.Equal(url, deployment.AppSettings()["GUARD_CHAT_URL"]!.GetValue<string>());
        parameters["chatUrl"] = "https://guard.acme.example/";
        Assert.Equal("https://guard.acme.example/", ArmDeployment.Of("serverlessguard.json", parameters).AppSettings()["GUARD_CHAT_URL"]!.GetValue<string>());
    }

    /// <summary>A secret that has two uses is granted once: a second assignment of the same role would be refused.</summary>
    [Fact]
    public void A_secret_with_two_uses_is_granted_once() => Assert.Single(Grants(ArmDeployment.Of("serverlessguard.json", new JsonObject
    {
        ["chatVault"] = ArmDeployment.ChatVault,
        ["slackWebhookName"] = "both",
        ["teamsWebhookName"] = "both",
    })));

    private static IEnumerable<JsonObject> Grants(ArmDeployment deployment) => deployment.Of("Microsoft.Authorization/roleAssignments")
        .Where(assignment => assignment["properties"]!["roleDefinitionId"]!.GetValue<string>().EndsWith(SecretsUser, StringComparison.Ordinal));
}
