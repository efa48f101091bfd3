namespace ServerlessGuard.Aws.Api;

/// <summary>Where services are: <c>AWS_ENDPOINT_URL_SERVICE</c>, <c>AWS_ENDPOINT_URL</c>, else the standard regional endpoint.</summary>
/// <param name="defaultRegion">What <see cref="AwsRegion.Home"/> stands for; also says which partition the services without regions are
/// in.</param>
/// <remarks>https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html; partitions as in botocore's
/// partitions.json.</remarks>
public sealed class AwsEndpoints(string defaultRegion, Func<string, string?> environment)
{
    public string Region { get; } = defaultRegion;

    public AwsAddress Of(AwsRequest request)
    {
        if (request.Region.IsGlobal != IsGlobal(request.Service))
        {
            throw new ArgumentException(
                $"{request.Service} {request.Operation}: "
                    + $"{(request.Region.IsGlobal ? "the service has regions" : "the service has no regions")}", nameof(request));
        }

        var region = request.Region.Name ?? Region;
        var name = request.SigningName ?? SigningName(request.Service);
        var query = SignatureV4.CanonicalQuery(request.Query);
        if (Custom(request.Service) is { } custom)
        {
            // A local server has one host name: the label goes into the path (S3), or is known from the headers (S3 Control).
            var prefix = custom.AbsolutePath.TrimEnd('/')
                + (request is { Service: "s3", HostLabel: { } bucket } ? "/" + PercentEncoding.Encode(bucket) : string.Empty);
            return new AwsAddress(custom.Scheme, custom.Authority, prefix + request.Path, query, SigningRegion(request.Service, region),
                name);
        }

        var (suffix, _) = Partition(region);
        var host = Host(request.Service, region, suffix);
        var path = request.Path;
        if (request.HostLabel is { } label)
        {
            // A dot in a bucket's name is one label too many for the wildcard certificate.
            if (request.Service is "s3" && !IsDnsLabel(label))
            {
                path = "/" + PercentEncoding.Encode(label) + path;
            }
            else if (IsDnsLabel(label))
            {
                host = label + "." + host;
            }
            else
            {
                throw new ArgumentException($"{request.Service} {request.Operation}: the host label is not a DNS label", nameof(request));
            }
        }

        return new AwsAddress("https", host, path, query, SigningRegion(request.Service, region), name);
    }

    /// <summary>The DNS suffix and the partition, by the region's prefix.</summary>
    public static (string Suffix, string Partition) Partition(string region) => region switch
    {
        _ when region.StartsWith("cn-", StringComparison.Ordinal) => ("amazonaws.com.cn", "aws-cn"),
        _ when region.StartsWith("us-gov-", StringComparison.Ordinal) => ("amazonaws.com", "aws-us-gov"),
        _ when region.StartsWith("us-iso-", StringComparison.Ordinal) => ("c2s.ic.gov", "aws-iso"),
        _ when region.StartsWith("us-isob-", StringComparison.Ordinal) => ("sc2s.sgov.gov", "aws-iso-b"),
        _ when region.StartsWith("eusc-", StringComparison.Ordinal) => ("amazonaws.eu", "aws-eusc"),
        _ => ("amazonaws.com", "aws"),
    };

    private static bool IsGlobal(string service) => service is "iam";

    private static string Host(string service, string region, string suffix) => (service, Partition(region).Partition) switch
    {
        ("iam", "aws") => "iam.amazonaws.com",
        ("iam", "aws-cn") => "iam.cn-north-1.amazonaws.com.cn",
        ("iam", "aws-us-gov") => "iam.us-gov.amazonaws.com",
        _ => $"{service}.{region}.{suffix}",
    };

    /// <summary>IAM lives in one region of each partition.</summary>
    private static string SigningRegion(string service, string region) => (service, Partition(region).Partition) switch
    {
        ("iam", "aws") => "us-east-1",
        ("iam", "aws-cn") => "cn-north-1",
        ("iam", "aws-us-gov") => "us-gov-west-1",
        _ => region,
    };

    private static string SigningName(string service) => service switch
    {
        "s3-control" => "s3",
        "api.sagemaker" => "sagemaker",
        _ => service,
    };

    private Uri? Custom(string service)
    {
        if (environment("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS") is { } ignore && ignore.Equals("true", StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        var name = service switch
        {
            "config" => "CONFIG_SERVICE",
            "api.sagemaker" => "SAGEMAKER",
            "monitoring" => "CLOUDWATCH",
            "events" => "EVENTBRIDGE",
            _ => service.ToUpperInvariant().Replace('-', '_'),
        };
        var text = NotEmpty(environment("AWS_ENDPOINT_URL_" + name)) ?? NotEmpty(environment("AWS_ENDPOINT_URL"));
        return text is null ? null
            : Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" ? uri
            : throw new InvalidOperationException($"AWS_ENDPOINT_URL (or AWS_ENDPOINT_URL_{name}) is not an http(s) address: {text}");
    }

    private static string? NotEmpty(string? text) => string.IsNullOrWhiteSpace(text) ? null : text;

    private static bool IsDnsLabel(string label) => label.Length is >= 1 and <= 63 && label[0] is not '-' && label[^1] is not '-'
        && label.All(character => char.IsAsciiLetterLower(character) || char.IsAsciiDigit(character) || character is '-');
}
