using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using ServerlessGuard.Commands;

namespace ServerlessGuard.Notifications;

/// <summary>What a signed link asks for.</summary>
/// <param name="Kind">The decision.</param>
/// <param name="Days">Exempt only.</param>
/// <param name="Target">Bound to what the person saw.</param>
/// <param name="Expires">Whole seconds count.</param>
/// <param name="Nonce">Makes this link another one than the next; at least 16 random characters.</param>
public sealed record ActionLinkContent(CommandKind Kind, int? Days, ButtonTarget Target, DateTimeOffset Expires, string Nonce)
{
    private const int IdLength = 32;
    private const int Parts = 7;

    public static ActionLinkContent Of(ActionButton button, DateTimeOffset expires, string nonce) => new(button.Kind, button.Days, button.Target, expires, nonce);

    /// <summary>The id of the command that this link gives, 32 hex digits: a link that is used twice gives one command.</summary>
    public string CommandId() => Convert.ToHexStringLower(SHA256.HashData([.. "action-link-command\n"u8, .. Payload()]))[..IdLength];

    /// <summary>One form for one content: what is signed.</summary>
    internal byte[] Payload() => Encoding.UTF8.GetBytes(new JsonArray(
        ButtonWords.Of(Kind, Days), Target.Partition, Target.FindingId, Target.Revision, Target.PlanId, Expires.ToUnixTimeSeconds(), Nonce).ToJsonString());

    /// <summary>The inverse of <see cref="Payload"/>; null for anything else.</summary>
    internal static ActionLinkContent? Read(ReadOnlySpan<byte> payload)
    {
        try
        {
            return JsonNode.Parse(payload) is JsonArray { Count: Parts } parts && ButtonWords.TryRead(parts[0]?.GetValue<string>(), out var kind, out var days)
                && parts[1] is { } partition && parts[3] is { } revision && parts[5] is { } expires && parts[6] is { } nonce
                ? new ActionLinkContent(
                    kind, days, new ButtonTarget(partition.GetValue<string>(), parts[2]?.GetValue<string>(), revision.GetValue<long>(), parts[4]?.GetValue<string>()),
                    DateTimeOffset.FromUnixTimeSeconds(expires.GetValue<long>()), nonce.GetValue<string>())
                : null;
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException or FormatException or ArgumentException)
        {
            return null;
        }
    }
}
