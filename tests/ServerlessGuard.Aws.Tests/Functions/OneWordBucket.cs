using System.Text.Json.Nodes;
using ServerlessGuard.Findings;
using ServerlessGuard.Remediation;
using ServerlessGuard.Resources;

namespace ServerlessGuard.Aws.Tests.Functions;

/// <summary>A bucket's public access as one word.</summary>
internal sealed class OneWordBucket(string remediation) : Remediator
{
    public string State { get; set; } = "open";

    public int Writes { get; private set; }

    public Dictionary<string, string>? Tags { get; set; }

    public Exception? Fault { get; set; }

    public override RemediatorDescriptor Descriptor { get; } = new()
    {
        Remediation = remediation,
        Provider = Provider.Aws,
        NativeTypes = ["AWS::S3::Bucket"],
        Rules = ["SG-STOR-001"],
        Permissions = ["s3:PutBucketPublicAccessBlock"],
        Risk = Risk.None,
    };

    public override Task<JsonNode?> ReadAsync(Finding finding, CancellationToken cancellation) =>
        Fault is { } fault ? Task.FromException<JsonNode?>(fault) : Task.FromResult<JsonNode?>(new JsonObject { ["state"] = State });

    public override Desired Desire(JsonNode live, Finding finding) =>
        (string?)live["state"] is "closed" ? new Desired.Nothing() : new Desired.Change(new JsonObject { ["state"] = "closed" }, "Close it.", "PutPublicAccessBlock");

    public override Task<IReadOnlyDictionary<string, string>?> ReadTagsAsync(Finding finding, CancellationToken cancellation) => Task.FromResult<IReadOnlyDictionary<string, string>?>(Tags);

    public override Task WriteAsync(Finding finding, JsonNode from, JsonNode to, CancellationToken cancellation)
    {
        Writes++;
        State = (string)to["state"]!;
        return Task.CompletedTask;
    }
}
