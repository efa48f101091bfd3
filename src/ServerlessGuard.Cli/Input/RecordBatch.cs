namespace ServerlessGuard.Cli.Input;

/// <summary>Records that were cut out of one input, together in one buffer, so that a queue holds few and known bytes.</summary>
internal sealed class RecordBatch(string source, string? graphContext)
{
    private byte[] _bytes = new byte[64 * 1024];
    private int _length;

    public string Source { get; } = source;

    /// <summary>Microsoft Graph's <c>@odata.context</c> that stood before these records.</summary>
    public string? GraphContext { get; } = graphContext;

    public List<Cut> Records { get; } = [];

    public long Length => _length;

    public void Add(ReadOnlySpan<byte> record, long number)
    {
        if (_bytes.Length - _length < record.Length)
        {
            Array.Resize(ref _bytes, Math.Max(_bytes.Length * 2, _length + record.Length));
        }

        Records.Add(new Cut(_length, record.Length, number));
        record.CopyTo(_bytes.AsSpan(_length));
        _length += record.Length;
    }

    public ReadOnlyMemory<byte> Bytes(Cut cut) => _bytes.AsMemory(cut.Start, cut.Length);

    /// <param name="Start">Offset in the batch.</param>
    /// <param name="Length">In bytes.</param>
    /// <param name="Number">The record's number in its input, from 1.</param>
    internal readonly record struct Cut(int Start, int Length, long Number);
}
