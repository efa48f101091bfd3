using ServerlessGuard.Benchmarks;

// items                         all rules on one item, without JSON parsing (BenchmarkDotNet)
// snapshot [--items N,N]        guard scan of generated Config snapshots: time, peak memory, rate (the published binary)
// aws [--bootstrap FILE]        the Lambda between loopback servers: cold start, memory, warm rates (the published binary)
// start                         guard scan of one file: spawn to verdict (the published binary)
// azure [--functions FILE]      the Functions app (published, or a .dll) between a simulated ARM and Azurite: start, latency, rate
// federation [--large]          outbox to the other cloud's table, between DynamoDB Local and Azurite: rate, latency, what it costs the recording
// crossing --bootstrap F --app D  both published hosts between simulated clouds: findings at a steady rate, and when the other cloud had them
return args switch
{
    ["items", .. var rest] => ItemBenchmarks.Run(rest),
    ["snapshot", .. var rest] => SnapshotBenchmark.Run(rest),
    ["aws", .. var rest] => await AwsBenchmark.RunAsync(rest),
    ["start", .. var rest] => StartBenchmark.Run(rest),
    ["azure", .. var rest] => await AzureBenchmark.RunAsync(rest),
    ["federation", .. var rest] => await FederationBenchmark.RunAsync(rest),
    ["crossing", .. var rest] => await CrossingBenchmark.RunAsync(rest),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine("usage: items | snapshot [--guard FILE] [--items 20000,200000] | start [--guard FILE] | aws [--bootstrap FILE] | azure [--functions FILE] [--seconds 20] | federation [--findings 5000 | --large] [--seconds 20] | crossing --bootstrap FILE --app FOLDER [--rate 20] [--seconds 15]");
    return 2;
}
