using ServerlessGuard.Aws.Api;
using ServerlessGuard.Aws.Events;
using ServerlessGuard.Aws.Functions;
using ServerlessGuard.Aws.Needs;
using ServerlessGuard.Aws.Reporting;
using ServerlessGuard.Aws.Runtime;
using ServerlessGuard.Chat;
using ServerlessGuard.Chat.Secrets;
using ServerlessGuard.Engine;
using ServerlessGuard.Notifications;
using ServerlessGuard.Remediation;
using ServerlessGuard.Remediation.Seals;
using ServerlessGuard.Resources;
using ServerlessGuard.Tables;

namespace ServerlessGuard.Aws;

/// <summary>AWS's adapters for the engine, and one function over it.</summary>
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
    public static IFunction Function(
        HostSettings settings, ITable table, IAwsApi api, IReadOnlyList<Remediator> remediators, ISealer sealer, TimeProvider time,
        Func<double> jitter, Log log)
    {
        var metrics = new Metrics(log, time, settings.Handler.ToString().ToLowerInvariant());
        var queue = new QueueSender(api, time, new Backoff(jitter));
        var deployment = new Deployment(
            Provider.Aws,
            settings.Guard,
            new Reach(settings.Peer is not null, settings.Chat is { Notifies: true }, settings.Chat is { Asks: true }),
            table,
            new QueueWake(queue, settings.RemediateQueue, settings.OutboxQueue),
            new Telemetry(log, metrics, time),
            time,
            jitter,
            new OwnRules(settings.Rules.Rules, settings.Rules.Faults.Count));
        var inventory = new ConfigInventory(api, settings.Region);
        var sweeper = new Sweeper(table, inventory, queue, settings.WorkQueue, settings.Region, settings.Rules.Types, time, log, metrics);
        IFunction function = settings.Handler switch
        {
            Handler.Scan => new ScanFunction(Scan(settings, deployment, api, inventory, queue, sweeper, time, log, metrics), settings),
            Handler.Remediate => new RemediateFunction(
                Task(settings, deployment, deployment.Plans(table, sealer), remediators, queue), settings, log, metrics),
            Handler.Sweep => new SweepFunction(sweeper, settings),
            Handler.Outbox => new OutboxFunction(
                deployment.OutboxRun(),
                deployment.Outgoing(
                    Peer(settings, api, time), Notifier(settings, table, api, time, jitter), static () => Guid.NewGuid().ToString("N")),
                time,
                log),
            Handler.Federation => new FederationFunction(
                settings.Peer is { } azure ? deployment.Inbox(azure.Accounts) : null, settings.Peer?.Role, log, metrics),
            Handler.Chatops => new ChatopsFunction(Endpoint(settings, table, api, time), deployment.Wakes, log, metrics),
        };
        return new CountedFunction(function, log, metrics);
    }

    private static OutboxTask Task(
        HostSettings settings, Deployment deployment, SealedPlans plans, IReadOnlyList<Remediator> remediators, QueueSender queue)
    {
        var executors = deployment.Executors(
            plans, remediators, settings.Own, settings.WorkQueue is { } work ? stop => SweepAsync(queue, work, stop) : null);
        return deployment.OutboxTask(() => executors);
    }

    private static async Task<string> SweepAsync(QueueSender queue, Uri work, CancellationToken cancellation)
    {
        await queue.SendAsync(work, [WorkMessage.Sweep], cancellation);
        return "the sweep has started";
    }

    private static Notifier? Notifier(HostSettings settings, ITable table, IAwsApi api, TimeProvider time, Func<double> jitter) =>
        settings.Chat is { Notifies: true } chat
            ? ChatParts.Notifier(
                chat, Secrets(api, time), AwsHttp.Create(), table, settings.Guard, Provider.Aws, time, jitter, settings.Rules.Descriptors)
            : null;

    private static ChatEndpoint? Endpoint(
        HostSettings settings, ITable table, IAwsApi api, TimeProvider time) => settings.Chat is { Listens: true } chat
        ? ChatParts.Endpoint(
            chat,
            Secrets(api, time),
            AwsHttp.Create(),
            table,
            settings.Guard.Approvals,
            Provider.Aws,
            signsIn: false,
            time,
            ChatParts.SignIn(chat, AwsHttp.Create(), time),
            settings.Rules.Descriptors)
        : null;

    private static CachedSecrets Secrets(IAwsApi api, TimeProvider time) =>
        new(new ReferencedSecrets(new SecretsManagerSecrets(api), azure: null), time);

    /// <summary>Our rows to Azure: STS signs for this role, Entra gives the token, the function app takes the batch.</summary>
    private static HttpsPeer? Peer(HostSettings settings, IAwsApi api, TimeProvider time)
    {
        if (settings.Peer is not { } azure)
        {
            return null;
        }

        var http = AwsHttp.Create();
        var token = new EntraToken(api, http, new EntraTokenSettings(azure.Authority, azure.Tenant, azure.ClientId, azure.Scope), time);
        return new HttpsPeer(http, azure.Url, token.Source());
    }

    private static ScanParts Scan(
        HostSettings settings,
        Deployment deployment,
        IAwsApi api,
        ConfigInventory inventory,
        QueueSender queue,
        Sweeper sweeper,
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
            Pipeline = deployment.Pipeline,
            NewAssessor = deployment.NewAssessor,
            Inventory = inventory,
            Live = live,
            Called = new CalledResource(inventory, live),
            Cache = new NeighbourCache(time),
            Actors = new Actors(settings.OwnRoles),
            Reporter = new ConfigReporter(api, time, deployment.Backoff),
            Queue = queue,
            Sweeper = sweeper,
            WorkQueue = settings.WorkQueue,
        };
    }
}
