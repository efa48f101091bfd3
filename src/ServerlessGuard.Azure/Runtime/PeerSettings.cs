using System.Collections.Immutable;
using ServerlessGuard.Federation;
using ServerlessGuard.Resources;

namespace ServerlessGuard.Azure.Runtime;

/// <summary>AWS's deployment, as this one knows it. Absent as a whole: no federation.</summary>
public sealed record PeerSettings
{
    /// <summary><c>GUARD_PEER_URL</c>: the URL of the <c>federation</c> Lambda.</summary>
    public required Uri Url { get; init; }

    /// <summary><c>GUARD_PEER_REGION</c>: where that function is.</summary>
    public required string Region { get; init; }

    /// <summary><c>GUARD_PEER_ROLE</c>: the ARN of the one role that may call it.</summary>
    public required string Role { get; init; }

    /// <summary><c>GUARD_PEER_STS</c>: the region's STS unless another address is named.</summary>
    public required Uri Sts { get; init; }

    /// <summary>
    /// <c>GUARD_PEER_AUDIENCE</c>: what the managed identity's token is for, the audience that the role's trust pins: <c>api://…</c>.
    /// </summary>
    public required string Audience { get; init; }

    /// <summary><c>GUARD_PEER_ACCOUNTS</c>: the AWS accounts that the peer may speak of, at least one.</summary>
    public required ImmutableHashSet<string> Accounts { get; init; }

    /// <summary>
    /// <c>GUARD_FEDERATION_ISSUER</c>: <c>https://sts.windows.net/TENANT/</c>, as the tokens of version 1 that the template's registration
    /// gives have it.
    /// </summary>
    public required string Issuer { get; init; }

    /// <summary>
    /// <c>GUARD_FEDERATION_KEYS</c>: where the issuer publishes its keys; <c>https://login.microsoftonline.com/TENANT/discovery/keys</c>.
    /// </summary>
    public required Uri Keys { get; init; }

    /// <summary><c>GUARD_FEDERATION_AUDIENCE</c>: this app's registration.</summary>
    public required string OwnAudience { get; init; }

    /// <summary><c>GUARD_FEDERATION_CLIENT_ID</c>: the app registration that trusts the Lambda's role; the only caller.</summary>
    public required string ClientId { get; init; }

    /// <exception cref="SettingException">Some are set and others are not.</exception>
    public static PeerSettings? Read(Func<string, string?> variable)
    {
        string? Find(string name) => variable(name) is { } text && !string.IsNullOrWhiteSpace(text) ? text.Trim() : null;
        if (Find("GUARD_PEER_URL") is null)
        {
            return null;
        }

        string Need(string name, string what) =>
            Find(name) ?? throw new SettingException(name, $"is not set, but GUARD_PEER_URL is; it names {what}");
        var region = Need("GUARD_PEER_REGION", "the region of the federation function");
        return new PeerSettings
        {
            Url = Https("GUARD_PEER_URL", Need("GUARD_PEER_URL", "the federation function's URL")),
            Region = region,
            Role = Need("GUARD_PEER_ROLE", "the ARN of the role that may call it"),
            Sts = Https("GUARD_PEER_STS", Find("GUARD_PEER_STS") ?? $"https://sts.{region}.amazonaws.com/"),
            Audience = Need("GUARD_PEER_AUDIENCE", "the audience that the role's trust pins"),
            Accounts = PeerAccounts.Read(Provider.Aws, Find("GUARD_PEER_ACCOUNTS")) switch
            {
                (var accounts, null) => accounts,
                (_, var fault) => throw new SettingException("GUARD_PEER_ACCOUNTS", fault),
            },
            Issuer = Need("GUARD_FEDERATION_ISSUER", "the issuer of the peer's tokens"),
            Keys = Https("GUARD_FEDERATION_KEYS", Need("GUARD_FEDERATION_KEYS", "where that issuer publishes its keys")),
            OwnAudience = Need("GUARD_FEDERATION_AUDIENCE", "this app's registration"),
            ClientId = Need("GUARD_FEDERATION_CLIENT_ID", "the one client that may call"),
        };
    }

    private static Uri Https(string name, string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var address)
            && (address.Scheme == Uri.UriSchemeHttps || address is { Scheme: "http", IsLoopback: true })
            ? address
            : throw new SettingException(name, "must be an https address (http only for this machine)");
}
