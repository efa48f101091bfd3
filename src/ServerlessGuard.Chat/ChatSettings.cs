using System.Collections.Immutable;
using ServerlessGuard.Chat.Secrets;
using ServerlessGuard.Notifications;
using ServerlessGuard.Resources;

namespace ServerlessGuard.Chat;

/// <summary>How people are reached, from the environment. Secrets are named there, never held.</summary>
public sealed record ChatSettings
{
    public const string LinkKeyVariable = "GUARD_LINK_KEY";
    public const string ChatUrlVariable = "GUARD_CHAT_URL";
    public const string SignInIssuerVariable = "GUARD_SIGN_IN_ISSUER";
    public const string SignInClientVariable = "GUARD_SIGN_IN_CLIENT_ID";
    public const string PeerUrlVariable = "GUARD_PEER_URL";
    public const string VaultVariable = "GUARD_KEY_VAULT_ENDPOINT";

    /// <summary>The platforms' variables that are set.</summary>
    public ImmutableDictionary<string, string> Values { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>Names the secret that links are signed with.</summary>
    public string? LinkKey { get; init; }

    /// <summary>A vault on this machine.</summary>
    public Uri? LoopbackVault { get; init; }

    /// <summary>
    /// This cloud's own chat endpoint as browsers reach it, without a slash at the end; links are made below it. Null: cards have no links.
    /// A Lambda function cannot be told its own URL by the template, and the one that answers makes no links. Never the other cloud's:
    /// whoever takes the request of a link could use it.
    /// </summary>
    public Uri? ChatUrl { get; init; }

    /// <summary>
    /// Where people sign in before they decide by a link, as its tokens spell it; null: a link, or a typed name, is enough. Never without
    /// <see cref="ChatUrl"/>.
    /// </summary>
    public string? SignInIssuer { get; init; }

    /// <summary>The registration that they sign in to.</summary>
    public string? SignInClientId { get; init; }

    /// <summary>Where the issuer sends people back to.</summary>
    public Uri? SignInRedirect => SignInIssuer is null ? null : new Uri($"{ChatUrl!.AbsoluteUri.TrimEnd('/')}/link/signed-in");

    /// <summary>Whether anybody is to be told of anything.</summary>
    public bool Notifies => Channels.Any();

    /// <summary>Whether decisions come in here.</summary>
    public bool Listens => LinkKey is not null || Platforms.All.Any(platform => platform.TakesClicks(this));

    /// <summary>
    /// Whether people can be asked here whether what came through the other cloud is theirs: in private, with a link that this cloud signs
    /// and answers.
    /// </summary>
    public bool Asks =>
        LinkKey is not null && ChatUrl is not null
            && Channels.Any(channel => Platforms.All.Any(platform => platform.Questions?.Channel == channel));

    /// <summary>Those that are configured.</summary>
    public IEnumerable<ChatChannel> Channels =>
        Platforms.All.SelectMany(platform => platform.Channels).Where(channel => Value(channel.Variable) is not null)
            .Select(channel => channel.Channel);

    /// <summary>Of a platform's variable; null: not set.</summary>
    public string? Value(string variable) => Values.GetValueOrDefault(variable);

    /// <summary>Null when no reference is set: no chat.</summary>
    /// <param name="own">The cloud of this deployment.</param>
    /// <param name="variable">Looks a variable up.</param>
    /// <exception cref="ChatSettingException">A variable is wrong, or another one is missing.</exception>
    public static ChatSettings? Read(Provider own, Func<string, string?> variable)
    {
        string? Text(string name) => string.IsNullOrWhiteSpace(variable(name)) ? null : variable(name)!.Trim();
        var vault = Loopback(VaultVariable, Text(VaultVariable));
        string? Reference(string name) => Text(name) is not { } text ? null
            : SecretsManagerSecrets.Takes(text) || KeyVaultSecrets.Takes(text, vault) ? text
            : throw new ChatSettingException(name,
                "must name a secret, not hold one: an ARN of Secrets Manager (arn:aws:secretsmanager:…, with #key for a member), or "
                    + "https://VAULT.vault.azure.net/secrets/NAME");

        var settings = new ChatSettings
        {
            Values = Platforms.All.SelectMany(platform => platform.Variables)
                .Select(one => (one.Name, Value: one.Kind switch
                {
                    ChatVariableKind.Secret => Reference(one.Name),
                    ChatVariableKind.Text => Text(one.Name),
                    ChatVariableKind.Loopback => Loopback(one.Name, Text(one.Name))?.AbsoluteUri,
                }))
                .Where(one => one.Value is not null).ToImmutableDictionary(one => one.Name, one => one.Value!, StringComparer.Ordinal),
            LinkKey = Reference(LinkKeyVariable),
            LoopbackVault = vault,
            SignInIssuer = Address(SignInIssuerVariable, Text(SignInIssuerVariable)) is null ? null : Text(SignInIssuerVariable),
            SignInClientId = Text(SignInClientVariable),
            ChatUrl = Own(own, Address(ChatUrlVariable, Text(ChatUrlVariable)), Text(PeerUrlVariable)),
        };
        if (settings is { Notifies: false, Listens: false })
        {
            return null;
        }

        return (settings.SignInIssuer, settings.SignInClientId, settings.ChatUrl) switch
        {
            (null, null, _) or (not null, not null, not null) => settings,
            (null, not null, _) => throw new ChatSettingException(SignInIssuerVariable, $"is not set, but {SignInClientVariable} is"),
            (not null, null, _) => throw new ChatSettingException(SignInClientVariable, $"is not set, but {SignInIssuerVariable} is"),
            (not null, not null, null) =>
                throw new ChatSettingException(ChatUrlVariable,
                    $"is not set, but {SignInIssuerVariable} is: the issuer sends people back to an address of ours"),
        };
    }

    private static Uri? Loopback(string name, string? text) => text is null ? null
        : Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri is { IsLoopback: true, Scheme: "http" or "https" } ? uri
        : throw new ChatSettingException(name, "is for a laboratory on this machine only; leave it out");

    /// <summary>An endpoint of the other cloud is known by its host's name, or because the peer is called there.</summary>
    private static Uri? Own(Provider own, Uri? chat, string? peer)
    {
        var suffix = own switch { Provider.Aws => ".azurewebsites.net", Provider.Azure => ".on.aws" };
        return chat is { IsLoopback: false }
            && (chat.Host.EndsWith(suffix, StringComparison.OrdinalIgnoreCase)
                || Uri.TryCreate(peer, UriKind.Absolute, out var other) && chat.Host.Equals(other.Host, StringComparison.OrdinalIgnoreCase))
            ? throw new ChatSettingException(ChatUrlVariable,
                "leads to the other cloud: each cloud answers its own links. Name this deployment's own chat endpoint, or leave it out")
            : chat;
    }

    private static Uri? Address(string name, string? text) => text is null ? null
        : Uri.TryCreate(text.TrimEnd('/'), UriKind.Absolute, out var uri) && uri.Query.Length == 0 && uri.UserInfo.Length == 0
            && (uri.Scheme == Uri.UriSchemeHttps || uri is { Scheme: "http", IsLoopback: true }) ? uri
        : throw new ChatSettingException(name, "must be an https address (http only for this machine)");
}

/// <summary>A variable is wrong. The message is one line and does not repeat its value, which may be a secret by mistake.</summary>
public sealed class ChatSettingException : Exception
{
    public ChatSettingException()
    {
    }

    public ChatSettingException(string message)
        : base(message)
    {
    }

    public ChatSettingException(string message, Exception inner)
        : base(message, inner)
    {
    }

    public ChatSettingException(string name, string message)
        : base($"{name} {message}") => Name = name;

    public string? Name { get; }
}
