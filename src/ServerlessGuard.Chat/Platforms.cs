using System.Collections.Immutable;
using ServerlessGuard.Chat.Slack;
using ServerlessGuard.Chat.Teams;
using ServerlessGuard.Notifications;

namespace ServerlessGuard.Chat;

/// <summary>
/// Every chat platform there is. One more is one line here, a folder of its own, and its name in <see cref="ChatChannel"/>.
/// </summary>
public static class Platforms
{
    public static ImmutableArray<IPlatform> All { get; } = [new SlackPlatform(), new TeamsPlatform()];

    public static IPlatform Of(ChatChannel channel) => All.First(platform => platform.Channels.Any(one => one.Channel == channel));

    /// <summary>The platform whose person that is, if it can ask them in private.</summary>
    public static IPrivateQuestions? Asking(string personId) =>
        All.Select(platform => platform.Questions)
            .FirstOrDefault(questions => questions is not null && personId.StartsWith(questions.PersonPrefix, StringComparison.Ordinal));
}
