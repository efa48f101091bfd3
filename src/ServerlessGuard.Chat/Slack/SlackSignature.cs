using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace ServerlessGuard.Chat.Slack;

/// <summary>
/// Slack's request signature, version 0 (docs.slack.dev, "Verifying requests from Slack"): HMAC-SHA256 with the app's signing secret over
/// <c>v0:timestamp:body</c>, the body's bytes as they came.
/// </summary>
public static class SlackSignature
{
    /// <summary>Both ways: older is a replay, newer is a clock that nobody should trust.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromMinutes(5);

    private const string Prefix = "v0=";
    private const int MaxTimestampLength = 12;

    /// <param name="signingSecret">The app's signing secret; not the token.</param>
    /// <param name="timestampHeader"><c>X-Slack-Request-Timestamp</c>.</param>
    /// <param name="signatureHeader"><c>X-Slack-Signature</c>.</param>
    /// <param name="body">Unread and undecoded.</param>
    /// <param name="now">The time.</param>
    public static SlackVerdict Verify(string? signingSecret, string? timestampHeader, string? signatureHeader, ReadOnlySpan<byte> body,
        DateTimeOffset now)
    {
        if (string.IsNullOrWhiteSpace(signingSecret))
        {
            return SlackVerdict.NoSecret;
        }

        Span<byte> claimed = stackalloc byte[SHA256.HashSizeInBytes];
        if (timestampHeader is null or { Length: > MaxTimestampLength }
            || !long.TryParse(timestampHeader, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
            || signatureHeader is null || !TryHex(signatureHeader, claimed))
        {
            return SlackVerdict.Malformed;
        }

        using var hash = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, Encoding.UTF8.GetBytes(signingSecret));
        hash.AppendData(Encoding.ASCII.GetBytes($"v0:{timestampHeader}:"));
        hash.AppendData(body);
        if (!CryptographicOperations.FixedTimeEquals(hash.GetHashAndReset(), claimed))
        {
            return SlackVerdict.Forged;
        }

        var age = now.ToUnixTimeSeconds() - seconds;
        return age > Window.TotalSeconds
            ? SlackVerdict.TooOld : age < -Window.TotalSeconds ? SlackVerdict.FromTheFuture : SlackVerdict.Valid;
    }

    private static bool TryHex(string header, Span<byte> bytes) =>
        header.Length == Prefix.Length + bytes.Length * 2 && header.StartsWith(Prefix, StringComparison.Ordinal)
        && Convert.FromHexString(header.AsSpan(Prefix.Length), bytes, out _, out var written) is System.Buffers.OperationStatus.Done
            && written == bytes.Length;
}

public enum SlackVerdict
{
    /// <summary>The only one that may be acted upon.</summary>
    Valid = 1,

    /// <summary>This deployment has no signing secret: nothing verifies.</summary>
    NoSecret,

    /// <summary>A header is missing or is not what Slack sends.</summary>
    Malformed,

    /// <summary>Another key, or something changed on the way.</summary>
    Forged,

    TooOld,
    FromTheFuture,
}
