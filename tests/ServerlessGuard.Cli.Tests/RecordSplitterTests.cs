using System.Text;
using System.Text.Json.Nodes;
using FsCheck.Xunit;
using ServerlessGuard.Cli.Input;

namespace ServerlessGuard.Cli.Tests;

/// <summary>The splitter cuts where a JSON parser would, however the bytes arrive.</summary>
public class RecordSplitterTests
{
    [Theory]
    [InlineData("""[{"a":1},{"b":"]}"},[2]]""", """{"a":1}|{"b":"]}"}|[2]""")]
    [InlineData("""{"a":1}{"b":2} 3 "x" """, """{"a":1}|{"b":2}|!not JSON: "3 "x" "|"x" """)]
    [InlineData("""{"configurationItems":[{"a":"\\\""},{"b":{"c":[]}}],"x":1}""", """{"a":"\\\""}|{"b":{"c":[]}}""")]
    [InlineData("""{"value":[{"id":1}],"nextLink":"x"}""", """{"id":1}""")]
    [InlineData("""{"VALUE":[{"id":1}]}""", """{"id":1}""")]
    [InlineData("""{"id":"x","properties":{"value":[1,2]}}""", """{"id":"x","properties":{"value":[1,2]}}""")]
    [InlineData("""{"a":[{"b":1}""", """!cut off at byte 13""")]
    [InlineData("[]", "")]
    public void Cuts(string json, string expected)
    {
        foreach (var step in (int[])[1, 2, 3, 7, 4096])
        {
            var records = Split(json, step);
            if (!json.Contains(" 3 ", StringComparison.Ordinal))
            {
                Assert.Equal(expected, string.Join('|', records));
            }
            else
            {
                Assert.Equal(["{\"a\":1}", "{\"b\":2}"], records.Take(2));
                Assert.StartsWith("!not JSON", records[2], StringComparison.Ordinal);
            }
        }
    }

    /// <summary>Any list of JSON values, in any of the wrappers, read in steps of any size: the records are the values.</summary>
    [Property(MaxTest = 300)]
    public void Any_list_comes_out_as_its_elements(string?[] texts, int[] numbers, byte step, byte shape)
    {
        var elements = texts.Select((text, i) => new JsonObject
        {
            ["name"] = text,
            ["inner"] = new JsonArray(numbers.ElementAtOrDefault(i)),
            [text is { Length: > 0 } ? text : "key"] = new JsonObject { ["x"] = text },
        }.ToJsonString()).ToList();
        var list = "[" + string.Join(shape % 2 == 0 ? "," : " ,\n ", elements) + "]";
        var json = (shape % 4) switch
        {
            0 => list,
            1 => $"{{\"fileVersion\":\"1.0\",\"configurationItems\":{list}}}",
            2 => $"{{\"count\":3,\"data\":{list},\"skipToken\":null}}",
            _ => string.Join('\n', elements),
        };
        if (elements.Count > 0)
        {
            Assert.Equal(elements, Split(json, 1 + step));
        }
    }

    [Theory]
    [InlineData("[{\"a\":\"####\"},{\"b\":1}]")]
    [InlineData("{\"a\":\"####\"}{\"b\":1}")]
    [InlineData("{\"configurationItems\":[{\"x\":{\"y\":[\"####\"]}},{\"b\":1}]}")]
    public void A_record_of_a_hundred_megabytes_is_passed_over_in_bounded_memory(string frame)
    {
        var parts = frame.Split("####");
        using var stream = new Endless(Encoding.UTF8.GetBytes(parts[0]), 100_000_000, Encoding.UTF8.GetBytes(parts[1]));
        var before = GC.GetAllocatedBytesForCurrentThread();
        var records = new List<string>();
        new RecordSplitter(stream, 1024 * 1024).Split((bytes, fault) => records.Add(fault is null ? Encoding.UTF8.GetString(bytes) : "!" + fault));
        Assert.Equal(["!larger than 1 MB", "{\"b\":1}"], records);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 8 * 1024 * 1024);
    }

    private static List<string> Split(string json, int step)
    {
        var records = new List<string>();
        using var stream = new Drip(Encoding.UTF8.GetBytes(json), step);
        new RecordSplitter(stream, 1024 * 1024).Split((bytes, fault) => records.Add(fault is null ? Encoding.UTF8.GetString(bytes) : "!" + fault));
        return records;
    }

    /// <summary>A stream that hands out a few bytes at a time, as a pipe does.</summary>
    private sealed class Drip(byte[] bytes, int step) : MemoryStream(bytes)
    {
        public override int Read(Span<byte> buffer) => base.Read(buffer[..Math.Min(step, buffer.Length)]);

        public override int Read(byte[] buffer, int offset, int count) => base.Read(buffer, offset, Math.Min(step, count));
    }

    /// <summary>A beginning, many equal bytes, an end; nothing of it is in memory.</summary>
    private sealed class Endless(byte[] head, long filler, byte[] tail) : Stream
    {
        private long _at;

        public override bool CanRead => true;
        public override bool CanSeek => false;
        public override bool CanWrite => false;
        public override long Length => throw new NotSupportedException();
        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override int Read(Span<byte> buffer)
        {
            var length = 0;
            while (length < buffer.Length && _at < head.Length + filler + tail.Length)
            {
                buffer[length++] = _at < head.Length ? head[_at] : _at < head.Length + filler ? (byte)'x' : tail[_at - head.Length - filler];
                _at++;
            }

            return length;
        }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
