using System.Text.Json;
using Azure.Core;
using ServerlessGuard.Aws.Api;
using ServerlessGuard.Azure.Arm;
using ServerlessGuard.Azure.Events;
using ServerlessGuard.Azure.Functions;
using ServerlessGuard.Azure.Needs;
using ServerlessGuard.Azure.Remediators;
using ServerlessGuard.Azure.Reporting;
using ServerlessGuard.Azure.Runtime;
using ServerlessGuard.Azure.Seals;
using ServerlessGuard.Azure.Stores;
using ServerlessGuard.Chat;
using ServerlessGuard.Chat.Secrets;
using ServerlessGuard.Engine;
using ServerlessGuard.Page;
using ServerlessGuard.Remediation;
using ServerlessGuard.Remediation.Seals;
using ServerlessGuard.Resources;
using ServerlessGuard.Tables;

namespace ServerlessGuard.Azure;

/// <summary>
/// Everything put together by hand, once. What the reader's identity reads with cannot write; what writes is the remediator's, and only
/// <c>work</c> has it.
/// </summary>
internal sealed class Composition : IAsyncDisposable
{
    private readonly Scanner _scanner;

    private readonly PageApi? _page;
    private readonly Outgoing _outgoing;

    private Composition(Scanner scanner, IReadOnlyDictionary<string, FunctionEndpoint> endpoints, PageApi? page, Outgoing outgoing)
    {
        (_scanner, _page, _outgoing) = (scanner, page, outgoing);
        Endpoints = endpoints;
    }

    /// <summary>By function name, as in the folders with their function.json.</summary>
    public IReadOnlyDictionary<string, FunctionEndpoint> Endpoints { get; }

    public static Composition Build(HostSettings settings, Journal journal, TimeProvider time)
    {
        Func<double> jitter = Random.Shared.NextDouble;
        var reader = ArmCredentials.Reader(settings.ReaderClientId);
        var table = new AzureTable(Storage.Table(settings, reader));
        var work = new QueueSink(Storage.Queue(settings, reader, "guard-work"));
        var dead = new QueueSink(Storage.Queue(settings, reader, "guard-dead"));
        var deployment = new Deployment(
            Provider.Azure,
            settings.Guard,
            new Reach(settings.Peer is not null, settings.Chat is { Notifies: true }, settings.Chat is { Asks: true }),
            table,
            new QueueWake(work),
            new Telemetry(journal),
            time,
            jitter,
            new OwnRules(settings.Rules.Rules, settings.Rules.Faults.Count));
        var outgoing = deployment.Outgoing(
            settings.Peer is { } aws ? Peering.Peer(aws, reader, jitter, time) : null,
            settings.Chat is { Notifies: true } chat
                ? ChatParts.Notifier(
                    chat, Secrets(chat, reader, time), AwsHttp.Create(), table, settings.Guard, Provider.Azure, time, jitter,
                    settings.Rules.Descriptors)
                : null,
            static () => Guid.NewGuid().ToString("N"));
        var page = settings.ShowsPage
            ? new PageApi(
                table, peer: null,
                new PageSettings("this subscription's table") { Home = Provider.Azure, LongestWait = TimeSpan.Zero }, time)
            : null;
        var source = new ArmSource(new ArmClient(Arm(settings), reader, time), settings.Rules.ApiVersions);
        var scanner = new Scanner(
            source, deployment.Pipeline, deployment.NewAssessor, work, settings.Guard, journal, time, settings.Rules.Types);
        var events = new EventReader(
            settings.Subscriptions, settings.Tenant, [.. new[] { settings.ReaderClientId, settings.RemediatorClientId }.OfType<string>()]);
        var scan = new ScanFunction(events, scanner, source, work, new DeadLetters(dead, journal), journal, time);
        var executors = new Lazy<Executors>(() => Executors(settings, deployment, table, time));
        var worker = new WorkFunction(
            scanner, source, work, deployment.OutboxTask(() => executors.Value), settings.Allowed, outgoing, journal, time);
        var walk = new OutboxFunction(deployment.OutboxRun(), outgoing, time);
        var sweep = new SweepFunction(source, table, work, settings.Subscriptions, settings.Tenant, journal, time, settings.Rules.Types);
        return new Composition(scanner, new Dictionary<string, FunctionEndpoint>(StringComparer.Ordinal)
        {
            ["scan"] = new("scan", scan.RunAsync, CallLimits.Of(64), journal, time),
            ["work"] = new("work", worker.RunAsync, CallLimits.Of(16), journal, time),
            ["sweep"] = new("sweep", (_, cancellation) => sweep.RunAsync(cancellation), CallLimits.Of(1), journal, time),
            ["outbox"] = new("outbox", (_, cancellation) => walk.RunAsync(cancellation), CallLimits.Of(1), journal, time),
            ["federation"] = new("federation", Federation(settings, deployment, journal, time), CallLimits.Federation, journal, time),
            ["chatops"] = new("chatops", Chatops(settings, deployment, table, reader, journal, time), CallLimits.Chat, journal, time),
            ["page"] = new("page", page is null ? NoPage : new PageFunction(page, journal).RunAsync, CallLimits.Page, journal, time),
        }, page, outgoing);
    }

