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
using ServerlessGuard.Decisions;
using ServerlessGuard.Guards;
using ServerlessGuard.Engine;
using ServerlessGuard.Exemptions;
using ServerlessGuard.Federation;
using ServerlessGuard.Page;
using ServerlessGuard.Recording;
using ServerlessGuard.Remediation;
using ServerlessGuard.Remediation.Seals;
using ServerlessGuard.Resources;
using ServerlessGuard.Tables;

namespace ServerlessGuard.Azure;

/// <summary>Everything put together by hand, once. What the reader's identity reads with cannot write; what writes is the remediator's, and only <c>work</c> has it.</summary>
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
        var backoff = new Backoff(jitter);
        var reader = ArmCredentials.Reader(settings.ReaderClientId);
        var table = new AzureTable(Storage.Table(settings, reader));
        var work = new QueueSink(Storage.Queue(settings, reader, "guard-work"));
        var dead = new QueueSink(Storage.Queue(settings, reader, "guard-dead"));
        var armSettings = new ArmSettings(settings.ArmEndpoint, settings.ArmAudience);
        var source = new ArmSource(new ArmClient(armSettings, reader, time), settings.Rules.ApiVersions);
        var outbox = new OutboxPolicy(settings.Guard.Remediation, federates: settings.Peer is not null, notifies: settings.Chat is { Notifies: true });
        var forwarder = settings.Peer is { } aws ? Peering.Forwarder(aws, table, reader, jitter, journal, time) : null;
        var receiver = settings.Peer is { } sender ? Peering.Receiver(sender, table, settings.Guard.Approvals, outbox, work, backoff, journal, time) : null;
        var teller = settings.Chat is { Notifies: true } chat
            ? new Teller(ChatParts.Notifier(chat, Secrets(chat, reader, time), AwsHttp.Create(), table, settings.Guard, Provider.Azure, time, jitter, settings.Rules.Descriptors), journal, time)
            : null;
        var outgoing = new Outgoing(forwarder, teller);
        var chatops = settings.Chat is { Listens: true } listening
            ? new ChatopsFunction(ChatParts.Endpoint(listening, Secrets(listening, reader, time), AwsHttp.Create(), table, settings.Guard.Approvals, Provider.Azure, settings.ChatSignsIn, time, SignIn(listening, time), settings.Rules.Descriptors), work, journal)
            : null;
        var page = settings.ShowsPage
            ? new PageApi(table, peer: null, new PageSettings("this subscription's table") { Home = Provider.Azure, LongestWait = TimeSpan.Zero }, time)
            : null;
        var recorder = new FindingRecorder(table, time, backoff, settings.Guard.Exemptions, outbox.After);
        var scanner = new Scanner(
            source, () => new GuardPipeline(Judges.New(settings, journal, time), recorder, time), outbox, work, settings.Guard, journal, time, settings.Rules.Types);
        var events = new EventReader(settings.Subscriptions, settings.Tenant, [.. new[] { settings.ReaderClientId, settings.RemediatorClientId }.OfType<string>()]);
        var scan = new ScanFunction(events, scanner, source, work, new DeadLetters(dead, journal), journal, time);

        // Without an identity of its own for it, nothing can be fixed from here: the entry stays in the outbox.
        var expiry = new ExpiryWalk(
            table,
            new ExemptionReader(table, settings.Guard.Exemptions),
            settings.Guard.Approvals.Expiry,
            TimeSpan.FromDays(settings.Guard.Notifications.ExemptionWarningDays),
            outbox.After,
            time,
            backoff);
        var treating = new Lazy<Treating>(() => ArmCredentials.Remediator(settings.RemediatorClientId) is { } remediator
            ? Treat(
                settings,
                table,
                Plans(settings, remediator, backoff, journal, time),
                SparingRemediator.All(
                    TouchChecked.All(AzureRemediators.All(new ArmClient(armSettings, remediator, time), settings.Guard, settings.Own), settings.Guard), settings.Own.Spared),
                expiry,
                outbox,
                backoff,
                time)
            : throw new CloudCallException("NoRemediator", "GUARD_REMEDIATOR_CLIENT_ID is not set: no identity to fix with", isTransient: true));
        var worker = new WorkFunction(scanner, source, work, table, new OutboxWalk(table, Provider.Azure, time, jitter), () => treating.Value, id => IsOurs(settings, id), outgoing, journal, time);
        var walk = new OutboxFunction(new OutboxWalk(table, Provider.Azure, time, jitter), expiry, outgoing, work, journal, time);
        var sweep = new SweepFunction(source, table, work, settings.Subscriptions, journal, time, settings.Rules.Types);
        return new Composition(scanner, new Dictionary<string, FunctionEndpoint>(StringComparer.Ordinal)
        {
            ["scan"] = new("scan", scan.RunAsync, CallLimits.Of(64), journal, time),
            ["work"] = new("work", worker.RunAsync, CallLimits.Of(16), journal, time),
            ["sweep"] = new("sweep", (_, cancellation) => sweep.RunAsync(cancellation), CallLimits.Of(1), journal, time),
            ["outbox"] = new("outbox", (_, cancellation) => walk.RunAsync(cancellation), CallLimits.Of(1), journal, time),
            ["federation"] = new("federation", receiver is null ? NotConfigured : receiver.RunAsync, CallLimits.Federation, journal, time),
            ["chatops"] = new("chatops", chatops is null ? NoChat : chatops.RunAsync, CallLimits.Chat, journal, time),
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

    /// <summary>In a table of their own, with the remediator's token. Without a key nothing can be sealed, so nothing is changed.</summary>
    private static SealedPlans Plans(HostSettings settings, TokenCredential remediator, Backoff backoff, Journal journal, TimeProvider time) => new(
        new AzureTable(Storage.SealedTable(settings, remediator)),
        settings.SealKey is { } key ? new VaultSealer(new VaultHttp(AwsHttp.Create(), remediator, backoff, time), key) : new NoSealer(),
        fault => journal.Metric(SealedPlans.Metric, 1, ("fault", fault.ToString())));

    private static Treating Treat(
        HostSettings settings, ITable table, SealedPlans plans, IReadOnlyList<Remediator> remediators, ExpiryWalk expiry, OutboxPolicy outbox, Backoff backoff, TimeProvider time) => new(
        new Remedy(table, plans, remediators, settings.Guard, settings.Guard.Remediation, settings.Guard.Approvals, new Controls(table, Provider.Azure, time), time, backoff, outbox),
        new CommandRunner(
            table,
            plans,
            Provider.Azure,
            new Undo(table, plans, remediators, settings.Guard, settings.Guard.Remediation, new Controls(table, Provider.Azure, time), time, backoff, outbox.After),
            expiry,
            stop => SweepFunction.AskAsync(table, time, stop),
            settings.Guard.Approvals,
            outbox,
            time,
            backoff,
            reachesSlack: settings.Chat is { Asks: true }));

    private static bool IsOurs(HostSettings settings, string id) => settings.Subscriptions.IsEmpty || settings.Subscriptions.Contains(ArmId.Subscription(id) ?? string.Empty);

    private static Task<Answer> NotConfigured(System.Text.Json.JsonElement request, CancellationToken cancellation) => Task.FromResult(
        Answer.Done("federation is not configured") with { Http = new HttpOutput(501, "{\"error\":\"federation is not configured: GUARD_PEER_URL and its companions are not set\"}") });

    private static Task<Answer> NoPage(System.Text.Json.JsonElement request, CancellationToken cancellation) =>
        Task.FromResult(Answer.Done("the page is not shown") with { Http = new HttpOutput(404, "the page is shown only behind App Service's authentication", "text/plain; charset=utf-8") });

    private static Task<Answer> NoChat(System.Text.Json.JsonElement request, CancellationToken cancellation) =>
        Task.FromResult(Answer.Done("chat is not configured") with { Http = new HttpOutput(404, "chat is not configured", "text/plain; charset=utf-8") });

    private static SignInGate? SignIn(ChatSettings chat, TimeProvider time) => chat is { SignInIssuer: { } issuer, SignInClientId: { } client, SignInRedirect: { } redirect }
        ? new SignInGate(new SignInSettings(issuer, client, redirect), AwsHttp.Create(), time)
        : null;

    /// <summary>Key Vault by the reader's identity.</summary>
    private static CachedSecrets Secrets(ChatSettings chat, TokenCredential identity, TimeProvider time) => new(
        new ReferencedSecrets(
            aws: null,
            new KeyVaultSecrets(
                AwsHttp.Create(),
                async (audience, cancellation) => (await identity.GetTokenAsync(new TokenRequestContext([audience.TrimEnd('/') + "/.default"]), cancellation)).Token,
                chat.LoopbackVault,
                time)),
        time);
}
