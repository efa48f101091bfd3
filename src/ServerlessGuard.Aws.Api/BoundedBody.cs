namespace ServerlessGuard.Aws.Api;

/// <summary>A response's body up to a limit: the peer's word for its length is not taken.</summary>
public static class BoundedBody
{
    /// <summary><see cref="IOException"/> beyond the limit.</summary>
    public static async Task<ReadOnlyMemory<byte>> ReadAsync(HttpContent content, int limit, CancellationToken cancellation)
    {
        using var from = await content.ReadAsStreamAsync(cancellation);
        using var body = new MemoryStream();
        var part = new byte[16 << 10];
        int read;
        while ((read = await from.ReadAsync(part, cancellation)) > 0)
        {
            if (body.Length + read > limit)
            {
                throw new IOException($"the answer is larger than {limit} bytes");
            }

            body.Write(part, 0, read);
        }

        return body.ToArray();
    }
}
