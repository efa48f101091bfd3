using System.Text.Json;
using BenchmarkDotNet.Attributes;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using ServerlessGuard.Documents;
using ServerlessGuard.Engine;
using ServerlessGuard.Evaluations;
using ServerlessGuard.Facts;
using ServerlessGuard.Ingestion;
using ServerlessGuard.Resources;
using ServerlessGuard.Rules;

namespace ServerlessGuard.Benchmarks;

/// <summary>From a parsed document to every verdict on it: ingestion, facts, all rules. JSON parsing is outside.</summary>
[MemoryDiagnoser]
public class ItemBenchmarks
{
    private readonly Assessor _assessor = new(RuleCatalog.BuiltIn, new FactContext(GuardSettings.Default, new DateTimeOffset(2026, 11, 1, 0, 0, 0, TimeSpan.Zero)), []);
    private Doc _document;

    [Params(
        "aws/AWS-S3-Bucket/bad.json", "aws/AWS-EC2-SecurityGroup/bad.json", "aws/AWS-IAM-Role/bad.json", "aws/AWS-KMS-Key/bad.json", "aws/AWS-Lambda-Function/bad.json",
        "aws/AWS-EC2-Instance/bad.json", "azure/Microsoft.Storage-storageAccounts/bad.json", "azure/Microsoft.Network-networkSecurityGroups/bad.json",
        "azure/Microsoft.KeyVault-vaults/bad.json")]
    public string Item { get; set; } = string.Empty;

    public static int Run(string[] arguments)
    {
        var config = ManualConfig.Create(DefaultConfig.Instance).AddJob(Job.Default.WithToolchain(InProcessEmitToolchain.Instance)).WithArtifactsPath(Path.Combine(Fixtures.Root, "artifacts", "benchmarks"));
        return BenchmarkRunner.Run<ItemBenchmarks>(config, arguments).HasCriticalValidationErrors ? 1 : 0;
    }

    [GlobalSetup]
    public void Parse() => _document = new Doc(JsonElement.Parse(File.ReadAllText(Fixtures.Path(Item))));

    [Benchmark]
    public int AllRules()
    {
        var scan = new Scan(_assessor, keepEverything: false);
        foreach (var reading in RecordReader.Read(_document))
        {
            scan.Accept(_assessor.Assess(((Reading.Found)reading).Resource));
        }

        return scan.Complete().Counts.Total;
    }
}
