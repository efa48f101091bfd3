using System.Buffers;
using System.Text;
using System.Text.Json;

namespace ServerlessGuard.Cli.Reports;

internal static class JsonText
{
    private const int Piece = 64 * 1024;

    /// <summary>Indented JSON in pieces: a report of a hundred thousand findings never stands in memory as a whole.</summary>
    public static void Write(TextWriter output, Action<Utf8JsonWriter> write)
    {
        using var bridge = new TextBridge(output);
        using (var writer = new Utf8JsonWriter(bridge, new JsonWriterOptions { Indented = true }))
        {
            write(writer);
        }

        output.WriteLine();
    }

    /// <summary>Between two elements: the writer itself lets go of nothing before it is told to.</summary>
    public static void Pass(Utf8JsonWriter writer)
    {
        if (writer.BytesPending > Piece)
        {
            writer.Flush();
        }
    }

    /// <summary>Lets a byte writer write into a text writer.</summary>
    private sealed class TextBridge(TextWriter output) : Stream
    {
        private readonly Decoder _decoder = Encoding.UTF8.GetDecoder();

        public override bool CanRead => false;
        public override bool CanSeek => false;
        public override bool CanWrite => true;
        public override long Length => throw new NotSupportedException();
        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            var chars = ArrayPool<char>.Shared.Rent(buffer.Length);
            var length = _decoder.GetChars(buffer, chars, flush: false);
            output.Write(chars, 0, length);
            ArrayPool<char>.Shared.Return(chars);
        }

        public override void Flush() => output.Flush();

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();
    }
}
