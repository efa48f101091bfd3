using ServerlessGuard.Chat.Slack;
using ServerlessGuard.Chat.Teams;
using ServerlessGuard.Notifications;

namespace ServerlessGuard.Chat.Tests;

/// <summary>A platform is a folder, a line in <see cref="Platforms"/>, a name in <see cref="ChatChannel"/>, and a row here.</summary>
public sealed class PlatformTests
{
    [Theory]
    [InlineData(ChatChannel.Slack, typeof(SlackPlatform), "GUARD_SLACK_TOKEN")]
    [InlineData(ChatChannel.SlackWebhook, typeof(SlackPlatform), "GUARD_SLACK_WEBHOOK")]
    [InlineData(ChatChannel.Teams, typeof(TeamsPlatform), "GUARD_TEAMS_WEBHOOK")]
    public void A_channel_is_a_platforms_and_one_secret_configures_it(ChatChannel channel, Type platform, string variable)
    {
        Assert.IsType(platform, Platforms.Of(channel));
        var settings = ChatSettings.Read(ServerlessGuard.Resources.Provider.Azure, name => name == variable ? "https://acme.vault.azure.net/secrets/x" : null);
        Assert.Equal([channel], settings!.Channels);
        Assert.True(settings.Notifies);
    }

    [Fact]
    public void Every_channel_has_one_platform_and_a_word_of_its_own()
    {
        var channels = Platforms.All.SelectMany(platform => platform.Channels).Select(channel => channel.Channel).ToList();
        Assert.Equal(Enum.GetValues<ChatChannel>(), channels.Order());
        Assert.Equal(channels.Count, channels.Select(ChatChannels.Word).Distinct(StringComparer.Ordinal).Count());
    }

    /// <summary>Else it would never be read.</summary>
    [Fact]
    public void What_configures_a_channel_is_among_its_platforms_secrets() => Assert.All(
        Platforms.All.SelectMany(platform => platform.Channels, (platform, channel) => (platform, channel.Variable)),
        one => Assert.Contains(new ChatVariable(one.Variable, ChatVariableKind.Secret), one.platform.Variables));

    /// <summary>A platform is added without a change of the endpoint, the settings, the messages, or a host.</summary>
    [Theory]
    [InlineData("Slack")]
    [InlineData("Teams")]
    public void Only_the_list_names_a_platform_outside_its_folder(string platform)
    {
        string[] places = ["src/ServerlessGuard.Chat", "src/ServerlessGuard.Aws", "src/ServerlessGuard.Azure", "src/ServerlessGuard.Yaml", "shared/ServerlessGuard.Core"];
        var naming = places.SelectMany(place => Directory.EnumerateFiles(Testing.Repository.Path(place), "*.cs", SearchOption.AllDirectories))
            .Select(file => Path.GetRelativePath(Testing.Repository.Root, file).Replace('\\', '/'))
            .Where(file => !file.StartsWith($"src/ServerlessGuard.Chat/{platform}/", StringComparison.Ordinal))
            .Where(file => File.ReadLines(Testing.Repository.Path(file)).Any(line => Names(line, platform)));
        Assert.Equal(["shared/ServerlessGuard.Core/Notifications/NotificationSettings.cs", "src/ServerlessGuard.Chat/Platforms.cs"], naming.Order(StringComparer.Ordinal));
    }

    /// <summary>In code: comments may give an example.</summary>
    private static bool Names(string line, string platform) =>
        line.Split("//")[0] is var code && (code.Contains($"{platform}Platform", StringComparison.Ordinal) || code.Contains($"ChatChannel.{platform}", StringComparison.Ordinal)
            || code.Contains($"Chat.{platform}", StringComparison.Ordinal));
}
