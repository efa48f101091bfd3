using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace ServerlessGuard.Aws.Api;

/// <summary>AWS Signature Version 4 for one request: pure.</summary>
/// <remarks>https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html</remarks>
public static class SignatureV4
{
    private const string Algorithm = "AWS4-HMAC-SHA256";

    /// <summary>The headers to add: date, session token, content hash (S3) and Authorization.</summary>
    /// <param name="request">The method, and the headers and body as they are sent.</param>
    /// <param name="address">Host, encoded path and query as they are sent, and the scope.</param>
    /// <param name="at">The time, by the service's clock.</param>
    public static IReadOnlyList<KeyValuePair<string, string>> Sign(AwsRequest request, AwsAddress address, AwsCredentials credentials,
        DateTimeOffset at)
    {
        var date = at.UtcDateTime.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture);
        var hash = Hex(SHA256.HashData(request.Body.Span));
        var added = new List<KeyValuePair<string, string>> { new("X-Amz-Date", date) };
        if (credentials.SessionToken is { } token)
        {
            added.Add(new("X-Amz-Security-Token", token));
        }

        var isS3 = address.SigningName is "s3";
        if (isS3)
        {
            added.Add(new("X-Amz-Content-SHA256", hash));
        }

        var headers = request.Headers.Concat(added).Append(new("Host", address.Authority))
            .GroupBy(header => header.Key.ToLowerInvariant(), header => Collapse(header.Value), StringComparer.Ordinal)
            .OrderBy(group => group.Key, StringComparer.Ordinal)
            .Select(group => (Name: group.Key, Value: string.Join(',', group)))
            .ToArray();
        var names = string.Join(';', headers.Select(header => header.Name));
        var path = isS3 ? address.Path : PercentEncoding.Encode(RemoveDotSegments(address.Path), keepSlash: true);
        var canonical =
            $"{request.Method.Method}\n{path}\n{address.Query}\n{string.Concat(headers.Select(header => $"{header.Name}:{header.Value}\n"))}\n{names}\n{hash}";
        var scope = $"{date.AsSpan(0, 8)}/{address.SigningRegion}/{address.SigningName}/aws4_request";
        var toSign = $"{Algorithm}\n{date}\n{scope}\n{Hex(SHA256.HashData(Encoding.UTF8.GetBytes(canonical)))}";
        var signature = Hex(Mac(Key(credentials.SecretKey, date[..8], address), toSign));
        added.Add(new("Authorization",
            $"{Algorithm} Credential={credentials.AccessKeyId}/{scope}, SignedHeaders={names}, Signature={signature}"));
        return added;
    }

    /// <summary>Sorted and encoded, as the request sends it and as the signature sees it.</summary>
    public static string CanonicalQuery(IReadOnlyList<KeyValuePair<string, string>> query) => string.Join(
        '&',
        query.Select(pair => (Key: PercentEncoding.Encode(pair.Key), Value: PercentEncoding.Encode(pair.Value)))
            .OrderBy(pair => pair.Key, StringComparer.Ordinal)
            .ThenBy(pair => pair.Value, StringComparer.Ordinal)
            .Select(pair => $"{pair.Key}={pair.Value}"));

    private static byte[] Key(string secret, string day, AwsAddress address) =>
        Mac(Mac(Mac(Mac(Encoding.UTF8.GetBytes("AWS4" + secret), day), address.SigningRegion), address.SigningName), "aws4_request");

    private static byte[] Mac(byte[] key, string text) => HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(text));

    private static string Hex(byte[] octets) => Convert.ToHexStringLower(octets);

    /// <summary>Leading and trailing blanks go, runs of blanks become one.</summary>
    private static string Collapse(string value) => string.Join(' ', value.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    /// <summary>RFC 3986 section 5.2.4, and consecutive slashes become one. S3 keeps its paths as they are.</summary>
    private static string RemoveDotSegments(string path)
    {
        var kept = new List<string>();
        foreach (var segment in path.Split('/'))
        {
            if (segment is "..")
            {
                if (kept.Count > 0)
                {
                    kept.RemoveAt(kept.Count - 1);
                }
            }
            else if (segment is not ("" or "."))
            {
                kept.Add(segment);
            }
        }

        return "/" + string.Join('/', kept) + (path.EndsWith('/') && kept.Count > 0 ? "/" : string.Empty);
    }
}