    public ValueTask DisposeAsync()
    {
        _scanner.Dispose();
        _page?.Dispose();
        _outgoing.Dispose();
        foreach (var endpoint in Endpoints.Values)
        {
            endpoint.Dispose();
        }

        return ValueTask.CompletedTask;
    }

    private static ArmSettings Arm(HostSettings settings) => new(settings.ArmEndpoint, settings.ArmAudience);

    /// <summary>
    /// Sealed rows lie in a table of their own, with the remediator's token. Without an identity for it nothing can be fixed from here: the
    /// entry stays in the outbox.
    /// </summary>
    private static Executors Executors(HostSettings settings, Deployment deployment, ITable table, TimeProvider time)
    {
        var remediator = ArmCredentials.Remediator(settings.RemediatorClientId)
            ?? throw new CloudCallException(
                "NoRemediator", "GUARD_REMEDIATOR_CLIENT_ID is not set: no identity to fix with", isTransient: true);
        return deployment.Executors(
            deployment.Plans(
                new AzureTable(Storage.SealedTable(settings, remediator)),
                settings.SealKey is { } key
                    ? new VaultSealer(new VaultHttp(AwsHttp.Create(), remediator, deployment.Backoff, time), key)
                    : new NoSealer()),
            AzureRemediators.All(new ArmClient(Arm(settings), remediator, time), settings.Guard, settings.Own),
            settings.Own.Spared,
            stop => SweepFunction.AskAsync(table, time, stop));
    }

    private static Func<JsonElement, CancellationToken, Task<Answer>> Federation(
        HostSettings settings, Deployment deployment, Journal journal, TimeProvider time) => settings.Peer is { } aws
        ? new FederationFunction(deployment.Inbox(aws.Accounts), Peering.Gate(aws, time), journal).RunAsync
        : NotConfigured;

    private static Func<JsonElement, CancellationToken, Task<Answer>> Chatops(
        HostSettings settings, Deployment deployment, ITable table, TokenCredential reader, Journal journal,
        TimeProvider time) => settings.Chat is { Listens: true } chat
        ? new ChatopsFunction(
            ChatParts.Endpoint(
                chat,
                Secrets(chat, reader, time),
                AwsHttp.Create(),
                table,
                settings.Guard.Approvals,
                Provider.Azure,
                settings.ChatSignsIn,
                time,
                ChatParts.SignIn(chat, AwsHttp.Create(), time),
                settings.Rules.Descriptors),
            deployment.Wakes,
            journal).RunAsync
        : NoChat;

    private static Task<Answer> NotConfigured(JsonElement request, CancellationToken cancellation) => Task.FromResult(
        Answer.Done("federation is not configured") with
        {
            Http = new HttpOutput(501, "{\"error\":\"federation is not configured: GUARD_PEER_URL and its companions are not set\"}"),
        });

    private static Task<Answer> NoPage(JsonElement request, CancellationToken cancellation) => Task.FromResult(
        Answer.Done("the page is not shown") with
        {
            Http = new HttpOutput(404, "the page is shown only behind App Service's authentication", "text/plain; charset=utf-8"),
        });

    private static Task<Answer> NoChat(JsonElement request, CancellationToken cancellation) => Task.FromResult(
        Answer.Done("chat is not configured") with
        {
            Http = new HttpOutput(404, "chat is not configured", "text/plain; charset=utf-8"),
        });

    /// <summary>Key Vault by the reader's identity.</summary>
    private static CachedSecrets Secrets(ChatSettings chat, TokenCredential identity, TimeProvider time) => new(
        new ReferencedSecrets(
            aws: null,
            new KeyVaultSecrets(
                AwsHttp.Create(),
                async (audience, cancellation) => (await identity.GetTokenAsync(
                    new TokenRequestContext([audience.TrimEnd('/') + "/.default"]), cancellation)).Token,
                chat.LoopbackVault,
                time)),
        time);
}
