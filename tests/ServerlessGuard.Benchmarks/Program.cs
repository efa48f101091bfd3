using ServerlessGuard.Benchmarks;

// items                         all rules on one item, without JSON parsing (BenchmarkDotNet)
// snapshot [--items N,N]        guard scan of generated Config snapshots: time, peak memory, rate (the published binary)
// start                         guard scan of one file: spawn to verdict (the published binary)
// azure [--functions FILE]      the Functions app (published, or a .dll) between a simulated ARM and Azurite: start, latency, rate
return args switch
{
    ["items", .. var rest] => ItemBenchmarks.Run(rest),
    ["snapshot", .. var rest] => SnapshotBenchmark.Run(rest),
    ["start", .. var rest] => StartBenchmark.Run(rest),
    ["azure", .. var rest] => await AzureBenchmark.RunAsync(rest),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine("usage: items | snapshot [--guard FILE] [--items 20000,200000] | start [--guard FILE] | azure [--functions FILE] [--seconds 20]");
    return 2;
}
