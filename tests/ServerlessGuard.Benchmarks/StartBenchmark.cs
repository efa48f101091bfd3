using System.Globalization;

namespace ServerlessGuard.Benchmarks;

/// <summary>Spawn to verdict of one file, twenty times.</summary>
internal static class StartBenchmark
{
    public static int Run(string[] arguments)
    {
        var guard = SnapshotBenchmark.Option(arguments, "--guard") ?? Path.Combine(Fixtures.Root, "artifacts", "publish", "guard");
        if (!File.Exists(guard))
        {
            Console.Error.WriteLine($"{guard}: publish the command line first (see tests/ServerlessGuard.Benchmarks/README.md)");
            return 2;
        }

        var times = new List<double>();
        long memory = 0;
        for (var i = 0; i < 21; i++)
        {
            var watch = System.Diagnostics.Stopwatch.StartNew();
            var (_, _, kilobytes, _) = SnapshotBenchmark.Process(guard, "scan", Fixtures.Path("aws/AWS-S3-Bucket/bad.json"), "--format", "json");
            if (i > 0)
            {
                times.Add(watch.Elapsed.TotalMilliseconds);
                memory = Math.Max(memory, kilobytes);
            }
        }

        times.Sort();
        Console.WriteLine("| runs | median | p95 | peak RSS |");
        Console.WriteLine("|---|---|---|---|");
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {times.Count} | {times[times.Count / 2]:F0} ms | {times[(int)(times.Count * 0.95)]:F0} ms | {memory / 1024.0:F0} MiB |"));
        return 0;
    }
}
