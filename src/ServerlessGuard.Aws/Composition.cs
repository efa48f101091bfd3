using System.Collections.Concurrent;
using ServerlessGuard.Aws.Api;
using ServerlessGuard.Aws.Events;
using ServerlessGuard.Aws.Functions;
using ServerlessGuard.Aws.Needs;
using ServerlessGuard.Aws.Reporting;
using ServerlessGuard.Aws.Runtime;
using ServerlessGuard.Chat;
using ServerlessGuard.Chat.Secrets;
using ServerlessGuard.Decisions;
using ServerlessGuard.Guards;
using ServerlessGuard.Engine;
using ServerlessGuard.Exemptions;
using ServerlessGuard.Federation;
using ServerlessGuard.Notifications;
using ServerlessGuard.Recording;
using ServerlessGuard.Remediation;
using ServerlessGuard.Remediation.Seals;
using ServerlessGuard.Resources;
using ServerlessGuard.Tables;

namespace ServerlessGuard.Aws;

/// <summary>Every <c>new</c> of the host, in the order of the flow.</summary>
internal static class Composition
{
    /// <param name="settings">Checked.</param>
    /// <param name="table">The findings.</param>
    /// <param name="api">AWS.</param>
    /// <param name="remediators">Only <c>remediate</c> has any.</param>
    /// <param name="sealer">Only <c>remediate</c> has a key.</param>
    /// <param name="time">The clock.</param>
    /// <param name="jitter">Evenly spread over 0 to 1.</param>
    /// <param name="log">Standard output.</param>
    public static IFunction Function(HostSettings settings, ITable table, IAwsApi api, IReadOnlyList<Remediator> remediators, ISealer sealer, TimeProvider time, Func<double> jitter, Log log)
    {
        var sparing = SparingRemediator.All(TouchChecked.All(remediators, settings.Guard), settings.Own);
        var metrics = new Metrics(log, time, settings.Handler.ToString().ToLowerInvariant());
        var backoff = new Backoff(jitter);
        var queue = new QueueSender(api, time, backoff);
        var policy = new OutboxPolicy(settings.Guard.Remediation, federates: settings.Peer is not null, notifies: settings.Chat is { Notifies: true });
        var kick = new ForwardKick(queue, settings.Peer is null && settings.Chat is not { Notifies: true } ? null : settings.OutboxQueue, log, metrics);
        var inventory = new ConfigInventory(api, settings.Region);
        var expiry = new ExpiryWalk(
            table,
            new ExemptionReader(table, settings.Guard.Exemptions),
            settings.Guard.Approvals.Expiry,
            TimeSpan.FromDays(settings.Guard.Notifications.ExemptionWarningDays),
            policy.After,
            time,
            backoff);
        var plans = new SealedPlans(table, sealer, _ => metrics.Count(SealedPlans.Metric));
        var controls = new Controls(table, Provider.Aws, time);
        var sweeper = new Sweeper(table, inventory, queue, settings.WorkQueue, settings.Region, settings.Rules.Types, time, log, metrics);
        return settings.Handler switch
        {
            Handler.Scan => new ScanFunction(
                Scan(settings, table, api, inventory, queue, sweeper, policy, kick, backoff, time, log, metrics), settings),
            Handler.Remediate => new RemediateFunction(
                table,
                new Remedy(table, plans, sparing, settings.Guard, settings.Guard.Remediation, settings.Guard.Approvals, controls, time, backoff, policy),
                new CommandRunner(
                    table,
                    plans,
                    Provider.Aws,
                    new Undo(table, plans, sparing, settings.Guard, settings.Guard.Remediation, controls, time, backoff, policy.After),
                    expiry,
                    settings.WorkQueue is { } work ? stop => SweepAsync(queue, work, stop) : null,
                    settings.Guard.Approvals,
                    policy,
                    time,
                    backoff,
                    reachesSlack: settings.Chat is { Asks: true }),
                new OutboxWalk(table, Provider.Aws, time, jitter),
                kick,
                settings,
                time,
                log,
                metrics),
            Handler.Sweep => new SweepFunction(sweeper, settings, log, metrics),
            Handler.Outbox => new OutboxFunction(
                new OutboxWalk(table, Provider.Aws, time, jitter), expiry, Forwarding(settings, table, api, time, jitter, log, metrics), Telling(settings, table, api, time, jitter, log, metrics), queue, settings.RemediateQueue!, time, log, metrics),
            Handler.Federation => Federation(settings, table, queue, policy, backoff, time, log, metrics),
            Handler.Chatops => new ChatopsFunction(Endpoint(settings, table, api, time), queue, settings.RemediateQueue, kick, log, metrics),
        };
    }

