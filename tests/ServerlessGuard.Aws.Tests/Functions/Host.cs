using System.Text;
using System.Text.Json;
using ServerlessGuard.Aws.Runtime;
using ServerlessGuard.Findings;
using ServerlessGuard.Remediation;
using ServerlessGuard.Resources;
using ServerlessGuard.Tables;
using ServerlessGuard.Testing;

namespace ServerlessGuard.Aws.Tests.Functions;

/// <summary>One entry composed as the process composes it, with a table in memory and simulated services.</summary>
internal sealed class Host
{
    /// <summary>One key for all hosts: a process comes and goes, the key stays.</summary>
    private static readonly MemorySealer Sealer = new();

    public const string WorkQueue = "https://sqs.eu-west-1.amazonaws.com/111122223333/guard-work";
    public const string RemediateQueue = "https://sqs.eu-west-1.amazonaws.com/111122223333/guard-remediate";

    private readonly Func<byte[]> _written;
    private readonly IFunction _entry;

    public Host(string handler, StubApi? api = null, ITable? table = null, IReadOnlyList<Remediator>? remediators = null, TimeProvider? time = null, params (string Name, string Value)[] environment)
    {
        Api = api ?? new StubApi();
        Table = table ?? new MemoryTable();
        var settings = HostSettings.Read(
            name => environment.Where(pair => pair.Name == name).Select(pair => pair.Value).FirstOrDefault() ?? name switch
            {
                "_HANDLER" => handler,
                "AWS_REGION" => "eu-west-1",
                "GUARD_TABLE" => "guard",
                "GUARD_WORK_QUEUE" => WorkQueue,
                "GUARD_REMEDIATE_QUEUE" => RemediateQueue,
                "GUARD_DRY_WINDOW_HOURS" => "0",
                _ => null,
            },
            Path.GetTempPath());
        var clock = time ?? TimeProvider.System;
        var output = new MemoryStream();
        _written = output.ToArray;
        _entry = Composition.Function(settings, Table, Api, remediators ?? [], Sealer, clock, static () => 0.01, new Log(Stream.Synchronized(output), clock));
    }

    public StubApi Api { get; }

    public ITable Table { get; }

    public static string Partition => RowKeys.Partition(Provider.Aws, Samples.Account);

    public IReadOnlyList<JsonElement> Output =>
        [.. Encoding.UTF8.GetString(_written()).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonElement.Parse(line))];

    public async Task<JsonElement> InvokeAsync(string payload, DateTimeOffset? deadline = null, CancellationToken cancellation = default) => JsonElement.Parse(
        (await _entry.HandleAsync(new Invocation("request-1", deadline, $"arn:aws:lambda:eu-west-1:{Samples.Account}:function:guard", null, Encoding.UTF8.GetBytes(payload)), cancellation)).Span);

    /// <summary>The ids of the messages that went back to the queue.</summary>
    public async Task<string[]> BatchAsync(params string[] bodies) =>
        [.. (await InvokeAsync(Samples.Batch(bodies))).GetProperty("batchItemFailures").EnumerateArray().Select(item => item.GetProperty("itemIdentifier").GetString()!)];

    public async Task<List<Finding>> FindingsAsync(FindingStatus status)
    {
        var findings = new List<Finding>();
        await foreach (var finding in new FindingReader(Table).ListAsync(Partition, status, null, CancellationToken.None))
        {
            findings.Add(finding);
        }

        return findings;
    }

    /// <summary>The sum of a metric over what was written.</summary>
    public double Metric(string name) => Output.Where(line => line.TryGetProperty("_aws", out _)).Sum(line => line.TryGetProperty(name, out var value) ? value.GetDouble() : 0);
}
