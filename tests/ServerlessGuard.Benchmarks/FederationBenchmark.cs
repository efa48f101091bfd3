using System.Diagnostics;
using System.Globalization;
using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using Azure.Data.Tables;
using ServerlessGuard.Aws.Api;
using ServerlessGuard.Aws.Stores;
using ServerlessGuard.Azure.Stores;
using ServerlessGuard.Emulators;
using ServerlessGuard.Federation;
using ServerlessGuard.Findings;
using ServerlessGuard.Recording;
using ServerlessGuard.Resources;
using ServerlessGuard.Tables;
using ServerlessGuard.Testing;
using ServerlessGuard.Testing.Servers;
using ServerlessGuard.Verdicts;

namespace ServerlessGuard.Benchmarks;

/// <summary>
/// The federation between DynamoDB Local and Azurite, sender and receiver in this process, JSON between them: how fast an outbox drains after the peer was away, how soon a
/// new finding is in the other table, and what a drain costs the recording of new ones.
/// </summary>
internal static class FederationBenchmark
{
    /// <summary>More than drain in a second: the outbox must not be empty before the end.</summary>
    private const int EntriesASecond = 400;

    private static readonly CancellationToken Cancel = CancellationToken.None;

    public static async Task<int> RunAsync(string[] arguments)
    {
        var findings = int.Parse(SnapshotBenchmark.Option(arguments, "--findings") ?? (arguments.Contains("--large") ? "50000" : "5000"), CultureInfo.InvariantCulture);
        var seconds = int.Parse(SnapshotBenchmark.Option(arguments, "--seconds") ?? "20", CultureInfo.InvariantCulture);
        await using var azurite = await Azurite.StartAsync();
        var dynamo = (await DynamoDbLocal.RunningAsync()).Address;
        using var client = DynamoClient.Create("eu-west-1", dynamo, new EnvironmentCredentials(static _ => "local"));

        Console.WriteLine("| drain after an outage | finding changes | seconds | changes/s | rows/s | memory before | peak memory |");
        Console.WriteLine("|---|---|---|---|---|---|---|");
        foreach (var direction in new[] { Provider.Aws, Provider.Azure })
        {
            var (mine, theirs) = await TablesAsync(direction, client, azurite);
            await DrainAsync(direction, mine, theirs, findings);
        }

        Console.WriteLine();
        Console.WriteLine("| 20 findings a second | findings | from stored to accepted in the other table, p50 | p95 | max |");
        Console.WriteLine("|---|---|---|---|---|");
        foreach (var direction in new[] { Provider.Aws, Provider.Azure })
        {
            var (mine, theirs) = await TablesAsync(direction, client, azurite);
            await LatencyAsync(direction, mine, theirs, seconds);
        }

        Console.WriteLine();
        Console.WriteLine("| recording 20 findings a second | mean | p50 | p95 | findings/s |");
        Console.WriteLine("|---|---|---|---|---|");
        foreach (var direction in new[] { Provider.Aws, Provider.Azure })
        {
            var (mine, theirs) = await TablesAsync(direction, client, azurite);
            await BesideAsync(direction, mine, theirs, seconds);
        }

        return 0;
    }