    private static Telling? Telling(HostSettings settings, ITable table, IAwsApi api, TimeProvider time, Func<double> jitter, Log log, Metrics metrics) => settings.Chat is { Notifies: true } chat
        ? new Telling(ChatParts.Notifier(chat, Secrets(api, time), AwsHttp.Create(), table, settings.Guard, Provider.Aws, time, jitter, settings.Rules.Descriptors), time, log, metrics)
        : null;

    private static ChatEndpoint? Endpoint(HostSettings settings, ITable table, IAwsApi api, TimeProvider time) => settings.Chat is { Listens: true } chat
        ? ChatParts.Endpoint(chat, Secrets(api, time), AwsHttp.Create(), table, settings.Guard.Approvals, Provider.Aws, signsIn: false, time, SignIn(chat, time), settings.Rules.Descriptors)
        : null;

    private static SignInGate? SignIn(ChatSettings chat, TimeProvider time) => chat is { SignInIssuer: { } issuer, SignInClientId: { } client, SignInRedirect: { } redirect }
        ? new SignInGate(new SignInSettings(issuer, client, redirect), AwsHttp.Create(), time)
        : null;

    private static CachedSecrets Secrets(IAwsApi api, TimeProvider time) => new(new ReferencedSecrets(new SecretsManagerSecrets(api), azure: null), time);

    private static async Task<string> SweepAsync(QueueSender queue, Uri work, CancellationToken cancellation)
    {
        await queue.SendAsync(work, [WorkMessage.Sweep], cancellation);
        return "the sweep has started";
    }

    /// <summary>Our rows to Azure: STS signs for this role, Entra gives the token, the function app takes the batch.</summary>
    private static Forwarding? Forwarding(HostSettings settings, ITable table, IAwsApi api, TimeProvider time, Func<double> jitter, Log log, Metrics metrics)
    {
        if (settings.Peer is not { } azure)
        {
            return null;
        }

        var http = AwsHttp.Create();
        var token = new EntraToken(api, http, new EntraTokenSettings(azure.Authority, azure.Tenant, azure.ClientId, azure.Scope), time);
        return new Forwarding(new FederationSender(table, new HttpsPeer(http, azure.Url, token.Source()), Provider.Aws, time, jitter), time, log, metrics);
    }

    private static FederationFunction Federation(HostSettings settings, ITable table, QueueSender queue, OutboxPolicy policy, Backoff backoff, TimeProvider time, Log log, Metrics metrics)
    {
        var taken = new ConcurrentQueue<(string Partition, string Key)>();
        var alarms = new PeerAlarms(table, Provider.Aws, policy, time, kind => metrics.Count($"Peer{kind}"));
        var endpoint = settings.Peer is { } azure
            ? new FederationEndpoint(
                table,
                Provider.Azure,
                new FederationReceiver(table, Provider.Azure, azure.Accounts, time, backoff, settings.Guard.Approvals, (partition, key) => taken.Enqueue((partition, key)), alarms))
            : null;
        return new FederationFunction(endpoint, settings.Peer?.Role, taken, queue, settings.RemediateQueue, log, metrics);
    }

    private static ScanParts Scan(
        HostSettings settings,
        ITable table,
        IAwsApi api,
        ConfigInventory inventory,
        QueueSender queue,
        Sweeper sweeper,
        OutboxPolicy policy,
        ForwardKick kick,
        Backoff backoff,
        TimeProvider time,
        Log log,
        Metrics metrics)
    {
        var live = new LiveReader(api, time);
        return new ScanParts
        {
            Time = time,
            Log = log,
            Metrics = metrics,
            Settings = settings.Guard,
            Rules = settings.Rules,
            Recorder = new FindingRecorder(table, time, backoff, settings.Guard.Exemptions, policy.After),
            Policy = policy,
            Inventory = inventory,
            Live = live,
            Called = new CalledResource(inventory, live),
            Cache = new NeighbourCache(time),
            Actors = new Actors(settings.OwnRoles),
            Reporter = new ConfigReporter(api, time, backoff),
            Queue = queue,
            Sweeper = sweeper,
            WorkQueue = settings.WorkQueue,
            RemediateQueue = settings.RemediateQueue,
            ForwardKick = kick,
        };
    }
}
