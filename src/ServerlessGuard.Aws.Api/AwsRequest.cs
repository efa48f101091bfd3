using System.Text;
using System.Text.Json.Nodes;

namespace ServerlessGuard.Aws.Api;

/// <summary>One call of one AWS service, not yet addressed and not yet signed.</summary>
public sealed record AwsRequest
{
    /// <summary>
    /// The endpoint prefix of the service's model: <c>config</c>, <c>s3</c>, <c>iam</c>, <c>ec2</c>, <c>s3-control</c>,
    /// <c>api.sagemaker</c>.
    /// </summary>
    public required string Service { get; init; }

    /// <summary>What the call is called, for messages and logs: <c>PutEvaluations</c>.</summary>
    public required string Operation { get; init; }

    /// <summary>The name in the signature where it is not <see cref="Service"/>: <c>s3</c> for <c>s3-control</c>.</summary>
    public string? SigningName { get; init; }

    /// <summary>Where the resource is.</summary>
    public required AwsRegion Region { get; init; }

    /// <summary>The label before the host: the bucket of an S3 call, the account of an S3 Control call.</summary>
    public string? HostLabel { get; init; }

    public HttpMethod Method { get; init; } = HttpMethod.Post;

    /// <summary>Percent-encoded already, beginning with a slash; without the bucket.</summary>
    public string Path { get; init; } = "/";

    /// <summary>Not encoded. A key may occur more than once; an empty value is sent as <c>key=</c>.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Query { get; init; } = [];

    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; init; } = [];

    public ReadOnlyMemory<byte> Body { get; init; }

    /// <summary>
    /// False: a call whose outcome is not known (5xx, timeout, broken connection) is not sent again. Throttled calls always are.
    /// </summary>
    public bool IsIdempotent { get; init; } = true;

    /// <summary>A JSON protocol call.</summary>
    /// <param name="region">Where the resource is.</param>
    /// <param name="service">The endpoint prefix: <c>kms</c>.</param>
    /// <param name="target">The <c>X-Amz-Target</c>: <c>TrentService.EnableKey</c>.</param>
    /// <param name="jsonVersion">1.0 or 1.1, as the service's model says.</param>
    public static AwsRequest Json(AwsRegion region, string service, string target, JsonNode body, string jsonVersion = "1.1") => new()
    {
        Region = region,
        Service = service,
        Operation = target[(target.LastIndexOf('.') + 1)..],
        Headers = [new("Content-Type", "application/x-amz-json-" + jsonVersion), new("X-Amz-Target", target)],
        Body = Encoding.UTF8.GetBytes(body.ToJsonString()),
    };

    /// <summary>A Query (or EC2) protocol call: form in, XML out.</summary>
    /// <param name="region">Where the resource is.</param>
    /// <param name="service">The endpoint prefix: <c>iam</c>.</param>
    /// <param name="version">The API's date: <c>2010-05-08</c>.</param>
    /// <param name="parameters">Flat names as the protocol spells them: <c>Tags.member.1.Key</c>.</param>
    public static AwsRequest Form(AwsRegion region, string service, string action, string version,
        params IEnumerable<KeyValuePair<string, string>> parameters) => new()
    {
        Region = region,
        Service = service,
        Operation = action,
        Headers = [new("Content-Type", "application/x-www-form-urlencoded; charset=utf-8")],
        Body = Encoding.UTF8.GetBytes(string.Join(
            '&',
            new KeyValuePair<string, string>[] { new("Action", action), new("Version", version) }
                .Concat(parameters)
                .Select(pair => $"{PercentEncoding.Encode(pair.Key)}={PercentEncoding.Encode(pair.Value)}"))),
    };

    /// <summary>A REST call.</summary>
    /// <param name="region">Where the resource is.</param>
    /// <param name="service">The endpoint prefix: <c>lambda</c>.</param>
    /// <param name="path">Percent-encoded; see <see cref="PercentEncoding"/>.</param>
    /// <param name="body">What is sent; the content type is the caller's header.</param>
    /// <param name="query">Not encoded.</param>
    public static AwsRequest Rest(
        AwsRegion region, string service, string operation, HttpMethod method, string path, ReadOnlyMemory<byte> body = default,
        params IEnumerable<KeyValuePair<string, string>> query) => new()
        {
            Region = region,
            Service = service,
            Operation = operation,
            Method = method,
            Path = path,
            Query = [.. query],
            Body = body,
        };
}
