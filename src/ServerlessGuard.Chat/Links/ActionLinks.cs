using System.Security.Cryptography;
using System.Text;
using ServerlessGuard.Decisions;
using ServerlessGuard.Notifications;
using ServerlessGuard.Resources;
using ServerlessGuard.Tables;

namespace ServerlessGuard.Chat.Links;

/// <summary>
/// Signs the links of a card's buttons: those about this cloud's accounts, with this cloud's key, to this cloud's endpoint.
/// </summary>
/// <param name="own">This cloud.</param>
/// <param name="keys">Its ring: the current key signs.</param>
/// <param name="chat">Its chat endpoint, without a slash at the end.</param>
/// <param name="life">How long a link works; at most <see cref="ActionLink.MaxLife"/>.</param>
/// <param name="time">The clock.</param>
public sealed class ActionLinks(Provider own, IKeyring keys, Uri chat, TimeSpan life, TimeProvider time)
{
    /// <summary>Null when there is no usable key: then cards have no buttons.</summary>
    public async ValueTask<Func<ActionButton, Uri?>?> SignerAsync(CancellationToken cancellation)
    {
        if (await KeyAsync(cancellation) is not { } key)
        {
            return null;
        }

        var expires = time.GetUtcNow() + (life < ActionLink.MaxLife ? life : ActionLink.MaxLife);
        return button =>
            !Ownership.Owns(own, button.Target.Partition) ? null : Address(key, ActionLinkContent.Of(button, expires, Nonce()));
    }

    /// <summary>The same for the answers to questions, which end with their question.</summary>
    public async ValueTask<Func<Command, Question, Uri?>?> AnswerSignerAsync(CancellationToken cancellation) =>
        await KeyAsync(cancellation) is { } key
        ? (asked, question) => !Ownership.Owns(own, asked.Partition) ? null : Address(key, ActionLinkContent.Of(asked, question, Nonce()))
        : null;

    private static string Nonce() => RandomNumberGenerator.GetHexString(24, lowercase: true);

    private Uri Address(byte[] key, ActionLinkContent content) =>
        new($"{chat.AbsoluteUri.TrimEnd('/')}/link?{ActionLink.Sign(key, content)}");

    private async ValueTask<byte[]?> KeyAsync(CancellationToken cancellation) =>
        await keys.KeysAsync(fresh: false, cancellation) is [var text, ..]
            && Encoding.UTF8.GetBytes(text) is { Length: >= ActionLink.MinKeyBytes } key ? key : null;
}
