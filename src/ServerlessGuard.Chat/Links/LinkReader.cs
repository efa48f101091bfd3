using System.Text;
using ServerlessGuard.Resources;

namespace ServerlessGuard.Chat.Links;

/// <summary>This cloud's links: read with its keys, present and previous, and signed with the present one.</summary>
internal sealed class LinkReader(Provider own, IKeyring keys, TimeProvider time)
{
    public async Task<ActionLinkReading> ReadAsync(string text, CancellationToken cancellation)
    {
        var reading = ActionLink.Read(own, await BytesAsync(fresh: false, cancellation), text, time.GetUtcNow());
        return reading.Fault is ActionLinkFault.Forged
            ? ActionLink.Read(own, await BytesAsync(fresh: true, cancellation), text, time.GetUtcNow())
            : reading;
    }

    /// <summary>The token of a link; null when there is no usable key.</summary>
    public async Task<string?> SignAsync(ActionLinkContent content, CancellationToken cancellation) =>
        await BytesAsync(fresh: false, cancellation) is [{ Length: >= ActionLink.MinKeyBytes } key, ..]
            ? ActionLink.Token(ActionLink.Sign(key, content))
            : null;

    private async Task<IReadOnlyList<byte[]>> BytesAsync(bool fresh, CancellationToken cancellation) =>
        [.. (await keys.KeysAsync(fresh, cancellation)).Select(Encoding.UTF8.GetBytes)];
}
