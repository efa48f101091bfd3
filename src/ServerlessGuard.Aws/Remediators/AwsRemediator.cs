using System.Text.Json.Nodes;
using ServerlessGuard.Aws.Api;
using ServerlessGuard.Aws.Needs;
using ServerlessGuard.Documents;
using ServerlessGuard.Findings;
using ServerlessGuard.Remediation;
using ServerlessGuard.Resources;

namespace ServerlessGuard.Aws.Remediators;

/// <summary>
/// What AWS's remediators have in common: a resource that is gone is null, and nothing is written over a state that nobody looked at.
/// </summary>
public abstract class AwsRemediator(AwsAccess access) : Remediator
{
    protected AwsAccess Access { get; } = access;

    public sealed override async Task<JsonNode?> ReadAsync(Finding finding, CancellationToken cancellation)
    {
        try
        {
            return await SliceAsync(finding, cancellation);
        }
        catch (CloudCallException exception) when (exception.IsNotFound)
        {
            return null;
        }
    }

    public sealed override Desired Desire(JsonNode live, Finding finding) => Desire(live.AsObject(), finding);

    public sealed override async Task WriteAsync(Finding finding, JsonNode from, JsonNode to, CancellationToken cancellation)
    {
        var live = await SliceAsync(finding, cancellation);
        if (JsonNode.DeepEquals(live, to))
        {
            return;
        }

        if (!JsonNode.DeepEquals(live, from))
        {
            throw new CloudCallException("Drifted",
                $"{Name(finding)} has been changed by somebody else in the meantime: nothing was written", isTransient: false);
        }

        await ChangeAsync(finding, from.AsObject(), to.AsObject(), cancellation);
    }

    public sealed override Task<IReadOnlyDictionary<string, string>?> ReadTagsAsync(Finding finding, CancellationToken cancellation) =>
        LiveTags.ReadAsync(Access, finding, Name(finding), cancellation);

    /// <summary>The slice. What the service does not find is thrown; null where the answer itself says that the resource is gone.</summary>
    protected abstract Task<JsonObject?> SliceAsync(Finding finding, CancellationToken cancellation);

    protected abstract Desired Desire(JsonObject live, Finding finding);

    /// <summary>The live state is <paramref name="from"/>, read a moment ago, and is not <paramref name="to"/>.</summary>
    protected abstract Task ChangeAsync(Finding finding, JsonObject from, JsonObject to, CancellationToken cancellation);

    protected Task<AwsAnswer> SendAsync(Finding finding, AwsRequest request, CancellationToken cancellation) =>
        Access.SendAsync(finding, request, cancellation);

    /// <summary>The resource's own region.</summary>
    protected static AwsRegion Where(Finding finding) => ResourceRegion.Of(finding.Resource);

    /// <summary>The last part of the ARN; of an item without one, its name.</summary>
    protected static string Name(Finding finding)
    {
        var (id, name) = (finding.Resource.Id, finding.Resource.Name);
        return id.StartsWith("arn:", StringComparison.Ordinal) || name is null ? id[(id.LastIndexOfAny(['/', ':']) + 1)..] : name;
    }

    protected static string Partition(Finding finding) => Arn.TryParse(finding.Resource.Id, out var arn) ? arn.Partition : "aws";

    /// <summary>A name as it stands in a sentence.</summary>
    protected static string Shown(Finding finding) => DocText.Shown(Name(finding));

    protected static JsonObject With(JsonObject live, string name, JsonNode? value)
    {
        var copy = live.DeepClone().AsObject();
        copy[name] = value;
        return copy;
    }
}
