using System.Security.Cryptography;
using ServerlessGuard.Resources;
using ServerlessGuard.Simulators.Chat;
using ServerlessGuard.Simulators.Crossing;

namespace ServerlessGuard.Lab.Crossing;

/// <summary>
/// A simulated Slack and Teams between the two clouds, their secrets in each cloud's own (simulated) store, and both chat endpoints.
/// </summary>
public sealed class TwoCloudsChat : IAsyncDisposable
{
    private const string Arn = "arn:aws:secretsmanager:eu-west-1:111122223333:secret:guard-";

    private readonly string _awsLinkKey = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32));
    private readonly string _azureSigningSecret = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
    private readonly string _azureLinkKey = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32));
    private readonly SimulatedVault _vault = new();

    private TwoCloudsChat(TimeProvider time) =>
        Slack = new SimulatedSlack("xoxb-simulated-" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(12)),
            Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16)), time);

    public SimulatedSlack Slack { get; }

    public SimulatedTeams Teams { get; } = new();

    /// <summary>What an attacker has who holds the whole of a cloud: the key of that cloud's links.</summary>
    public string LinkKeyOf(Provider cloud) => cloud is Provider.Aws ? _awsLinkKey : _azureLinkKey;

    /// <summary>The chat endpoint of a cloud.</summary>
    public Uri EndpointOf(Provider cloud) => cloud is Provider.Aws ? AwsEndpoint : AzureEndpoint;

    /// <summary>What was said to one person in private, oldest first.</summary>
    public IReadOnlyList<SlackMessage> PrivateTo(string user) => [.. Slack.Messages.Where(message => message.Channel == user)];

    /// <summary>The function URL of AWS's <c>chatops</c>.</summary>
    public SimulatedOpenUrl OpenUrl { get; } = new();

    /// <summary>Both end with a slash.</summary>
    public Uri AwsEndpoint => OpenUrl.Address;

    public Uri AzureEndpoint => new(Front.Address, "api/chatops/");

    /// <summary>What stands before the function app, so that its settings can name its address before it runs.</summary>
    internal CutLine Front { get; private set; } = null!;

    public static async Task<TwoCloudsChat> StartAsync(TimeProvider time, CancellationToken cancellation)
    {
        var chat = new TwoCloudsChat(time);
        await chat.Slack.StartAsync(cancellation);
        await chat.Teams.StartAsync(cancellation);
        await chat._vault.StartAsync(cancellation);
        await chat.OpenUrl.StartAsync(cancellation);
        chat.Front = await CutLine.StartAsync(target: null, cancellation);
        chat.Slack.SecretOf = endpoint => chat.AzureEndpoint.IsBaseOf(endpoint) ? chat._azureSigningSecret : null;
        foreach (var (name, value) in chat.Values(chat._azureLinkKey, chat._azureSigningSecret))
        {
            chat._vault.Secrets[name] = value;
        }

        return chat;
    }

    /// <summary>What AWS's Secrets Manager holds, by ARN.</summary>
    public IReadOnlyDictionary<string, string> AwsSecrets =>
        Values(_awsLinkKey, Slack.SigningSecret).ToDictionary(pair => Arn + pair.Key, pair => pair.Value, StringComparer.Ordinal);

    public Dictionary<string, string> AwsSettings => Settings(name => Arn + name, AwsEndpoint);

    public Dictionary<string, string> AzureSettings
    {
        get
        {
            var settings = Settings(name => _vault.Reference(name).AbsoluteUri, AzureEndpoint);
            settings["GUARD_KEY_VAULT_ENDPOINT"] = _vault.Address.AbsoluteUri;
            return settings;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Front.DisposeAsync();
        await OpenUrl.DisposeAsync();
        await _vault.DisposeAsync();
        await Teams.DisposeAsync();
        await Slack.DisposeAsync();
    }

    /// <summary>
    /// Two apps, one for each cloud: whoever has the secret of one signs no click for the other. The link key is each cloud's own too.
    /// </summary>
    private Dictionary<string, string> Values(string linkKey, string signingSecret) => new(StringComparer.Ordinal)
    {
        ["slack-token"] = Slack.Token,
        ["slack-signing"] = signingSecret,
        ["teams-webhook"] = Teams.Webhook.AbsoluteUri,
        ["link-key"] = linkKey,
    };

    private Dictionary<string, string> Settings(Func<string, string> reference, Uri endpoint) => new(StringComparer.Ordinal)
    {
        ["GUARD_SLACK_TOKEN"] = reference("slack-token"),
        ["GUARD_SLACK_SIGNING_SECRET"] = reference("slack-signing"),
        ["GUARD_TEAMS_WEBHOOK"] = reference("teams-webhook"),
        ["GUARD_LINK_KEY"] = reference("link-key"),
        ["GUARD_SLACK_CHANNEL"] = "C0LAB",
        ["GUARD_SLACK_API"] = Slack.Api.AbsoluteUri,
        ["GUARD_CHAT_URL"] = endpoint.AbsoluteUri.TrimEnd('/'),
    };
}
