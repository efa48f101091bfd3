using System.Collections.Immutable;

namespace ServerlessGuard.Chat.Slack;

/// <summary>The variables of the environment that configure Slack.</summary>
public static class SlackVariables
{
    public const string Token = "GUARD_SLACK_TOKEN";
    public const string SigningSecret = "GUARD_SLACK_SIGNING_SECRET";
    public const string Webhook = "GUARD_SLACK_WEBHOOK";

    /// <summary>Where routes without a target post, with a bot token.</summary>
    public const string Channel = "GUARD_SLACK_CHANNEL";

    /// <summary>A Slack on this machine.</summary>
    private const string LoopbackApi = "GUARD_SLACK_API";

    public static ImmutableArray<ChatVariable> All { get; } =
    [
        new(Token, ChatVariableKind.Secret), new(SigningSecret, ChatVariableKind.Secret), new(Webhook, ChatVariableKind.Secret),
        new(Channel, ChatVariableKind.Text),
        new(LoopbackApi, ChatVariableKind.Loopback),
    ];

    /// <summary>Ends with a slash.</summary>
    public static Uri Api(ChatSettings settings) =>
        settings.Value(LoopbackApi) is { } api ? new Uri(new Uri(api).AbsoluteUri.TrimEnd('/') + "/") : SlackApi.Public;

    /// <summary>Where response URLs may lead besides Slack; null: nowhere.</summary>
    public static Uri? Loopback(ChatSettings settings) => Api(settings) is { IsLoopback: true } api ? api : null;
}
