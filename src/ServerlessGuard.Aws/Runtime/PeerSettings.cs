using System.Collections.Immutable;
using ServerlessGuard.Federation;
using ServerlessGuard.Resources;

namespace ServerlessGuard.Aws.Runtime;

/// <summary>Azure's deployment, as this one knows it. Absent as a whole: no federation.</summary>
public sealed record PeerSettings
{
    /// <summary><c>GUARD_PEER_URL</c>: the function app's <c>federation</c> entry.</summary>
    public required Uri Url { get; init; }

    /// <summary><c>GUARD_PEER_TENANT</c>.</summary>
    public required string Tenant { get; init; }

    /// <summary><c>GUARD_PEER_CLIENT_ID</c>: the app registration that trusts this function's role.</summary>
    public required string ClientId { get; init; }

    /// <summary><c>GUARD_PEER_SCOPE</c>: <c>api://…/.default</c>.</summary>
    public required string Scope { get; init; }

    /// <summary><c>GUARD_PEER_AUTHORITY</c>: https://login.microsoftonline.com unless a sovereign cloud's is named.</summary>
    public required Uri Authority { get; init; }

    /// <summary><c>GUARD_PEER_ROLE</c>: the ARN of the one role under which Azure calls our <c>federation</c> entry.</summary>
    public required string Role { get; init; }

    /// <summary><c>GUARD_PEER_ACCOUNTS</c>: the subscriptions that Azure may speak of, at least one.</summary>
    public required ImmutableHashSet<string> Accounts { get; init; }

    /// <exception cref="SettingsException">Some are set and others are not: one line says which.</exception>
    public static PeerSettings? Read(Func<string, string?> find)
    {
        if (find("GUARD_PEER_URL") is not { } url)
        {
            return null;
        }

        string Need(string name, string what) =>
            find(name) ?? throw new SettingsException($"{name} is not set, but GUARD_PEER_URL is: it names {what}");
        var role = Need("GUARD_PEER_ROLE", "the ARN of the role under which Azure calls");
        return new PeerSettings
        {
            Url = Https("GUARD_PEER_URL", url),
            Tenant = Need("GUARD_PEER_TENANT", "the Entra tenant"),
            ClientId = Need("GUARD_PEER_CLIENT_ID", "the app registration that trusts this function's role"),
            Scope = Need("GUARD_PEER_SCOPE", "the function app's scope, api://…/.default"),
            Authority = Https("GUARD_PEER_AUTHORITY", find("GUARD_PEER_AUTHORITY") ?? "https://login.microsoftonline.com"),
            Role = Arn.TryParse(role, out var arn) && arn.Rest.StartsWith("role/", StringComparison.Ordinal)
                ? role
                : throw new SettingsException($"GUARD_PEER_ROLE is \"{role}\": it must be the ARN of a role"),
            Accounts = PeerAccounts.Read(Provider.Azure, find("GUARD_PEER_ACCOUNTS")) switch
            {
                (var accounts, null) => accounts,
                (_, var fault) => throw new SettingsException("GUARD_PEER_ACCOUNTS " + fault),
            },
        };
    }

    /// <summary>http is for loopback: a token never crosses a network in the clear.</summary>
    private static Uri Https(string name, string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var address)
            && (address.Scheme == Uri.UriSchemeHttps || address.Scheme == Uri.UriSchemeHttp && address.IsLoopback)
            ? address
            : throw new SettingsException($"{name} is \"{text}\": it must be an https URL");
}
