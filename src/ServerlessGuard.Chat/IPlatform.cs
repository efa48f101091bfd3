using System.Collections.Immutable;
using System.Text.Json.Nodes;
using ServerlessGuard.Chat.Secrets;
using ServerlessGuard.Decisions;
using ServerlessGuard.Findings;
using ServerlessGuard.Notifications;

namespace ServerlessGuard.Chat;

/// <summary>
/// A chat platform: what configures it, how it is reached, what a message looks like on it, and who reads the answers that it sends. All of
/// that is in the platform's own folder; <see cref="Platforms"/> lists the platforms.
/// </summary>
public interface IPlatform
{
    /// <summary>In the order in which routes are made of them where guard.yaml has none.</summary>
    ImmutableArray<PlatformChannel> Channels { get; }

    /// <summary>The variables of the environment that are its own, those of its channels included.</summary>
    ImmutableArray<ChatVariable> Variables { get; }

    /// <summary>
    /// Messages of one finding. The finding is for what only a program sees: everything that people see is in the message.
    /// </summary>
    JsonObject Render(ChatChannel channel, Message message, Finding about, ButtonWays ways);

    JsonObject Render(Digest digest, ButtonWays ways);

    JsonObject Render(Notice notice, ButtonWays ways);

    /// <summary>How one person is asked in private; null: nobody can be.</summary>
    IPrivateQuestions? Questions { get; }

    /// <summary>Clicks on its buttons come back to us.</summary>
    bool TakesClicks(ChatSettings settings);

    /// <summary>Answers the requests that it sends; null: it sends none, or they are not configured.</summary>
    IPlatformRequests? Requests(Inbox inbox, PlatformReach reach);
}

/// <param name="Channel">As routes name it.</param>
/// <param name="Variable">That which names its secret: where it is set, the channel is configured.</param>
/// <param name="Connect">The channel, where it is configured.</param>
public sealed record PlatformChannel(ChatChannel Channel, string Variable, Func<PlatformReach, IChat> Connect);

/// <summary>A variable of the environment.</summary>
public sealed record ChatVariable(string Name, ChatVariableKind Kind);

public enum ChatVariableKind
{
    /// <summary>Names a secret, and never holds one.</summary>
    Secret = 1,

    Text = 2,

    /// <summary>An address on this machine, for a laboratory.</summary>
    Loopback = 3,
}

/// <summary>With what a platform is reached; the client must not follow redirects.</summary>
public sealed record PlatformReach(ChatSettings Settings, ISecrets Secrets, HttpMessageInvoker Http, TimeProvider Time)
{
    /// <summary>The reference of a variable that is known to be set.</summary>
    public string Reference(string variable) =>
        Settings.Value(variable) ?? throw new ArgumentException($"{variable} is not set", nameof(variable));
}

/// <summary>What a button can do: send a click to us, open a signed link, or nothing.</summary>
/// <param name="Clicks">Clicks come back to us.</param>
/// <param name="Link">The signed address of a button's page, null for a button that has none; null: no links.</param>
public sealed record ButtonWays(bool Clicks, Func<ActionButton, Uri?>? Link);

/// <summary>A private message to one person.</summary>
public interface IPrivateQuestions
{
    ChatChannel Channel { get; }

    /// <summary>How the identities of its people begin: <c>slack:</c>.</summary>
    string PersonPrefix { get; }

    /// <param name="asked">The command that waits for the answer.</param>
    /// <param name="question">Its question.</param>
    /// <param name="finding">What it is about, as it is now; null: a whole deployment.</param>
    /// <param name="address">The link that answers it, to this cloud's own endpoint.</param>
    JsonObject Render(Command asked, Question question, Finding? finding, Uri address);
}

/// <summary>The requests of one platform: verified, then answered.</summary>
public interface IPlatformRequests
{
    /// <param name="path">See <see cref="ChatRequest.Path"/>.</param>
    bool Takes(string path);

    Task<ChatAnswer> AnswerAsync(ChatRequest request, CancellationToken cancellation);
}
