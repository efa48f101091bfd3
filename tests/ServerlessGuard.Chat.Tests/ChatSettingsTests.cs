using ServerlessGuard.Chat.Slack;
using ServerlessGuard.Notifications;
using ServerlessGuard.Resources;

namespace ServerlessGuard.Chat.Tests;

public class ChatSettingsTests
{
    private const string Secret = "https://acme.vault.azure.net/secrets/x";

    private static ChatSettings? Read(params (string Name, string Value)[] variables) => Read(Provider.Azure, variables);

    private static ChatSettings? Read(Provider own, (string Name, string Value)[] variables) =>
        ChatSettings.Read(own, name => variables.Where(variable => variable.Name == name).Select(variable => variable.Value).FirstOrDefault());

    [Fact]
    public void No_reference_is_no_chat() => Assert.Null(Read(("GUARD_CHAT_URL", "https://guard.acme.example/chat"), ("GUARD_SLACK_TOKEN", " ")));

    [Fact]
    public void References_make_channels()
    {
        var settings = Read(("GUARD_SLACK_TOKEN", Secret), ("GUARD_TEAMS_WEBHOOK", Secret), ("GUARD_LINK_KEY", Secret), ("GUARD_CHAT_URL", "https://guard.acme.example/chat/"))!;
        Assert.Equal([ChatChannel.Slack, ChatChannel.Teams], settings.Channels);
        Assert.Equal((true, true, "https://guard.acme.example/chat"), (settings.Notifies, settings.Listens, settings.ChatUrl!.AbsoluteUri));
        Assert.Equal((SlackApi.Public, null), (SlackVariables.Api(settings), SlackVariables.Loopback(settings)));
    }

    [Theory]
    [InlineData("GUARD_SLACK_TOKEN", "xoxb-1-2-3", "GUARD_SLACK_TOKEN must name a secret, not hold one: ")]
    [InlineData("GUARD_SLACK_WEBHOOK", "https://hooks.slack.com/services/T/B/x", "GUARD_SLACK_WEBHOOK must name a secret, not hold one: ")]
    [InlineData("GUARD_SLACK_API", "https://slack.example.test/", "GUARD_SLACK_API is for a laboratory on this machine only")]
    [InlineData("GUARD_CHAT_URL", "http://guard.acme.example/", "GUARD_CHAT_URL must be an https address")]
    public void A_wrong_setting_is_one_line_without_its_value(string name, string value, string message)
    {
        var thrown = Assert.Throws<ChatSettingException>(() => Read((name, value)));
        Assert.StartsWith(message, thrown.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("xoxb", thrown.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Provider.Aws, "https://guard-abc.azurewebsites.net/api/chatops")]
    [InlineData(Provider.Aws, "https://peer.acme.example/chat")]
    [InlineData(Provider.Azure, "https://abc.lambda-url.eu-central-1.on.aws/")]
    public void Links_that_would_lead_through_the_other_cloud_are_refused_at_start(Provider own, string address)
    {
        var thrown = Assert.Throws<ChatSettingException>(() => Read(
            own, [("GUARD_LINK_KEY", Secret), ("GUARD_CHAT_URL", address), ("GUARD_PEER_URL", "https://peer.acme.example/api/federation")]));
        Assert.StartsWith("GUARD_CHAT_URL leads to the other cloud", thrown.Message, StringComparison.Ordinal);
    }
}
