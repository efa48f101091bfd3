using ServerlessGuard.Lab.Aws;
using ServerlessGuard.Lab.Azure;
using ServerlessGuard.Simulators.Crossing;

namespace ServerlessGuard.Lab.Crossing;

/// <summary>
/// Both simulated clouds and what lies between them, wired as the two templates wire them: each deployment knows the other, holds no secret
/// of it, and reaches it with signed tokens. Real are the two published hosts, the two tables, the tokens and the signatures; everything
/// else is simulated.
/// </summary>
public sealed class TwoClouds : IAsyncDisposable
{
    private const string PeerAudience = "api://serverlessguard-aws";

    private readonly List<IAsyncDisposable> _parts = [];
    private readonly LabIssuer _sts;

    private TwoClouds(TimeProvider time) => _sts = new LabIssuer("https://sts.lab.example/111122223333", time);

    public AwsLab Aws { get; private set; } = null!;
    public AzureLab Azure { get; private set; } = null!;
    public SimulatedEntra Entra { get; private set; } = null!;

    /// <summary>The way from Azure to AWS.</summary>
    public SimulatedFunctionUrl FunctionUrl { get; private set; } = null!;

    /// <summary>Slack and Teams between them; null without.</summary>
    public TwoCloudsChat? Chat { get; private set; }

    /// <summary>The way from AWS to Azure: passes requests on until it is cut.</summary>
    public CutLine ToAzure { get; private set; } = null!;

    /// <param name="aws">Complete but for what ties it to Azure.</param>
    /// <param name="azure">Complete but for what ties it to AWS.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellation">Stops the start.</param>
    /// <param name="withChat">With a simulated Slack and Teams.</param>
    public static async Task<TwoClouds> StartAsync(AwsLabSettings aws, AzureLabOptions azure, TimeProvider time,
        CancellationToken cancellation, bool withChat = false)
    {
        var clouds = new TwoClouds(time);
        try
        {
            if (withChat)
            {
                clouds.Chat = clouds.Keep(await TwoCloudsChat.StartAsync(time, cancellation));
                aws = aws with { Environment = With(aws.Environment, clouds.Chat.AwsSettings), Secrets = clouds.Chat.AwsSecrets };
                azure = azure with { Settings = With(azure.Settings, clouds.Chat.AzureSettings) };
            }

            await clouds.StartPartsAsync(aws, azure, time, cancellation);
            return clouds;
        }
        catch
        {
            await clouds.DisposeAsync();
            throw;
        }
    }

    /// <summary>The schedules of both outboxes, once.</summary>
    public async Task RunOutboxesAsync(CancellationToken cancellation)
    {
        await Aws.RunOutboxAsync();
        await Azure.Host.RunTimerAsync("outbox", cancellation);
    }

    /// <summary>Neither cloud reaches the other.</summary>
    public bool IsCut
    {
        get => FunctionUrl.IsCut;
        set => (FunctionUrl.IsCut, ToAzure.IsCut) = (value, value);
    }

    public async ValueTask DisposeAsync()
    {
        for (var i = _parts.Count - 1; i >= 0; i--)
        {
            await _parts[i].DisposeAsync();
        }

        _sts.Dispose();
    }

    private async Task StartPartsAsync(AwsLabSettings aws, AzureLabOptions azure, TimeProvider time, CancellationToken cancellation)
    {
        var peerRole = $"arn:aws:iam::{aws.Account}:role/guard-peer";
        Entra = Keep(await SimulatedEntra.StartAsync(_sts, aws.RoleArn, time, cancellation));
        var identities = Keep(new SimulatedWebIdentity(peerRole, PeerAudience, time));
        await identities.StartAsync(cancellation);
        FunctionUrl = Keep(new SimulatedFunctionUrl(identities, aws.Region, time));
        await FunctionUrl.StartAsync(cancellation);
        Azure = Keep(await AzureLab.StartAsync(
            azure with
            {
                Settings = With(azure.Settings, new(StringComparer.Ordinal)
                {
                    ["GUARD_PEER_URL"] = FunctionUrl.Address.AbsoluteUri,
                    ["GUARD_PEER_REGION"] = aws.Region,
                    ["GUARD_PEER_ROLE"] = peerRole,
                    ["GUARD_PEER_STS"] = identities.Address.AbsoluteUri,
                    ["GUARD_PEER_AUDIENCE"] = PeerAudience,
                    ["GUARD_PEER_ACCOUNTS"] = aws.Account,
                    ["GUARD_FEDERATION_ISSUER"] = Entra.Issuer,
                    ["GUARD_FEDERATION_KEYS"] = Entra.Keys.AbsoluteUri,
                    ["GUARD_FEDERATION_AUDIENCE"] = SimulatedEntra.Audience,
                    ["GUARD_FEDERATION_CLIENT_ID"] = SimulatedEntra.ClientId,
                }),
            },
            cancellation));
        identities.Identity = Azure.Identity;
        ToAzure = Keep(await CutLine.StartAsync(Azure.Host.Address, cancellation));
        Aws = Keep(await AwsLab.StartAsync(
            aws with
            {
                Outbound = _sts,
                Environment = With(aws.Environment, new(StringComparer.Ordinal)
                {
                    ["GUARD_PEER_URL"] = new Uri(ToAzure.Address, "api/federation").AbsoluteUri,
                    ["GUARD_PEER_TENANT"] = SimulatedEntra.Tenant,
                    ["GUARD_PEER_CLIENT_ID"] = SimulatedEntra.ClientId,
                    ["GUARD_PEER_SCOPE"] = SimulatedEntra.Audience + "/.default",
                    ["GUARD_PEER_AUTHORITY"] = Entra.Authority.AbsoluteUri,
                    ["GUARD_PEER_ROLE"] = peerRole,
                    ["GUARD_PEER_ACCOUNTS"] = SeedAccount,
                }),
            },
            time));
        FunctionUrl.Function = Aws.Federation;
        if (Chat is { } chat)
        {
            chat.OpenUrl.Function = Aws.Chatops;
            chat.Front.Target = Azure.Host.Address;
        }
    }

    private static string SeedAccount => ServerlessGuard.Lab.Azure.Seed.SeedSubscription.Subscription;

    private static Dictionary<string, string> With(IReadOnlyDictionary<string, string> settings, Dictionary<string, string> more)
    {
        foreach (var (name, value) in settings)
        {
            more[name] = value;
        }

        return more;
    }

    private T Keep<T>(T part)
        where T : IAsyncDisposable
    {
        _parts.Add(part);
        return part;
    }
}
