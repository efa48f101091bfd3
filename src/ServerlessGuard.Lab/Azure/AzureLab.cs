using System.Text.Json.Nodes;
using ServerlessGuard.Emulators;
using ServerlessGuard.Lab.Azure.Seed;
using ServerlessGuard.Simulators.Azure;
using ServerlessGuard.Simulators.Azure.EventGrid;
using ServerlessGuard.Simulators.Azure.Functions;
using ServerlessGuard.Simulators.Azure.Subscription;

namespace ServerlessGuard.Lab.Azure;

/// <summary>
/// Azure on one machine, simulated: a subscription that tells about its changes, a managed identity, Event Grid, and a Functions host that
/// runs the real function app against real (emulated) tables and queues.
/// </summary>
public sealed class AzureLab : IAsyncDisposable
{
    private readonly AzureLabOptions _options;
    private readonly List<IAsyncDisposable> _parts = [];
    private readonly List<ArmChange> _changes = [];

    private AzureLab(AzureLabOptions options) => _options = options;

    public LabLog Log => _options.Log;

    public ManagedIdentityEndpoint Identity { get; private set; } = null!;

    /// <summary>What plans are sealed with, by the remediator's identity alone.</summary>
    public SealVault Seals { get; private set; } = null!;

    public ArmServer Arm { get; private set; } = null!;

    public FunctionsHost Host { get; private set; } = null!;

    public EventGridTopic Topic { get; private set; } = null!;

    public StorageProxy Tables { get; private set; } = null!;

    public StorageProxy Queues { get; private set; } = null!;

    /// <summary>Changes that Event Grid never tells about; null: it tells about all.</summary>
    public Func<ArmChange, bool>? Lose { get; set; }

    /// <summary>Every change so far, told or lost.</summary>
    public IReadOnlyList<ArmChange> Changes
    {
        get
        {
            lock (_changes)
            {
                return [.. _changes];
            }
        }
    }

    public static async Task<AzureLab> StartAsync(AzureLabOptions options, CancellationToken cancellation)
    {
        var lab = new AzureLab(options);
        try
        {
            await lab.StartAsync(cancellation);
            return lab;
        }
        catch
        {
            await lab.DisposeAsync();
            throw;
        }
    }

    /// <summary>Hands events, in the subscription's schema, to Event Grid.</summary>
    public void Publish(params JsonObject[] events) => Topic.Publish(events);

    /// <summary>True when no event is under way, no call is running and no queue holds anything.</summary>
    public async Task<bool> IsSettledAsync(CancellationToken cancellation)
    {
        var calls = Host.Calls;
        return Topic.IsIdle && await Host.IsIdleAsync(cancellation) && Topic.IsIdle && Host.Running == 0 && calls == Host.Calls;
    }

    public async ValueTask DisposeAsync()
    {
        for (var i = _parts.Count - 1; i >= 0; i--)
        {
            await _parts[i].DisposeAsync();
        }
    }

    private async Task StartAsync(CancellationToken cancellation)
    {
        Identity = Keep(await ManagedIdentityEndpoint.StartAsync(_options.Identities, Log, TimeProvider.System, cancellation));
        Seals = Keep(await SealVault.StartAsync(Identity, LabIdentity.Fixer, cancellation));
        await AzuriteEmulator.CreateTableAsync(SealedTable, _options.StorageConnection);
        Arm = Keep(await ArmServer.StartAsync(_options.Store ?? SeedSubscription.Load(), SeedSubscription.Subscription, Identity, Log,
            TimeProvider.System, cancellation));
        var storage = Parts(_options.StorageConnection);
        Tables = Keep(await StorageProxy.StartAsync(new Uri(storage["TableEndpoint"]), "Table", cancellation));
        Queues = Keep(await StorageProxy.StartAsync(new Uri(storage["QueueEndpoint"]), "Queue", cancellation));
        storage["TableEndpoint"] = Through(Tables, storage["TableEndpoint"]);
        storage["QueueEndpoint"] = Through(Queues, storage["QueueEndpoint"]);
        Host = Keep(await FunctionsHost.StartAsync(
            new FunctionsHostOptions
            {
                AppDirectory = _options.AppDirectory,
                Executable = _options.Executable,
                QueueConnection = _options.StorageConnection,
                Settings = Settings(string.Concat(storage.Select(part => $"{part.Key}={part.Value};"))),
                FunctionTimeout = _options.FunctionTimeout,
                TimeScale = _options.TimeScale,
                Log = Log,
            },
            cancellation));
        var scan = Host.App.Functions.FirstOrDefault(each => each.Trigger is EventGridTrigger)
            ?? throw new InvalidDataException($"{_options.AppDirectory} has no function with an eventGridTrigger");
        Topic = Keep(await Host.SubscribeAsync(scan.Name, _options.Events, cancellation));
        Arm.Api.Changed = Tell;
    }

    /// <summary>
    /// The name of the table that only the remediator writes. The emulator knows one key and no identities: who writes there is not
    /// enforced here.
    /// </summary>
    public string SealedTable =>
        _options.Settings.GetValueOrDefault("GUARD_SEALED_TABLE", _options.Settings.GetValueOrDefault("GUARD_TABLE", "guard") + "sealed");

    private Dictionary<string, string> Settings(string connection) => new(_options.Settings, StringComparer.Ordinal)
    {
        ["AzureWebJobsStorage"] = connection,
        ["GUARD_STORAGE_CONNECTION"] = connection,
        ["GUARD_SEAL_KEY"] = Seals.Key.AbsoluteUri,
        ["GUARD_SEALED_TABLE"] = SealedTable,
        ["GUARD_DRY_WINDOW_HOURS"] = _options.Settings.GetValueOrDefault("GUARD_DRY_WINDOW_HOURS", "0"),
        ["GUARD_ARM_ENDPOINT"] = Arm.Address.AbsoluteUri,
        ["GUARD_SUBSCRIPTIONS"] = SeedSubscription.Subscription,
        ["GUARD_TENANT"] = LabIdentity.Tenant,
        ["GUARD_READER_CLIENT_ID"] = LabIdentity.Reader.ClientId,
        ["GUARD_REMEDIATOR_CLIENT_ID"] = LabIdentity.Fixer.ClientId,
        ["IDENTITY_ENDPOINT"] = Identity.Endpoint.AbsoluteUri,
        ["IDENTITY_HEADER"] = Identity.Secret,
    };

    private void Tell(ArmChange change)
    {
        lock (_changes)
        {
            _changes.Add(change);
        }

        if (Lose?.Invoke(change) == true)
        {
            Log.Write($"event grid: the event of {change.OperationName} is lost");
            return;
        }

        Topic.Publish([ArmEvents.Of(change, _options.Events.Schema)]);
    }

    private T Keep<T>(T part)
        where T : IAsyncDisposable
    {
        _parts.Add(part);
        return part;
    }

    private static Dictionary<string, string> Parts(string connection) => connection.Split(';', StringSplitOptions.RemoveEmptyEntries)
        .Select(part => part.Split('=', 2))
        .ToDictionary(part => part[0], part => part[1], StringComparer.Ordinal);

    /// <summary>The proxy's port with the emulator's path, which begins with the account.</summary>
    private static string Through(StorageProxy proxy, string endpoint) =>
        new Uri(proxy.Address, new Uri(endpoint).AbsolutePath.TrimStart('/')).AbsoluteUri;
}
