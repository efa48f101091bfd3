using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using ServerlessGuard.Testing.Servers;

namespace ServerlessGuard.Benchmarks;

/// <summary>
/// The Functions app's published executable between a simulated ARM and Microsoft's storage emulator, all on loopback: spawn to the first event judged and stored, latency
/// at 50 events a second, and what it sustains. Every event is about another weak storage account, so that each one reads five times and stores findings.
/// </summary>
internal static class AzureBenchmark
{
    private const string Subscription = "11111111-1111-1111-1111-111111111111";
    private const string Tenant = "22222222-2222-2222-2222-222222222222";

    private static int _accounts;

    public static async Task<int> RunAsync(string[] arguments)
    {
        var executable = SnapshotBenchmark.Option(arguments, "--functions") ?? Path.Combine(Fixtures.Root, "artifacts", "aot", "guard-functions");
        if (!File.Exists(executable))
        {
            Console.Error.WriteLine($"{executable}: publish the Functions app first (see tests/ServerlessGuard.Benchmarks/README.md)");
            return 2;
        }

        var seconds = int.Parse(SnapshotBenchmark.Option(arguments, "--seconds") ?? "20", CultureInfo.InvariantCulture);
        await using var azurite = await Azurite.StartAsync();
        await azurite.CreateTableAsync("guard");
        await using var arm = await SimulatedArm.StartAsync();
        await StartsAsync(executable, azurite, arm);
        await WarmAsync(executable, azurite, arm, seconds);
        return 0;
    }

    private static async Task StartsAsync(string executable, Azurite azurite, SimulatedArm arm)
    {
        var times = new List<double>();
        var ready = new List<double>();
        long memory = 0;
        for (var i = 0; i < 11; i++)
        {
            var watch = Stopwatch.StartNew();
            using var worker = new Worker(executable, azurite, arm);
            await worker.ReadyAsync();
            var listening = watch.Elapsed.TotalMilliseconds;
            await worker.EventAsync();
            if (i > 0)
            {
                ready.Add(listening);
                times.Add(watch.Elapsed.TotalMilliseconds);
                memory = Math.Max(memory, worker.PeakMemory());
            }
        }

        Console.WriteLine("| start: runs | ready, median | first event stored, median | worst | peak RSS |");
        Console.WriteLine("|---|---|---|---|---|");
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {times.Count} | {At(ready, 0.5):F0} ms | {At(times, 0.5):F0} ms | {At(times, 1):F0} ms | {memory / 1024.0:F0} MiB |"));
    }

    private static async Task WarmAsync(string executable, Azurite azurite, SimulatedArm arm, int seconds)
    {
        using var worker = new Worker(executable, azurite, arm);
        await worker.ReadyAsync();
        for (var i = 0; i < 50; i++)
        {
            await worker.EventAsync();
        }

        Console.WriteLine();
        Console.WriteLine("| warm | events | events/s | p50 | p90 | p99 | max | peak RSS |");
        Console.WriteLine("|---|---|---|---|---|---|---|---|");
        var (paced, pacedTime) = await PacedAsync(worker, rate: 50, seconds);
        Console.WriteLine(Row("50 events/s", paced, pacedTime, worker));
        var (full, fullTime) = await SustainedAsync(worker, callers: 16, seconds);
        Console.WriteLine(Row("as fast as it goes, 16 callers", full, fullTime, worker));
    }

    /// <summary>Open loop: a slow answer does not slow the next question, and its wait counts.</summary>
    private static async Task<(List<double> Times, TimeSpan Elapsed)> PacedAsync(Worker worker, int rate, int seconds)
    {
        var watch = Stopwatch.StartNew();
        var calls = new List<Task<double>>();
        for (var i = 0; i < rate * seconds; i++)
        {
            var due = TimeSpan.FromSeconds((double)i / rate);
            if (due - watch.Elapsed is { Ticks: > 0 } wait)
            {
                await Task.Delay(wait);
            }

            calls.Add(OneAsync(due));
        }

        var times = (await Task.WhenAll(calls)).ToList();
        return (times, watch.Elapsed);

        async Task<double> OneAsync(TimeSpan due)
        {
            await worker.EventAsync();
            return (watch.Elapsed - due).TotalMilliseconds;
        }
    }

    private static async Task<(List<double> Times, TimeSpan Elapsed)> SustainedAsync(Worker worker, int callers, int seconds)
    {
        var watch = Stopwatch.StartNew();
        var all = await Task.WhenAll(Enumerable.Range(0, callers).Select(async _ =>
        {
            var mine = new List<double>();
            while (watch.Elapsed.TotalSeconds < seconds)
            {
                var began = watch.Elapsed;
                await worker.EventAsync();
                mine.Add((watch.Elapsed - began).TotalMilliseconds);
            }

            return mine;
        }));
        return ([.. all.SelectMany(one => one)], watch.Elapsed);
    }

