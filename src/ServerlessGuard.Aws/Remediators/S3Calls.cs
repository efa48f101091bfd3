using System.Security.Cryptography;
using System.Text;
using System.Xml.Linq;
using ServerlessGuard.Aws.Api;
using ServerlessGuard.Aws.Needs;
using ServerlessGuard.Findings;
using ServerlessGuard.Resources;

namespace ServerlessGuard.Aws.Remediators;

/// <summary>
/// The requests for a bucket's settings. The expected owner keeps a bucket name that was taken over by another account out of reach.
/// </summary>
internal static class S3Calls
{
    public const string NoBlock = "NoSuchPublicAccessBlockConfiguration";
    public static readonly XNamespace Namespace = "http://s3.amazonaws.com/doc/2006-03-01/";

    public static string Bucket(Finding finding) =>
        Arn.TryParse(finding.Resource.Id, out var arn) ? arn.Rest : finding.Resource.Name ?? finding.Resource.Id;

    public static AwsRequest Get(Finding finding, string operation, string setting) =>
        Of(finding, operation, HttpMethod.Get, setting, default);

    public static AwsRequest Put(Finding finding, string operation, string setting, XElement body) =>
        Of(finding, operation, HttpMethod.Put, setting, Encoding.UTF8.GetBytes(body.ToString(SaveOptions.DisableFormatting)));

    public static AwsRequest Put(Finding finding, string operation, string setting, string body) =>
        Of(finding, operation, HttpMethod.Put, setting, Encoding.UTF8.GetBytes(body));

    public static AwsRequest Delete(Finding finding, string operation, string setting) =>
        Of(finding, operation, HttpMethod.Delete, setting, default);

    /// <summary>These operations ask for a checksum of the body: SHA-256, which is in .NET, instead of MD5.</summary>
    /// <remarks>botocore s3 service-2.json: requestChecksumRequired, ChecksumAlgorithm SHA256.</remarks>
    public static IEnumerable<KeyValuePair<string, string>> Checksum(ReadOnlyMemory<byte> body) =>
    [
        new("x-amz-sdk-checksum-algorithm", "SHA256"),
        new("x-amz-checksum-sha256", Convert.ToBase64String(SHA256.HashData(body.Span))),
    ];

    private static AwsRequest Of(Finding finding, string operation, HttpMethod method, string setting, ReadOnlyMemory<byte> body)
    {
        var headers = new List<KeyValuePair<string, string>>();
        if (finding.Resource.Account is { } owner)
        {
            headers.Add(new("x-amz-expected-bucket-owner", owner));
        }

        if (!body.IsEmpty)
        {
            headers.AddRange(Checksum(body));
        }

        return AwsRequest.Rest(ResourceRegion.Of(finding.Resource), "s3", operation, method, "/", body,
            new KeyValuePair<string, string>(setting, string.Empty)) with
        {
            HostLabel = Bucket(finding),
            Headers = headers,
        };
    }
}
