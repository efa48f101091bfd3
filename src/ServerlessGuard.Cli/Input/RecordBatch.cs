using System.Buffers;

namespace ServerlessGuard.Cli.Input;

/// <summary>
/// Records that were cut out of one input, together in one pooled buffer, so that a queue holds few and known bytes. A new large array for
/// each batch would make the collector walk everything that the scan keeps, again and again.
/// </summary>
internal sealed class RecordBatch(string source, string? graphContext, FileStamp? stamp = null) : IDisposable
{
    private byte[] _bytes = ArrayPool<byte>.Shared.Rent(384 * 1024);
    private int _length;

    public string Source { get; } = source;

    /// <summary>Microsoft Graph's <c>@odata.context</c> that stood before these records.</summary>
    public string? GraphContext { get; } = graphContext;

    /// <summary>Of the file whose bytes the records are; null: they lie in no file that could be read again.</summary>
    public FileStamp? Stamp { get; } = stamp;

    public List<Cut> Records { get; } = [];

    public long Length => _length;

    public void Add(ReadOnlySpan<byte> record, long number, long offset)
    {
        if (_bytes.Length - _length < record.Length)
        {
            var larger = ArrayPool<byte>.Shared.Rent(Math.Max(_bytes.Length * 2, _length + record.Length));
            _bytes.AsSpan(0, _length).CopyTo(larger);
            ArrayPool<byte>.Shared.Return(_bytes);
            _bytes = larger;
        }

        Records.Add(new Cut(_length, record.Length, number, offset));
        record.CopyTo(_bytes.AsSpan(_length));
        _length += record.Length;
    }

    public ReadOnlyMemory<byte> Bytes(Cut cut) => _bytes.AsMemory(cut.Start, cut.Length);

    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(_bytes);
        _bytes = [];
    }

    /// <param name="Length">In bytes.</param>
    /// <param name="Number">The record's number in its input, from 1.</param>
    /// <param name="Offset">Where it begins in the input, in bytes of its text.</param>
    internal readonly record struct Cut(int Start, int Length, long Number, long Offset);
}
