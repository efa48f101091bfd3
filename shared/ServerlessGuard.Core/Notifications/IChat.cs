using System.Text.Json.Nodes;

namespace ServerlessGuard.Notifications;

/// <summary>One chat platform, reached in one way. What cannot be said is a <see cref="ChatException"/>.</summary>
public interface IChat
{
    /// <summary>A message that was posted can be changed, and replied to. Webhooks cannot.</summary>
    bool CanUpdate { get; }

    /// <summary>Where the message is now.</summary>
    /// <param name="target">The route's channel; null: the platform's default.</param>
    /// <param name="inReplyTo">Post into the thread of that message.</param>
    /// <param name="cancellation">Ends the call; whether the message was posted is then not known.</param>
    Task<ChatReceipt> PostAsync(string? target, JsonObject message, ChatReceipt? inReplyTo, CancellationToken cancellation);

    /// <summary>The message becomes another one, silently.</summary>
    Task UpdateAsync(ChatReceipt at, JsonObject message, CancellationToken cancellation);
}

/// <summary>Where a message is.</summary>
/// <param name="Channel">As the platform answered; null where it does not say.</param>
/// <param name="Ts">The message's id in it; null: it can neither be updated nor replied to.</param>
public sealed record ChatReceipt(string? Channel, string? Ts);

/// <summary>What a platform answered instead of taking a message. The reason is a code or one sentence, never a token or a body.</summary>
public sealed class ChatException : Exception
{
    public ChatException()
    {
    }

    public ChatException(string message)
        : base(message)
    {
    }

    public ChatException(string message, Exception inner)
        : base(message, inner)
    {
    }

    public ChatException(ChatFault fault, string message, TimeSpan? retryAfter = null)
        : base(message) => (Fault, RetryAfter) = (fault, retryAfter);

    public ChatException(ChatFault fault, string message, Exception inner)
        : base(message, inner) => Fault = fault;

    public ChatFault Fault { get; } = ChatFault.Unavailable;

    /// <summary>Throttled: how long the platform wants to be left alone.</summary>
    public TimeSpan? RetryAfter { get; }
}

public enum ChatFault
{
    /// <summary>5xx, timeout, broken connection: whether the message arrived is not known.</summary>
    Unavailable = 1,

    /// <summary>429.</summary>
    Throttled = 2,

    /// <summary>Nothing is taken from us here: token revoked, channel unknown or archived.</summary>
    Refused = 3,

    /// <summary>This very message is not taken.</summary>
    Rejected = 4,

    /// <summary>The message to be changed is not there any more.</summary>
    Gone = 5,
}
