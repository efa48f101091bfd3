using System.Globalization;
using System.Text.Json.Nodes;
using ServerlessGuard.Federation;
using ServerlessGuard.Findings;
using ServerlessGuard.Lab.Azure.Seed;
using ServerlessGuard.Lab.Demo;
using ServerlessGuard.Resources;
using ServerlessGuard.Simulators.Aws.Account;
using ServerlessGuard.Simulators.Aws.Services;
using ServerlessGuard.Simulators.Azure.Subscription;
using ServerlessGuard.Tables;
using ServerlessGuard.Testing.Servers;

namespace ServerlessGuard.Benchmarks;

/// <summary>
/// Both published hosts between the simulated clouds, with real tokens and the emulators' tables: findings at a steady rate in one cloud, and when the other one had
/// acknowledged them.
/// </summary>
internal static class CrossingBenchmark
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);

    public static async Task<int> RunAsync(IReadOnlyList<string> arguments)
    {
        var given = Enumerable.Range(0, arguments.Count / 2).ToDictionary(i => arguments[2 * i], i => arguments[2 * i + 1], StringComparer.Ordinal);
        if (!given.TryGetValue("--bootstrap", out var bootstrap) || !given.TryGetValue("--app", out var app))
        {
            await Console.Error.WriteLineAsync("crossing --bootstrap FILE --app FOLDER [--rate 20] [--seconds 15]");
            return 2;
        }

        var rate = int.Parse(given.GetValueOrDefault("--rate", "20"), CultureInfo.InvariantCulture);
        var seconds = int.Parse(given.GetValueOrDefault("--seconds", "15"), CultureInfo.InvariantCulture);
        var folder = Directory.CreateTempSubdirectory("guard-crossing-").FullName;
        var options = new DemoOptions
        {
            Bootstrap = Path.GetFullPath(bootstrap),
            App = Path.GetFullPath(app),
            Servers = ServersFolder.Path,
            Folder = folder,
            Once = true,
            Mode = "observe",
        };
        await using (var world = await DemoWorld.StartAsync(options, new HashSet<string>(StringComparer.Ordinal), new Narrator(TextWriter.Null, colours: false, TimeProvider.System), CancellationToken.None))
        {
            Console.WriteLine("| findings a second, published hosts | findings | change to recorded, p50 | p95 | recorded to acknowledged by the other cloud, p50 | p95 | max |");
            Console.WriteLine("|---|---|---|---|---|---|---|");

            // The processes' own start is not what is measured.
            await MeasureAsync(world, Provider.Aws, "SG-KEY-002", rate: 5, seconds: 2, Key);
            await MeasureAsync(world, Provider.Azure, "SG-STOR-003", rate: 5, seconds: 2, Account);
            Console.WriteLine(await MeasureAsync(world, Provider.Aws, "SG-KEY-002", rate, seconds, Key));
            Console.WriteLine(await MeasureAsync(world, Provider.Azure, "SG-STOR-003", rate, seconds, Account));
        }

        Directory.Delete(folder, recursive: true);
        return 0;
    }

    private static async Task<string> MeasureAsync(DemoWorld world, Provider owner, string rule, int rate, int seconds, Action<DemoWorld, string> change)
    {
        var run = Guid.NewGuid().ToString("N")[..8];
        var changed = new Dictionary<string, DateTimeOffset>(StringComparer.Ordinal);
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1.0 / rate));
        for (var i = 0; i < rate * seconds && await timer.WaitForNextTickAsync(); i++)
        {
            var name = $"b{run}{i.ToString("D4", CultureInfo.InvariantCulture)}";
            changed[name] = TimeProvider.System.GetUtcNow();
            change(world, name);
        }

        var (recorded, crossed) = (new List<double>(), new List<double>());
        var until = TimeProvider.System.GetUtcNow() + Patience;
        while (crossed.Count < changed.Count && TimeProvider.System.GetUtcNow() < until)
        {
            await Task.Delay(TimeSpan.FromSeconds(1));
            (recorded, crossed) = ([], []);
            await foreach (var row in world.TableOf(owner).QueryAsync(owner is Provider.Aws ? DemoWorld.AwsPartition : DemoWorld.AzurePartition, "r:", RowKeys.After("r:"), null, CancellationToken.None))
            {
                if (row.Kind is not RowKind.Finding || FindingRows.Finding(row) is not { } finding || finding.RuleId != rule
                    || !changed.TryGetValue(finding.Resource.Id[(finding.Resource.Id.LastIndexOf('/') + 1)..], out var at))
                {
                    continue;
                }

                var opened = finding.Stages.Recorded!.Value;
                recorded.Add((opened - at).TotalMilliseconds);
                if ((await world.TableOf(owner).WithFederatedAsync(finding, CancellationToken.None)).Stages.Federated is { } there)
                {
                    crossed.Add((there - await StepAsync(world.TableOf(owner), finding)).TotalMilliseconds);
                }
            }
        }

        recorded.Sort();
        crossed.Sort();
        return string.Create(
            CultureInfo.InvariantCulture,
            $"| {owner}, {rate} | {crossed.Count} of {changed.Count} | {At(recorded, 0.5):0} ms | {At(recorded, 0.95):0} ms | {At(crossed, 0.5):0} ms | {At(crossed, 0.95):0} ms | {At(crossed, 1):0} ms |");
    }

    /// <summary>When the finding's latest step was recorded: that is what was acknowledged.</summary>
    private static async Task<DateTimeOffset> StepAsync(ITable table, Finding finding) => FindingRows.Event((await table.FindAsync(
        RowKeys.Partition(finding.Resource), FindingKeys.History(RowKeys.Hash(finding.Resource), finding.RuleId, finding.Revision), CancellationToken.None))!).RecordedAt;

    private static double At(List<double> sorted, double part) => sorted.Count == 0 ? double.NaN : sorted[Math.Max(0, (int)Math.Ceiling(part * sorted.Count) - 1)];

    private static void Key(DemoWorld world, string name)
    {
        var account = world.Clouds.Aws.Account;
        var item = account.Items.First(each => ConfigItem.Type(each) is "AWS::KMS::Key");
        var id = "0f0f0f0f-1111-2222-3333-444444444444";
        var copy = JsonNode.Parse(item.ToJsonString().Replace(id, name, StringComparison.Ordinal))!.AsObject();
        copy["resourceName"] = name;
        ConfigItem.Supplementary(copy)["KeyRotationStatus"] = false;
        account.Put(copy, Actors.Person(account));
    }

    private static void Account(DemoWorld world, string name)
    {
        var known = world.Clouds.Azure.Arm.Store.Find(SeedSubscription.Storage)!;
        var copy = JsonNode.Parse(known.ToJsonString().Replace("northwindmodels", name, StringComparison.Ordinal))!.AsObject();
        copy["properties"]!["allowBlobPublicAccess"] = true;
        world.Clouds.Azure.Arm.Act(LabIdentity.Person, "PUT", SeedSubscription.Storage.Replace("northwindmodels", name, StringComparison.Ordinal), copy);
    }
}
