namespace ServerlessGuard.Azure.Runtime;

/// <summary>
/// The body of one call, and never more of it than the function takes. What is longer is read to its end and thrown away, piece by piece: the host is still sending and
/// would otherwise see a broken connection instead of an answer.
/// </summary>
/// <remarks>Not from the shared pool: that keeps one array of each size for every thread, which is the memory that this is to save.</remarks>
internal static class CallBody
{
    private const int Piece = 16 * 1024;

    /// <summary>Null when it is longer than <paramref name="largest"/> bytes, by what it announces or by what comes.</summary>
    public static async Task<ReadOnlyMemory<byte>?> ReadAsync(HttpRequest request, int largest, CancellationToken cancellation)
    {
        var from = request.Body;
        var bytes = new byte[request.ContentLength is { } announced && announced <= largest ? (int)announced + 1 : Piece];
        var length = 0;
        while (request.ContentLength is null || request.ContentLength <= largest)
        {
            var read = await from.ReadAsync(bytes.AsMemory(length), cancellation);
            length += read;
            if (read == 0)
            {
                return bytes.AsMemory(0, length);
            }

            if (length > largest)
            {
                break;
            }

            if (length == bytes.Length)
            {
                // One byte more than is taken shows that there is more.
                Array.Resize(ref bytes, Math.Min(2 * length, largest + 1));
            }
        }

        bytes = new byte[Piece];
        while (await from.ReadAsync(bytes, cancellation) > 0)
        {
        }

        return null;
    }
}
