using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;

namespace ServerlessGuard.Cli.Spill;

/// <summary>What a <see cref="SpillWriter"/> wrote, from one stretch of a file.</summary>
internal sealed class SpillReader(TempFile file, long offset, long length, int bufferSize)
{
    private byte[] _buffer = new byte[bufferSize];
    private long _left = length;
    private long _offset = offset;
    private int _at;
    private int _end;

    public bool IsAtEnd => _left == 0 && _at == _end;

    public long Number() => BinaryPrimitives.ReadInt64LittleEndian(Take(sizeof(long)));

    public int Small() => Take(1)[0];

    public int Count() => BinaryPrimitives.ReadInt32LittleEndian(Take(sizeof(int)));

    public string? Text() => Count() switch
    {
        < 0 => null,
        var ascii when ascii % 2 == 0 => Encoding.ASCII.GetString(Take(ascii / 2)),
        var wide => new string(MemoryMarshal.Cast<byte, char>(Take(wide - 1))),
    };

    private ReadOnlySpan<byte> Take(int count)
    {
        if (_end - _at < count)
        {
            Fill(count);
        }

        _at += count;
        return _buffer.AsSpan(_at - count, count);
    }

    private void Fill(int count)
    {
        var rest = _end - _at;
        var from = _buffer;
        if (count > _buffer.Length)
        {
            _buffer = new byte[count];
        }

        Buffer.BlockCopy(from, _at, _buffer, 0, rest);
        var wanted = (int)Math.Min(_left, _buffer.Length - rest);
        if (rest + wanted < count || file.Read(_buffer.AsSpan(rest, wanted), _offset) < wanted)
        {
            throw new IOException("the scan's temporary file is shorter than what was written to it");
        }

        (_at, _end) = (0, rest + wanted);
        _offset += wanted;
        _left -= wanted;
    }
}
