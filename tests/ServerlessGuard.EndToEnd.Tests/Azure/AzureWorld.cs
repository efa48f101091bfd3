using System.Text.Json.Nodes;
using Azure.Data.Tables;
using Azure.Storage.Queues;
using ServerlessGuard.Azure.Stores;
using ServerlessGuard.Emulators;
using ServerlessGuard.Findings;
using ServerlessGuard.Lab;
using ServerlessGuard.Lab.Azure;
using ServerlessGuard.Lab.Azure.Seed;
using ServerlessGuard.Resources;
using ServerlessGuard.Simulators.Azure.EventGrid;
using ServerlessGuard.Simulators.Azure.Subscription;
using ServerlessGuard.Tables;

namespace ServerlessGuard.EndToEnd.Tests.Azure;

/// <summary>One test's own Azure: a simulated subscription, the real function app, and a storage account of its own in Azurite.</summary>
internal sealed class AzureWorld : IAsyncDisposable
{
    private const string TableName = "guard";
    private static readonly string[] QueueNames = ["guard-work", "guard-dead"];
    private static readonly string Partition = RowKeys.Partition(Provider.Azure, SeedSubscription.Subscription);

    private AzureWorld(AzureLab lab, ITable table)
    {
        Lab = lab;
        Table = table;
    }

    public AzureLab Lab { get; }

    public ITable Table { get; }

    public ArmServer Arm => Lab.Arm;

    /// <summary>Writes that the app itself made, in ARM's own record.</summary>
    public IReadOnlyList<ArmCall> Fixes => [.. Arm.Calls.Where(call => call.IsWrite)];

    /// <param name="cloud">The shared parts.</param>
    /// <param name="mode">How far fixes go, where the settings do not say it.</param>
    /// <param name="events">How Event Grid behaves.</param>
    /// <param name="settings">guard.yaml; null: none.</param>
    /// <param name="timeScale">Azure's waits are multiplied by it.</param>
    /// <param name="more">Further settings of the app.</param>
    public static async Task<AzureWorld> StartAsync(
        AzureCloud cloud, string mode = "enforce", EventGridOptions? events = null, string? settings = null, double timeScale = 0.01, params (string Name, string Value)[] more)
    {
        var connection = cloud.Azurite.TakeAccount();
        var table = new TableClient(connection, TableName);
        await AzuriteEmulator.CreateTableAsync(TableName, connection);
        foreach (var queue in QueueNames)
        {
            await new QueueClient(connection, queue).CreateIfNotExistsAsync();
        }

        var app = new Dictionary<string, string>(StringComparer.Ordinal) { ["GUARD_SETTINGS"] = ModeFile.Of(mode), ["GUARD_TABLE"] = TableName };
        if (settings is not null)
        {
            await File.WriteAllTextAsync(app["GUARD_SETTINGS"], settings);
        }

        foreach (var (name, value) in more)
        {
            app[name] = value;
        }

        var lab = await AzureLab.StartAsync(
            new AzureLabOptions
            {
                AppDirectory = cloud.App,
                StorageConnection = connection,
                Settings = app,
                Events = events ?? new EventGridOptions(),
                TimeScale = timeScale,
            },
            default);
        return new AzureWorld(lab, new AzureTable(table));
    }

    /// <summary>Until nothing is under way and nothing is left to do. The clock of what waits for its next attempt is put forward instead of waited for.</summary>
    public async Task SettleAsync(int seconds = 30)
    {
        await Poll.UntilAsync("Azure to be quiet", SettledAsync, seconds, Story);
        if (await AgeOutboxAsync() > 0)
        {
            await Lab.Host.RunTimerAsync("outbox", default);
            await Poll.UntilAsync("Azure to be quiet after the outbox", SettledAsync, seconds, Story);
        }
    }

    public async Task<IReadOnlyList<Finding>> FindingsAsync() =>
        [.. (await RowsAsync("r:")).Where(row => row.Kind is RowKind.Finding).Select(FindingRows.Finding).OrderBy(finding => finding.RuleId, StringComparer.Ordinal).ThenBy(finding => finding.Resource.Id, StringComparer.OrdinalIgnoreCase)];

    public async Task<Finding> FindingAsync(string rule) => Assert.Single(await FindingsAsync(), finding => finding.RuleId == rule);

    public async Task<IReadOnlyList<FindingEvent>> TimelineAsync() => [.. (await RowsAsync("t:")).Select(FindingRows.Event)];

    public async Task<IReadOnlyList<TableRow>> RowsAsync(string prefix)
    {
        var rows = new List<TableRow>();
        await foreach (var row in Table.QueryAsync(Partition, prefix, RowKeys.After(prefix), limit: null, default))
        {
            rows.Add(row);
        }

        return rows;
    }

    /// <summary>What the lab and the app said, for a failed test.</summary>
    public string Story() => string.Join('\n', Lab.Log.Lines.TakeLast(30).Select(line => line.Length > 300 ? line[..300] : line));

    /// <summary>An event of the subscription's topic that no change of the simulated subscription stands behind.</summary>
    public static JsonObject Event(string subject, string operation, Action<JsonObject>? edit = null, string type = "Microsoft.Resources.ResourceWriteSuccess")
    {
        var told = ArmEvents.Of(
            new ArmChange(new ArmRequest("PUT", subject, LabIdentity.Person) { ApiVersion = "2024-01-01" }, ArmOperation.Write, subject, operation, DateTimeOffset.UtcNow),
            EventSchema.EventGrid);
        told["eventType"] = type;
        edit?.Invoke(told);
        return told;
    }

    public ValueTask DisposeAsync() => Lab.DisposeAsync();

    private Task<bool> SettledAsync() => Lab.IsSettledAsync(default);

    private async Task<int> AgeOutboxAsync()
    {
        var entries = await RowsAsync("o:");
        foreach (var row in entries)
        {
            var aged = OutboxRows.Read(row) with { NextAttemptAt = DateTimeOffset.UtcNow - TimeSpan.FromSeconds(1) };
            await Table.CommitAsync(Partition, [new TableWrite.Replace(OutboxRows.Row(Partition, aged, row.Version))], default);
        }

        return entries.Count;
    }
}
