using ServerlessGuard.Chat;

namespace ServerlessGuard.Aws.Runtime;

/// <summary>
/// Bytes of a function URL's event: headers and body, base64 included. Asked before anything of it is parsed or decoded. The other
/// functions have no callers but the account's own services, and the services' own limits.
/// </summary>
internal static class LargestPayload
{
    /// <summary>Anybody may call it. The largest body that <see cref="ChatEndpoint"/> reads is 64 KB.</summary>
    public const int Chat = 96 * 1024;

    /// <summary>Lambda's own limit for a synchronous call; a batch is at most 5 MB.</summary>
    public const int Federation = 6 * 1024 * 1024;
}
