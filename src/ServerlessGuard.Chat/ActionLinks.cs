using System.Security.Cryptography;
using System.Text;
using ServerlessGuard.Federation;
using ServerlessGuard.Notifications;
using ServerlessGuard.Resources;

namespace ServerlessGuard.Chat;

/// <summary>Signs the links of a card's buttons: those about this cloud's accounts, with this cloud's key, to this cloud's endpoint.</summary>
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
        if (await keys.KeysAsync(fresh: false, cancellation) is not [var text, ..] || Encoding.UTF8.GetBytes(text) is not { Length: >= ActionLink.MinKeyBytes } key)
        {
            return null;
        }

        var expires = time.GetUtcNow() + (life < ActionLink.MaxLife ? life : ActionLink.MaxLife);
        return button => !Ownership.Owns(own, button.Target.Partition) ? null : new Uri($"{chat.AbsoluteUri.TrimEnd('/')}/link?{ActionLink.Sign(key, ActionLinkContent.Of(button, expires, RandomNumberGenerator.GetHexString(24, lowercase: true)))}");
    }
}
