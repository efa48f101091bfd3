using System.Diagnostics;
using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using Azure.Data.Tables;
using Azure.Storage.Queues;
using ServerlessGuard.Aws.Api;
using ServerlessGuard.Aws.Stores;
using ServerlessGuard.Azure.Stores;
using ServerlessGuard.Emulators;
using ServerlessGuard.Lab.Aws;
using ServerlessGuard.Lab.Azure;
using ServerlessGuard.Lab.Azure.Seed;
using ServerlessGuard.Lab.Crossing;
using ServerlessGuard.Resources;
using ServerlessGuard.Simulators.Chat;
using ServerlessGuard.Tables;

namespace ServerlessGuard.Lab.Demo;

/// <summary>
/// Both clouds, their tables, a chat and the page on this machine. Real are the two hosts, the emulators' tables, every token and every
/// signature; the clouds' APIs, Slack and Teams are simulated.
/// </summary>
internal sealed class DemoWorld : IAsyncDisposable
{
    public const string AwsAccount = "111122223333";

    public static readonly string AwsPartition = RowKeys.Partition(Provider.Aws, AwsAccount);
    public static readonly string AzurePartition = RowKeys.Partition(Provider.Azure, SeedSubscription.Subscription);

    private const string TableName = "serverlessguard";

    private readonly List<IAsyncDisposable> _parts = [];
    private readonly CancellationTokenSource _stop = new();
    private Task _schedules = Task.CompletedTask;

    public TwoClouds Clouds { get; private set; } = null!;
    public SimulatedSlack Slack => Clouds.Chat!.Slack;
    public SimulatedTeams Teams => Clouds.Chat!.Teams;
    public ITable AwsTable { get; private set; } = null!;
    public ITable AzureTable { get; private set; } = null!;
    public Uri Dynamo { get; private set; } = null!;
    public string Storage { get; private set; } = null!;
    public Uri? Page { get; private set; }
    public IReadOnlyList<int> EmulatorProcesses { get; private set; } = [];

    public ITable TableOf(Provider provider) => provider is Provider.Aws ? AwsTable : AzureTable;

