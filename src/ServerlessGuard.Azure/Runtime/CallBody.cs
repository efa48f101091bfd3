using System.Collections.Concurrent;

namespace ServerlessGuard.Azure.Runtime;

/// <summary>
/// The body of one call, and never more of it than the function takes. What is longer is read to its end and thrown away, piece by piece:
/// the host is still sending and would otherwise see a broken connection instead of an answer.
/// </summary>
/// <remarks>
/// In an array of the function's own, as many as it takes calls at once: a collector that has not run yet would hold hundreds of megabytes
/// of what strangers posted, and the shared pool keeps one array of each size for every thread.
/// </remarks>
internal sealed class CallBody : IDisposable
{
    private const int Piece = 16 * 1024;

    private readonly ConcurrentBag<byte[]> _spare;
    private byte[] _bytes;
    private int _length;

    private CallBody(ConcurrentBag<byte[]> spare)
    {
        _spare = spare;
        _bytes = spare.TryTake(out var bytes) ? bytes : new byte[Piece];
    }

    /// <summary>Until it is disposed.</summary>
    public ReadOnlyMemory<byte> Bytes => _bytes.AsMemory(0, _length);

    /// <summary>Null when it is longer than <paramref name="largest"/> bytes, by what it announces or by what comes.</summary>
    /// <param name="largest">Bytes.</param>
    /// <param name="spare">Arrays that are free; the body's goes there in the end.</param>
    public static async Task<CallBody?> ReadAsync(HttpRequest request, int largest, ConcurrentBag<byte[]> spare,
        CancellationToken cancellation)
    {
        var body = new CallBody(spare);
        try
        {
            if ((request.ContentLength ?? 0) <= largest && await body.FillAsync(request.Body, largest, cancellation))
            {
                return body;
            }

            while (await request.Body.ReadAsync(body._bytes.AsMemory(0, Piece), cancellation) > 0)
            {
                // Thrown away.
            }
        }
        catch
        {
            body.Dispose();
            throw;
        }

        body.Dispose();
        return null;
    }

    public void Dispose()
    {
        if (_bytes.Length > 0)
        {
            _spare.Add(_bytes);
        }

        (_bytes, _length) = ([], 0);
    }

    private async Task<bool> FillAsync(Stream from, int largest, CancellationToken cancellation)
    {
        while (true)
        {
            if (_length == _bytes.Length)
            {
                // One byte more than is taken shows that there is more.
                Array.Resize(ref _bytes, Math.Max(Piece, Math.Min(2 * _length, largest + 1)));
            }

            var read = await from.ReadAsync(_bytes.AsMemory(_length), cancellation);
            _length += read;
            if (read == 0 || _length > largest)
            {
                return read == 0;
            }
        }
    }
}