    private static string Row(string name, List<double> times, TimeSpan elapsed, Worker worker) => string.Create(
        CultureInfo.InvariantCulture,
        $"| {name} | {times.Count} | {times.Count / elapsed.TotalSeconds:F0} | {At(times, 0.5):F1} ms | {At(times, 0.9):F1} ms | {At(times, 0.99):F1} ms | {At(times, 1):F0} ms | {worker.PeakMemory() / 1024.0:F0} MiB |");

    private static double At(List<double> times, double share)
    {
        times.Sort();
        return times[Math.Min(times.Count - 1, (int)(times.Count * share))];
    }

    private sealed class Worker : IDisposable
    {
        private readonly Process _process;
        private readonly HttpClient _client;

        public Worker(string executable, Azurite azurite, SimulatedArm arm)
        {
            using var listener = new TcpListener(IPAddress.Loopback, 0);
            listener.Start();
            var port = ((IPEndPoint)listener.LocalEndpoint).Port;
            listener.Stop();
            var start = executable.EndsWith(".dll", StringComparison.Ordinal) ? new ProcessStartInfo("dotnet", [executable]) : new ProcessStartInfo(executable);
            start.RedirectStandardOutput = true;
            start.RedirectStandardError = true;
            start.UseShellExecute = false;
            start.Environment["FUNCTIONS_CUSTOMHANDLER_PORT"] = port.ToString(CultureInfo.InvariantCulture);
            start.Environment["GUARD_SUBSCRIPTIONS"] = Subscription;
            start.Environment["GUARD_TENANT"] = Tenant;
            start.Environment["GUARD_STORAGE_CONNECTION"] = azurite.ConnectionString;
            start.Environment["GUARD_ARM_ENDPOINT"] = arm.Address;
            start.Environment["IDENTITY_ENDPOINT"] = arm.Address + "/msi/token";
            start.Environment["IDENTITY_HEADER"] = "benchmark";
            _process = new Process { StartInfo = start };
            _process.OutputDataReceived += static (_, _) => { };
            _process.ErrorDataReceived += static (_, line) => Tell(line.Data);
            _process.Start();
            _process.BeginOutputReadLine();
            _process.BeginErrorReadLine();
            _client = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}") };
        }

        public async Task ReadyAsync()
        {
            while (true)
            {
                try
                {
                    using var _ = await _client.GetAsync("/");
                    return;
                }
                catch (HttpRequestException) when (!_process.HasExited)
                {
                    await Task.Delay(2);
                }
            }
        }

        public async Task EventAsync()
        {
            var id = $"/subscriptions/{Subscription}/resourceGroups/rg/providers/Microsoft.Storage/storageAccounts/acct{Interlocked.Increment(ref _accounts)}x{Environment.ProcessId}";
            var item = $"{{\"id\":\"{Guid.NewGuid()}\",\"topic\":\"/subscriptions/{Subscription}\",\"subject\":\"{id}\",\"eventType\":\"Microsoft.Resources.ResourceWriteSuccess\",\"eventTime\":\"2026-11-25T10:00:00Z\","
                + $"\"data\":{{\"resourceUri\":\"{id}\",\"operationName\":\"Microsoft.Storage/storageAccounts/write\",\"claims\":{{\"upn\":\"ada@example.org\"}},\"tenantId\":\"{Tenant}\"}},\"dataVersion\":\"2\",\"metadataVersion\":\"1\"}}";
            using var request = new HttpRequestMessage(HttpMethod.Post, "/scan") { Content = new StreamContent(new MemoryStream(Encoding.UTF8.GetBytes("{\"Data\":{\"event\":" + item + "},\"Metadata\":{}}"))) };
            request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse("application/json; charset=utf-8");
            request.Headers.TransferEncodingChunked = true;
            using var answer = await _client.SendAsync(request);
            if (!answer.IsSuccessStatusCode)
            {
                throw new InvalidOperationException(await answer.Content.ReadAsStringAsync());
            }
        }

        /// <summary>In KiB.</summary>
        public long PeakMemory()
        {
            var line = File.ReadLines($"/proc/{_process.Id}/status").First(one => one.StartsWith("VmHWM:", StringComparison.Ordinal));
            return long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture);
        }

        public void Dispose()
        {
            _client.Dispose();
            if (!_process.HasExited)
            {
                _process.Kill();
            }

            _process.WaitForExit();
            _process.Dispose();
        }

        private static void Tell(string? line)
        {
            if (line is not null)
            {
                Console.Error.WriteLine(line);
            }
        }
    }
}
