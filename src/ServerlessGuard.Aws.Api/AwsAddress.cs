namespace ServerlessGuard.Aws.Api;

/// <summary>Where a request goes and what it is signed for.</summary>
/// <param name="Scheme">https, or http for a local endpoint.</param>
/// <param name="Authority">Host, with the port where it is not the scheme's own: the Host header.</param>
/// <param name="Path">Encoded, with whatever the endpoint puts in front.</param>
/// <param name="Query">Encoded and sorted, without the question mark.</param>
/// <param name="SigningRegion">The region of the scope.</param>
public sealed record AwsAddress(string Scheme, string Authority, string Path, string Query, string SigningRegion, string SigningName)
{
    /// <summary>Byte for byte what was signed: no canonicalisation of the path.</summary>
    public Uri Uri => new(
        $"{Scheme}://{Authority}{Path}{(Query.Length == 0 ? string.Empty : "?" + Query)}",
        new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });
}