    private static async Task DrainAsync(Provider own, ITable mine, ITable theirs, int findings)
    {
        await SeedAsync(own, mine, findings, "old");
        var peer = new InProcessPeer(theirs, own);
        var before = Memory();
        var peak = before;
        using var done = new CancellationTokenSource();
        var watching = Task.Run(async () =>
        {
            while (!done.IsCancellationRequested)
            {
                peak = Math.Max(peak, Memory());
                await Task.Delay(50);
            }
        });
        var watch = Stopwatch.StartNew();
        var report = await Sender(mine, peer, own).RunAsync("drain", int.MaxValue, Cancel);
        var took = watch.Elapsed.TotalSeconds;
        await done.CancelAsync();
        await watching;
        if (report.Delivered != findings || report.SetAside > 0 || report.Fault is not null)
        {
            throw new InvalidOperationException($"{report.Delivered} delivered, {report.SetAside} set aside, {report.Fault}");
        }

        var now = TimeProvider.System.GetUtcNow();
        for (var i = 0; i < Accounts(findings); i++)
        {
            var partition = RowKeys.Partition(own, Account(own, i));
            if (await TableDigest.OfAsync(mine, partition, now, Cancel) != await TableDigest.OfAsync(theirs, partition, now, Cancel))
            {
                throw new InvalidOperationException("the tables differ after the drain");
            }
        }

        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"| {Way(own)} | {findings} | {took:F1} | {findings / took:F0} | {peer.Rows / took:F0} | {before / 1048576.0:F0} MiB | {peak / 1048576.0:F0} MiB |"));
    }

    private static async Task LatencyAsync(Provider own, ITable mine, ITable theirs, int seconds)
    {
        var watch = Stopwatch.StartNew();
        var accepted = new Dictionary<string, TimeSpan>(StringComparer.Ordinal);
        var peer = new InProcessPeer(theirs, own) { OnAccepted = id => accepted.TryAdd(id, watch.Elapsed) };
        using var kick = new SemaphoreSlim(0);
        using var done = new CancellationTokenSource();
        var forwarding = ForwardAsync(mine, peer, own, kick, done.Token);
        await WarmAsync(own, mine, kick);
        var stored = new Dictionary<string, TimeSpan>(StringComparer.Ordinal);
        await PacedAsync(own, mine, seconds, "new", (id, _) =>
        {
            lock (stored)
            {
                stored[id] = watch.Elapsed;
            }

            kick.Release();
        });

        // The last ones are on their way.
        var patience = Stopwatch.StartNew();
        while (!stored.Keys.All(accepted.ContainsKey) && patience.Elapsed < TimeSpan.FromSeconds(60))
        {
            kick.Release();
            await Task.Delay(20);
        }

        await done.CancelAsync();
        kick.Release();
        await forwarding;
        var times = stored.Select(one => (accepted[one.Key] - one.Value).TotalMilliseconds).ToList();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {Way(own)} | {times.Count} | {At(times, 0.5):F0} ms | {At(times, 0.95):F0} ms | {At(times, 1):F0} ms |"));
    }

    /// <summary>The same recording twice: with nothing beside it, and while an outbox drains from the same table.</summary>
    private static async Task BesideAsync(Provider own, ITable mine, ITable theirs, int seconds)
    {
        using var kick = new SemaphoreSlim(0);
        await WarmAsync(own, mine, kick);
        await ReportAsync("alone");
        await SeedAsync(own, mine, EntriesASecond * seconds, "old");
        using var done = new CancellationTokenSource();
        var draining = Sender(mine, new InProcessPeer(theirs, own), own).RunAsync("drain", int.MaxValue, done.Token);
        await ReportAsync("while an outbox drains");
        var isStillDraining = !draining.IsCompleted;
        await done.CancelAsync();
        try
        {
            await draining;
        }
        catch (OperationCanceledException)
        {
            // The rest of the outbox is not needed.
        }

        if (!isStillDraining)
        {
            Console.WriteLine("(the outbox was empty before the end: seed more)");
        }

        async Task ReportAsync(string how)
        {
            var times = new List<double>();
            var watch = Stopwatch.StartNew();
            await PacedAsync(own, mine, seconds, how, (_, took) =>
            {
                lock (times)
                {
                    times.Add(took);
                }
            });
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"| {own}, {how} | {times.Average():F1} ms | {At(times, 0.5):F1} ms | {At(times, 0.95):F1} ms | {times.Count / watch.Elapsed.TotalSeconds:F1} |"));
        }
    }

    /// <summary>Open loop at 20 findings a second; a slow write delays no other.</summary>
    private static async Task PacedAsync(Provider own, ITable table, int seconds, string prefix, Action<string, double> stored)
    {
        const int Rate = 20;
        var recorder = Recorder(table);
        var watch = Stopwatch.StartNew();
        var calls = new List<Task>();
        for (var i = 0; i < Rate * seconds; i++)
        {
            var due = TimeSpan.FromSeconds((double)i / Rate);
            if (due - watch.Elapsed is { Ticks: > 0 } wait)
            {
                await Task.Delay(wait);
            }

            calls.Add(OneAsync(Verdicts(own, string.Create(CultureInfo.InvariantCulture, $"{prefix}-{i}"))));
        }

        await Task.WhenAll(calls);

        async Task OneAsync(SubjectVerdicts verdicts)
        {
            var began = watch.Elapsed;
            var recorded = await recorder.RecordAsync(verdicts, Cancel);
            stored(recorded.Changes[0].After.Id, (watch.Elapsed - began).TotalMilliseconds);
        }
    }

    private static async Task WarmAsync(Provider own, ITable table, SemaphoreSlim kick)
    {
        for (var i = 0; i < 40; i++)
        {
            await Recorder(table).RecordAsync(Verdicts(own, string.Create(CultureInfo.InvariantCulture, $"warm-{i}")), Cancel);
            kick.Release();
        }
    }

    /// <summary>As the hosts do: a run for whatever was stored since the last one began.</summary>
    private static async Task ForwardAsync(ITable mine, IPeer peer, Provider own, SemaphoreSlim kick, CancellationToken done)
    {
        var sender = Sender(mine, peer, own);
        while (!done.IsCancellationRequested)
        {
            await kick.WaitAsync(Cancel);
            while (kick.Wait(0, Cancel))
            {
                // One run is enough for all of them.
            }

            await sender.RunAsync(Guid.NewGuid().ToString("N"), 1000, Cancel);
        }
    }

    /// <summary>As the recorder leaves them, brought into the table in large transactions.</summary>
    private static async Task SeedAsync(Provider own, ITable table, int findings, string prefix)
    {
        var memory = new MemoryTable();
        var recorder = Recorder(memory);
        for (var from = 0; from < findings; from += 500)
        {
            for (var i = from; i < Math.Min(findings, from + 500); i++)
            {
                await recorder.RecordAsync(Verdicts(own, string.Create(CultureInfo.InvariantCulture, $"{prefix}-{i}"), from / 500), Cancel);
            }

            foreach (var row in memory.Rows.Where(row => row.Partition == RowKeys.Directory))
            {
                await table.CommitAsync(row.Partition, [new TableWrite.Put(row)], Cancel);
            }

            foreach (var some in memory.Rows.Where(row => row.Partition != RowKeys.Directory && row.Kind is not RowKind.Summary).Chunk(ITable.MaxWrites))
            {
                await table.CommitAsync(some[0].Partition, [.. some.Select(row => new TableWrite.Put(row with { Version = null }))], Cancel);
            }

            memory = new MemoryTable();
            recorder = Recorder(memory);
        }
    }

    private static async Task<(ITable Mine, ITable Theirs)> TablesAsync(Provider own, AmazonDynamoDBClient client, Azurite azurite)
    {
        var name = "guard-" + Guid.NewGuid().ToString("N");
        await client.CreateTableAsync(new CreateTableRequest
        {
            TableName = name,
            BillingMode = BillingMode.PAY_PER_REQUEST,
            AttributeDefinitions = [new("pk", ScalarAttributeType.S), new("sk", ScalarAttributeType.S)],
            KeySchema = [new("pk", KeyType.HASH), new("sk", KeyType.RANGE)],
        });
        var connection = azurite.TakeAccount();
        await AzuriteEmulator.CreateTableAsync("guard", connection);
        ITable dynamo = new DynamoTable(client, name, TimeProvider.System, new Backoff(Random.Shared.NextDouble));
        ITable tables = new AzureTable(new TableClient(connection, "guard"));
        return own is Provider.Aws ? (dynamo, tables) : (tables, dynamo);
    }

    private static FederationSender Sender(ITable table, IPeer peer, Provider own) => new(table, peer, own, TimeProvider.System, Random.Shared.NextDouble);

    private static FindingRecorder Recorder(ITable table) => new(table, TimeProvider.System, new Backoff(Random.Shared.NextDouble), [], static _ => [OutboxKind.Federate]);

    /// <summary>500 findings each. Azurite looks for a row by going through all of its partition, so one large account would measure that.</summary>
    private static int Accounts(int findings) => Math.Max(1, findings / 500);

    private static string Account(Provider own, int account) =>
        string.Create(CultureInfo.InvariantCulture, $"{(own is Provider.Aws ? "111122" : "11111111-2222-3333-4444-555555")}{account:D6}");

    private static SubjectVerdicts Verdicts(Provider own, string name, int index = 0)
    {
        var account = Account(own, index);
        var subject = own is Provider.Aws
            ? new ResourceRef { Provider = own, NativeType = "AWS::S3::Bucket", Id = "arn:aws:s3:::" + name, Account = account, Region = "eu-west-1", Name = name }
            : new ResourceRef
            {
                Provider = own,
                NativeType = "Microsoft.Storage/storageAccounts",
                Id = $"/subscriptions/{account}/resourceGroups/rg/providers/Microsoft.Storage/storageAccounts/{name}",
                Account = account,
                Region = "westeurope",
                Name = name,
            };
        var now = TimeProvider.System.GetUtcNow();
        return new SubjectVerdicts(subject, subject.NativeType, now)
        {
            Verdicts =
            [
                new RuleVerdict(
                    "SG-STOR-001",
                    "Object store is readable by everyone",
                    Severity.Critical,
                    Compliance.NonCompliant,
                    "Public access is not blocked by the store or its account.",
                    [new Evidence("PublicAccessBlockConfiguration.blockPublicAcls", "false"), new Evidence("PublicAccessBlockConfiguration.blockPublicPolicy", "false")],
                    "block-public-access"),
            ],
            DetectedBy = DetectedBy.Change,
            Actor = "arn:aws:iam::111122223333:user/ada",
            Stages = new FindingStages { Captured = now, Delivered = now, Evaluated = now },
        };
    }

    private static string Way(Provider own) => own is Provider.Aws ? "DynamoDB Local to Azurite" : "Azurite to DynamoDB Local";

    private static double At(List<double> times, double share)
    {
        times.Sort();
        return times[Math.Min(times.Count - 1, (int)(times.Count * share))];
    }

    /// <summary>Resident bytes of this process.</summary>
    private static long Memory()
    {
        using var self = Process.GetCurrentProcess();
        return self.WorkingSet64;
    }

    /// <summary>The receiving end over its own table, with the bodies that would be on the wire.</summary>
    private sealed class InProcessPeer(ITable table, Provider sender) : WirePeer
    {
        private readonly FederationEndpoint _endpoint =
            new(table, sender, new FederationReceiver(table, sender, new HashSet<string>(), TimeProvider.System, new Backoff(Random.Shared.NextDouble)));

        public long Rows { get; private set; }

        /// <summary>Called with the id of each finding that the receiver has committed.</summary>
        public Action<string>? OnAccepted { get; init; }

        protected override async Task<(int Status, ReadOnlyMemory<byte> Body)> PostAsync(ReadOnlyMemory<byte> body, CancellationToken cancellation)
        {
            var (status, answer) = await _endpoint.HandleAsync(body, cancellation);
            var rows = System.Text.Json.JsonSerializer.Deserialize(body.Span, FederationJson.Default.FederationRequest)!.Rows!.Rows;
            Rows += rows.Length;
            foreach (var row in rows.Where(row => OnAccepted is not null && row.Kind is RowKind.Finding))
            {
                OnAccepted!(row.Document.GetProperty("id").GetString()!);
            }

            return (status, System.Text.Encoding.UTF8.GetBytes(answer));
        }
    }
}
