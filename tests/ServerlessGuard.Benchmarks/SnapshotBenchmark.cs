using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;

namespace ServerlessGuard.Benchmarks;

/// <summary>
/// A generated AWS Config snapshot, about 5 KB an item as real ones are: a third instances, groups, buckets, functions, roles, keys, databases in known types,
/// the rest types that no rule reads; one in five misconfigured. The published binary scans it; the kernel says what it took.
/// </summary>
internal static class SnapshotBenchmark
{
    private static readonly (string Good, string Bad, int Weight)[] Mix =
    [
        ("aws/AWS-EC2-Instance/good.json", "aws/AWS-EC2-Instance/bad.json", 25),
        ("aws/AWS-EC2-SecurityGroup/good.json", "aws/AWS-EC2-SecurityGroup/bad.json", 15),
        ("aws/AWS-S3-Bucket/good.json", "aws/AWS-S3-Bucket/bad.json", 12),
        ("aws/AWS-Lambda-Function/good.json", "aws/AWS-Lambda-Function/bad.json", 12),
        ("aws/AWS-IAM-Role/good.json", "aws/AWS-IAM-Role/bad.json", 10),
        ("aws/AWS-KMS-Key/good.json", "aws/AWS-KMS-Key/bad.json", 4),
        ("aws/AWS-RDS-DBInstance/good.json", "aws/AWS-RDS-DBInstance/bad.json", 4),
        ("aws/AWS-SageMaker-NotebookInstance/good.json", "aws/AWS-SageMaker-NotebookInstance/bad.json", 3),
    ];

    public static int Run(string[] arguments)
    {
        var guard = Option(arguments, "--guard") ?? Path.Combine(Fixtures.Root, "artifacts", "publish", "guard");
        var sizes = (Option(arguments, "--items") ?? "20000,200000").Split(',').Select(text => int.Parse(text, CultureInfo.InvariantCulture)).ToList();
        if (!File.Exists(guard))
        {
            Console.Error.WriteLine($"{guard}: publish the command line first (see tests/ServerlessGuard.Benchmarks/README.md)");
            return 2;
        }

        var formats = (Option(arguments, "--formats") ?? "csv").Split(',');
        Console.WriteLine("| items | format | size | seconds | items/s | CPU seconds | peak RSS | report |");
        Console.WriteLine("|---|---|---|---|---|---|---|---|");
        foreach (var size in sizes)
        {
            var file = Path.Combine(Path.GetTempPath(), $"guard-snapshot-{size}.json");
            Generate(file, size);
            try
            {
                foreach (var format in formats)
                {
                    Measure(guard, file, size, format);
                }
            }
            finally
            {
                File.Delete(file);
            }
        }

        return 0;
    }

    internal static string? Option(string[] arguments, string name) =>
        Array.IndexOf(arguments, name) is var at and >= 0 && at + 1 < arguments.Length ? arguments[at + 1] : null;

    private static void Measure(string guard, string file, int items, string format)
    {
        // The report goes to a file: a million lines would not fit into this process.
        var report = Path.Combine(Path.GetTempPath(), $"guard-report-{items}.{format}");
        var scan = guard.EndsWith(".dll", StringComparison.Ordinal) ? $"dotnet '{guard}'" : $"'{guard}'";
        var (seconds, cpu, kilobytes, _) = Process("/bin/sh", "-c", $"exec {scan} scan '{file}' --format {format} > '{report}'");
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"| {items:N0} | {format} | {new FileInfo(file).Length / 1e6:N0} MB | {seconds:F1} | {items / seconds:N0} | {cpu:F1} | {kilobytes / 1024.0:F0} MiB | {new FileInfo(report).Length / 1e6:N0} MB |"));
        File.Delete(report);
    }

    /// <summary>Runs a command to its end under GNU time, which reports the kernel's own accounting.</summary>
    internal static (double Seconds, double Cpu, long Kilobytes, string Output) Process(string command, params string[] arguments)
    {
        var report = Path.GetTempFileName();
        var start = new ProcessStartInfo("/usr/bin/time", ["-o", report, "-f", "%e %U %S %M", command, .. arguments]) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = System.Diagnostics.Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        errors.GetAwaiter().GetResult();
        var numbers = File.ReadAllLines(report)[^1].Split(' ').Select(text => double.Parse(text, CultureInfo.InvariantCulture)).ToArray();
        File.Delete(report);
        return (numbers[0], numbers[1] + numbers[2], (long)numbers[3], output);
    }

    private static void Generate(string file, int items)
    {
        var templates = Mix.SelectMany(one => Enumerable.Repeat((Good: Padded(one.Good), Bad: Padded(one.Bad)), one.Weight)).ToList();
        var other = Padded("aws/AWS-EC2-Instance/good.json").Replace("AWS::EC2::Instance", "AWS::EC2::NetworkInterface", StringComparison.Ordinal);
        using var writer = new StreamWriter(file);
        writer.Write("{\"fileVersion\":\"1.0\",\"configSnapshotId\":\"00000000-0000-0000-0000-000000000000\",\"configurationItems\":[");
        for (var i = 0; i < items; i++)
        {
            var at = i % 100;
            var (good, bad) = at < templates.Count ? templates[at] : (other, other);
            writer.Write(i == 0 ? string.Empty : ",");
            writer.Write((i % 5 == 0 ? bad : good).Replace("@@", i.ToString("D9", CultureInfo.InvariantCulture), StringComparison.Ordinal));
        }

        writer.Write("]}");
    }

    /// <summary>The fixture with identities to fill in, grown to 5 KB by tags and relationships as real items carry them.</summary>
    private static string Padded(string fixture)
    {
        var item = JsonNode.Parse(File.ReadAllText(Fixtures.Path(fixture)))!.AsObject();
        item["resourceId"] = item["resourceId"]!.GetValue<string>() + "-@@";
        item["ARN"] = item["ARN"]!.GetValue<string>() + "-@@";
        foreach (var name in (string[])["groupId", "name", "arn", "keyId", "instanceId", "functionArn"])
        {
            if (item["configuration"]![name] is { } own)
            {
                item["configuration"]![name] = own.GetValue<string>() + "-@@";
            }
        }

        for (var i = 0; item.ToJsonString().Length < 5000; i++)
        {
            item["tags"]![$"team:attribute-{i}"] = $"value number {i} of resource @@";
            item["relationships"]!.AsArray().Add(new JsonObject { ["resourceId"] = $"subnet-{i:x8}@@", ["resourceName"] = null, ["resourceType"] = "AWS::EC2::Subnet", ["name"] = "Is contained in Subnet" });
        }

        return item.ToJsonString();
    }
}