    public static async Task<DemoWorld> StartAsync(DemoOptions options, IReadOnlySet<string> moreAccounts, Narrator tell,
        CancellationToken cancellation)
    {
        var world = new DemoWorld();
        try
        {
            await world.StartPartsAsync(options, moreAccounts, tell, cancellation);
            return world;
        }
        catch
        {
            await world.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _schedules;
        for (var i = _parts.Count - 1; i >= 0; i--)
        {
            await _parts[i].DisposeAsync();
        }

        _stop.Dispose();
    }

    private async Task StartPartsAsync(DemoOptions options, IReadOnlySet<string> moreAccounts, Narrator tell,
        CancellationToken cancellation)
    {
        tell.Says("starting", "Azurite and DynamoDB Local: the clouds' own emulators of their tables");
        var azurite = Keep(new AzuriteEmulator(options.Servers));
        var starting = azurite.StartAsync();
        var dynamo = await DynamoDbLocalEmulator.StartAsync(options.Servers);
        _parts.Add(new Owned(dynamo));
        await starting.WaitAsync(cancellation);
        EmulatorProcesses = [dynamo.ProcessId, .. azurite.ProcessId is { } id ? new[] { id } : []];
        (Dynamo, Storage) = (dynamo.Address, azurite.ConnectionString);
        var client = DynamoClient.Create("eu-west-1", Dynamo,
            new EnvironmentCredentials(name => name.Contains("KEY", StringComparison.Ordinal) ? "local" : null));
        _parts.Add(new Owned(client));
        await client.CreateTableAsync(
            new CreateTableRequest
            {
                TableName = TableName,
                BillingMode = BillingMode.PAY_PER_REQUEST,
                AttributeDefinitions = [new("pk", ScalarAttributeType.S), new("sk", ScalarAttributeType.S)],
                KeySchema = [new("pk", KeyType.HASH), new("sk", KeyType.RANGE)],
            },
            cancellation);
        await azurite.CreateTableAsync(TableName);
        foreach (var queue in (string[])["guard-work", "guard-dead"])
        {
            await new QueueClient(Storage, queue).CreateIfNotExistsAsync(cancellationToken: cancellation);
        }

        var mode = options.Mode;
        AwsTable = new DynamoTable(client, TableName, TimeProvider.System, new Backoff(Random.Shared.NextDouble));
        AzureTable = new AzureTable(new TableClient(Storage, TableName));
        tell.Says("starting",
            (IsNative(options.Bootstrap)
                ? "both hosts, as the native binaries that are deployed"
                : "both hosts, as ordinary .NET (./guard demo --native: the binaries that are deployed)")
                    + ", in a simulated account and subscription, with simulated Slack and Teams");
        Clouds = Keep(await TwoClouds.StartAsync(
            new AwsLabSettings
            {
                Bootstrap = options.Bootstrap,
                Table = TableName,
                TableEndpoint = Dynamo,
                GuardFile = Settings(options.Folder, mode),
                FunctionTimeout = TimeSpan.FromSeconds(60),
                VisibilityTimeout = TimeSpan.FromSeconds(5),
                Environment = new Dictionary<string, string>(StringComparer.Ordinal)
                    { ["GUARD_ACCOUNTS"] = string.Join(',',
                        moreAccounts.Where(account => account.Length == 12).Prepend(AwsAccount).Distinct(StringComparer.Ordinal)) },
            },
            new AzureLabOptions
            {
                AppDirectory = options.App,
                StorageConnection = Storage,
                Settings = new Dictionary<string, string>(StringComparer.Ordinal)
                {
                    ["GUARD_TABLE"] = TableName,
                    ["GUARD_SETTINGS"] = Settings(options.Folder, mode),
                },
            },
            TimeProvider.System,
            cancellation,
            withChat: true));
        _schedules = SchedulesAsync(_stop.Token);
        if (options.Guard is { } guard)
        {
            Page = await ServeAsync(guard, options.Port, cancellation);
        }
    }

    /// <summary>Only an ordinary build has its assembly beside the executable.</summary>
    private static bool IsNative(string executable) => !File.Exists(executable + ".dll");

    /// <summary>Both hosts read the same file.</summary>
    private static string Settings(string folder, string mode)
    {
        Directory.CreateDirectory(folder);
        var file = Path.Combine(folder, "guard.yaml");
        using var from = typeof(DemoWorld).Assembly.GetManifestResourceStream("ServerlessGuard.Lab.Demo.guard.yaml")
            ?? throw new InvalidOperationException("the settings are not in the assembly");
        using var text = new StreamReader(from);
        File.WriteAllText(file, text.ReadToEnd().Replace("mode: enforce", "mode: " + mode, StringComparison.Ordinal));
        return file;
    }

    /// <summary>The outboxes' schedules, quicker than in a real cloud (a minute).</summary>
    private async Task SchedulesAsync(CancellationToken cancellation)
    {
        try
        {
            using var timer = new PeriodicTimer(TimeSpan.FromSeconds(5), TimeProvider.System);
            while (await timer.WaitForNextTickAsync(cancellation))
            {
                await Clouds.RunOutboxesAsync(cancellation);
            }
        }
        catch (OperationCanceledException)
        {
            // The end of the demonstration.
        }
    }

    private async Task<Uri> ServeAsync(string guard, int port, CancellationToken cancellation)
    {
        var start = new ProcessStartInfo("dotnet")
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
            UseShellExecute = false,
        };
        foreach (var argument in (string[])
        [
            guard, "serve", "--table", $"dynamodb://{TableName}?region=eu-west-1&endpoint={Dynamo}",
            "--peer-table",
            $"azure-table://devstoreaccount1/{TableName}?endpoint={Storage.Split(';').First(part => part.StartsWith("TableEndpoint=", StringComparison.Ordinal))["TableEndpoint=".Length..]}",
            "--port", port.ToString(System.Globalization.CultureInfo.InvariantCulture), "--as", "kim",
        ])
        {
            start.ArgumentList.Add(argument);
        }

        start.Environment["AWS_ACCESS_KEY_ID"] = "local";
        start.Environment["AWS_SECRET_ACCESS_KEY"] = "local";
        start.Environment["GUARD_STORAGE_CONNECTION"] = Storage;
        var process = Process.Start(start) ?? throw new InvalidOperationException("guard serve did not start");
        _parts.Add(new Running(process));
        var errors = process.StandardError.ReadToEndAsync(cancellation);
        while (await process.StandardOutput.ReadLineAsync(cancellation) is { } line)
        {
            if (line.Split(' ', StringSplitOptions.RemoveEmptyEntries)
                .FirstOrDefault(word => word.StartsWith("http://127.0.0.1:", StringComparison.Ordinal)) is { } address)
            {
                _ = process.StandardOutput.ReadToEndAsync(CancellationToken.None);
                return new Uri(address);
            }
        }

        throw new InvalidOperationException("the page did not start: " + (await errors).Trim());
    }

    private T Keep<T>(T part)
        where T : IAsyncDisposable
    {
        _parts.Add(part);
        return part;
    }

    private sealed class Owned(IDisposable inner) : IAsyncDisposable
    {
        public ValueTask DisposeAsync()
        {
            inner.Dispose();
            return ValueTask.CompletedTask;
        }
    }

    /// <summary>Ended by its own id, with what it started.</summary>
    private sealed class Running(Process process) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
                await process.WaitForExitAsync();
            }

            process.Dispose();
        }
    }
}
