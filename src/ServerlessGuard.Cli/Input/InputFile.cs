using System.IO.Compression;
using System.Text;
using ServerlessGuard.Ingestion;

namespace ServerlessGuard.Cli.Input;

/// <summary>One named input, told apart by its first bytes: gzip, UTF-16, a zip, a credential report, or JSON.</summary>
internal static class InputFile
{
    private static readonly string[] Endings = [".json", ".jsonl", ".ndjson", ".json.gz", ".jsonl.gz", ".csv"];

    /// <summary>
    /// The files that the arguments mean: <c>-</c> is standard input, a folder is every JSON and CSV file below it. Ordered by name.
    /// </summary>
    /// <param name="missing">Called with what does not exist.</param>
    public static IEnumerable<string> Expand(IEnumerable<string> arguments, Action<string> missing)
    {
        foreach (var argument in arguments)
        {
            if (argument is "-" || File.Exists(argument))
            {
                yield return argument;
            }
            else if (Directory.Exists(argument))
            {
                // Links to folders can make a circle.
                var options = new EnumerationOptions
                    { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.Hidden | FileAttributes.ReparsePoint };
                foreach (var file in Directory.EnumerateFiles(argument, "*", options).Where(IsInput).Order(StringComparer.Ordinal))
                {
                    yield return file;
                }
            }
            else
            {
                missing(argument);
            }
        }
    }

    public static Stream Open(string name) => name is "-"
        ? Console.OpenStandardInput()
        : new FileStream(name, FileMode.Open, FileAccess.Read, FileShare.Read, 1, FileOptions.SequentialScan);

    /// <summary>The stream as UTF-8 JSON or CSV text, or what it is instead.</summary>
    /// <remarks>Plain: the text's bytes are the stream's own.</remarks>
    public static (Stream? Text, bool IsReport, string? Fault, bool IsPlain) Sniff(Stream stream)
    {
        var head = new byte[64];
        var length = ReadHead(stream, head);
        var whole = new ConcatStream(head.AsMemory(0, length), stream);
        return head.AsSpan(0, length) switch
        {
            [0x1F, 0x8B, ..] => Sniff(new GZipStream(whole, CompressionMode.Decompress)) with { IsPlain = false },
            [(byte)'P', (byte)'K', 0x03 or 0x05, ..] => (null, false, "a zip archive: unpack it and scan its contents", false),
            [0xFF, 0xFE, ..] => SniffText(Encoding.CreateTranscodingStream(whole, Encoding.Unicode, Encoding.UTF8)),
            [0xFE, 0xFF, ..] => SniffText(Encoding.CreateTranscodingStream(whole, Encoding.BigEndianUnicode, Encoding.UTF8)),
            var text => (whole, CredentialReport.Looks(Encoding.UTF8.GetString(text)), null, true),
        };
    }

    private static (Stream? Text, bool IsReport, string? Fault, bool IsPlain) SniffText(Stream utf8)
    {
        var head = new byte[64];
        var length = ReadHead(utf8, head);
        return (new ConcatStream(head.AsMemory(0, length), utf8), CredentialReport.Looks(Encoding.UTF8.GetString(head, 0, length)), null,
            false);
    }

    private static int ReadHead(Stream stream, byte[] head)
    {
        var length = 0;
        while (length < head.Length && stream.Read(head, length, head.Length - length) is var read and > 0)
        {
            length += read;
        }

        return length;
    }

    private static bool IsInput(string file) => Endings.Any(ending => file.EndsWith(ending, StringComparison.OrdinalIgnoreCase));
}
