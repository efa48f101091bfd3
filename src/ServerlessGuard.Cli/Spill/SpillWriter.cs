using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;

namespace ServerlessGuard.Cli.Spill;

/// <summary>Values as bytes. A text keeps every character, also those that no encoding knows.</summary>
internal sealed class SpillWriter
{
    private readonly ArrayBufferWriter<byte> _bytes = new(64 * 1024);

    public int Length => _bytes.WrittenCount;

    public ReadOnlySpan<byte> Bytes => _bytes.WrittenSpan;

    public void Clear() => _bytes.ResetWrittenCount();

    public void Number(long value)
    {
        BinaryPrimitives.WriteInt64LittleEndian(_bytes.GetSpan(sizeof(long)), value);
        _bytes.Advance(sizeof(long));
    }

    /// <summary>0 to 255.</summary>
    public void Small(int value)
    {
        _bytes.GetSpan(1)[0] = (byte)value;
        _bytes.Advance(1);
    }

    public void Count(int value)
    {
        BinaryPrimitives.WriteInt32LittleEndian(_bytes.GetSpan(sizeof(int)), value);
        _bytes.Advance(sizeof(int));
    }

    public void Text(string? value)
    {
        if (value is null)
        {
            Count(-1);
        }
        else if (Ascii.IsValid(value))
        {
            Count(value.Length * 2);
            _bytes.Advance(Encoding.ASCII.GetBytes(value, _bytes.GetSpan(value.Length)));
        }
        else
        {
            Count((value.Length * 2) + 1);
            _bytes.Write(MemoryMarshal.AsBytes(value.AsSpan()));
        }
    }
}
