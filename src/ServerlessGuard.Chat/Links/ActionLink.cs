using System.Buffers.Text;
using System.Security.Cryptography;
using ServerlessGuard.Decisions;
using ServerlessGuard.Resources;
using ServerlessGuard.Tables;

namespace ServerlessGuard.Chat.Links;

/// <summary>
/// The signed part of a link to the confirmation page, <c>t=content.signature</c>, both base64url: whoever has it may ask for this one
/// thing, about this one revision and plan, once, until it expires. HMAC-SHA256 with the key of the cloud that owns what the link is about:
/// no other cloud has it.
/// </summary>
public static class ActionLink
{
    /// <summary>The query's parameter, and the name of the form's field.</summary>
    public const string Parameter = "t";

    public static readonly TimeSpan MaxLife = TimeSpan.FromDays(7);

    public const int MinKeyBytes = 32;

    /// <summary>Between the clock that signs and the one that reads.</summary>
    private static readonly TimeSpan Skew = TimeSpan.FromMinutes(5);

    private const int MaxTokenLength = 6000;

    /// <summary>
    /// The query string, without a question mark. Throws <see cref="ArgumentException"/> for a key of fewer than <see cref="MinKeyBytes"/>
    /// bytes.
    /// </summary>
    public static string Sign(byte[] key, ActionLinkContent content)
    {
        if (key.Length < MinKeyBytes)
        {
            throw new ArgumentException($"a signing key has at least {MinKeyBytes} bytes", nameof(key));
        }

        var payload = content.Payload();
        return $"{Parameter}={Base64Url.EncodeToString(payload)}.{Base64Url.EncodeToString(Signature(key, payload))}";
    }

    /// <param name="owner">The cloud that the keys belong to: a link about another one's accounts is none of its, whatever it was signed
    /// with.</param>
    /// <param name="keys">The present key and, while keys are being changed, the one before.</param>
    /// <param name="query">Query string or form body; other parameters than <see cref="Parameter"/> are not looked at.</param>
    /// <param name="now">The time.</param>
    public static ActionLinkReading Read(Provider owner, IReadOnlyList<byte[]> keys, string? query, DateTimeOffset now)
    {
        if (Token(query) is not { } token || token.IndexOf('.', StringComparison.Ordinal) is not (> 0 and var dot)
            || Decoded(token.AsSpan(0, dot)) is not { } payload || Decoded(token.AsSpan(dot + 1)) is not { } claimed)
        {
            return new ActionLinkReading(null, ActionLinkFault.Malformed);
        }

        // Before the signature: ours would not hold, and the person is told where to go. Nothing else follows from what nobody vouches for.
        if (ActionLinkContent.Read(payload) is { Target.Partition: var partition } && !Ownership.Owns(owner, partition))
        {
            return new ActionLinkReading(null,
                Ownership.Owns(Ownership.Other(owner), partition) ? ActionLinkFault.AnotherOwner : ActionLinkFault.Malformed);
        }

        var genuine = false;
        foreach (var key in keys)
        {
            genuine |= key.Length >= MinKeyBytes && CryptographicOperations.FixedTimeEquals(Signature(key, payload), claimed);
        }

        if (!genuine)
        {
            return new ActionLinkReading(null, ActionLinkFault.Forged);
        }

        return ActionLinkContent.Read(payload) switch
        {
            null => new ActionLinkReading(null, ActionLinkFault.Malformed),
            { } content when content.Expires <= now => new ActionLinkReading(null, ActionLinkFault.Expired),
            { } content when content.Expires > now + (content.PersonId is null ? MaxLife : Proof.Life + Skew) =>
                new ActionLinkReading(null, ActionLinkFault.LivesTooLong),
            { } content => new ActionLinkReading(content, null),
        };
    }

    /// <summary>
    /// The value of the parameter, which the confirmation page's form carries on; null when it is missing, there twice, or longer than any
    /// of ours.
    /// </summary>
    public static string? Token(string? query)
    {
        string? token = null;
        foreach (var pair in (query ?? string.Empty).TrimStart('?').Split('&'))
        {
            if (pair.StartsWith(Parameter + "=", StringComparison.Ordinal))
            {
                if (token is not null)
                {
                    return null;
                }

                token = pair[(Parameter.Length + 1)..];
            }
        }

        return token is { Length: > 0 and <= MaxTokenLength } ? token : null;
    }

    private static byte[]? Decoded(ReadOnlySpan<char> text)
    {
        try
        {
            return Base64Url.DecodeFromChars(text);
        }
        catch (FormatException)
        {
            return null;
        }
    }

    private static byte[] Signature(byte[] key, byte[] payload) => HMACSHA256.HashData(key, (byte[])[.. "action-link-1\n"u8, .. payload]);
}

/// <summary>One of the two.</summary>
public sealed record ActionLinkReading(ActionLinkContent? Content, ActionLinkFault? Fault);

public enum ActionLinkFault
{
    Malformed = 1,

    /// <summary>Signed with none of the keys.</summary>
    Forged,

    Expired,

    /// <summary>Nobody of ours signs for so long.</summary>
    LivesTooLong,

    /// <summary>It is about an account of the other cloud, which signs and answers its own.</summary>
    AnotherOwner,
}
