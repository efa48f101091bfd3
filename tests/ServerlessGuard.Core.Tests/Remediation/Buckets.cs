using System.Text.Json.Nodes;
using ServerlessGuard.Findings;
using ServerlessGuard.Remediation;
using ServerlessGuard.Resources;
using ServerlessGuard.Rules;

namespace ServerlessGuard.Tests.Remediation;

/// <summary>Buckets that are open or closed, and every call that changed one.</summary>
internal sealed class Buckets : Remediator
{
    public HashSet<string> Open { get; } = new(StringComparer.Ordinal);

    /// <summary>The names of those that a call was made for, in order.</summary>
    public List<string> Writes { get; } = [];

    public Action<Finding>? OnWrite { get; set; }

    public override RemediatorDescriptor Descriptor { get; } = new()
    {
        Remediation = Remediations.BlockPublicAccess,
        Provider = Provider.Aws,
        NativeTypes = ["AWS::S3::Bucket"],
        Permissions = ["s3:PutBucketPublicAccessBlock"],
        Risk = Risk.None,
    };

    public override Task<JsonNode?> ReadAsync(Finding finding, CancellationToken cancellation) =>
        Task.FromResult<JsonNode?>(new JsonObject { ["open"] = Open.Contains(finding.Resource.Id) });

    public override Desired Desire(JsonNode live, Finding finding) => live["open"]!.GetValue<bool>()
        ? new Desired.Change(new JsonObject { ["open"] = false }, "Close it.", "fake:Close", Risk.None)
        : new Desired.Nothing();

    public override Task WriteAsync(Finding finding, JsonNode from, JsonNode to, CancellationToken cancellation)
    {
        OnWrite?.Invoke(finding);
        Writes.Add(finding.Resource.Name!);
        if (to["open"]!.GetValue<bool>())
        {
            Open.Add(finding.Resource.Id);
        }
        else
        {
            Open.Remove(finding.Resource.Id);
        }

        return Task.CompletedTask;
    }
}
