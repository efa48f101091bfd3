using System.Diagnostics;
using System.IO.Compression;
using System.Text;
using ServerlessGuard.Cli.Spill;
using ServerlessGuard.Tests;

namespace ServerlessGuard.Cli.Tests;

/// <summary>A scan that does not fit into memory says what one says that does.</summary>
public class LargeScanTests
{
    private static readonly ScanRoom None = new(0, 0);

    [Theory]
    [InlineData("table")]
    [InlineData("table", "--all-verdicts")]
    [InlineData("json")]
    [InlineData("json", "--all-verdicts")]
    [InlineData("csv", "--all-verdicts")]
    [InlineData("html")]
    [InlineData("ocsf", "--all-verdicts")]
    [InlineData("sarif")]
    [InlineData("asff")]
    public async Task Every_report_is_the_same_with_no_room_at_all(string format, params string[] options)
    {
        string[] arguments = ["scan", Repository.Path("tests", "fixtures"), "--format", format, "--as-of", Guard.Day, .. options];
        var usual = await Guard.Run(arguments);
        var far = await Guard.Run(None, arguments);
        Assert.NotEmpty(usual.Output);
        Assert.Equal(usual.Output, far.Output);
        Assert.Equal(Lasting(usual), Lasting(far));
        Assert.Equal(usual.Code, far.Code);
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("utf-16")]
    [InlineData("utf-8 with a mark")]
    [InlineData("json in a string")]
    [InlineData("lines")]
    public async Task Records_are_read_again_from_inputs_of_every_kind(string kind)
    {
        var items = Directory.EnumerateFiles(Repository.Path("tests", "fixtures", "aws"), "*.json", SearchOption.AllDirectories)
            .Order(StringComparer.Ordinal).Select(file => BadInput.Compact(File.ReadAllText(file))).ToList();
        var list = $"{{\"configurationItems\":[{string.Join(",\n ", items)}]}}";
        using var folder = new Folder();
        var file = kind switch
        {
            "gzip" => folder.Write("items.json.gz", Packed(list)),
            "utf-16" => folder.Write("items.json", [0xFF, 0xFE, .. Encoding.Unicode.GetBytes(list)]),
            "utf-8 with a mark" => folder.Write("items.json", [0xEF, 0xBB, 0xBF, .. Encoding.UTF8.GetBytes(list)]),
            "json in a string" => folder.Write("items.jsonl", string.Join('\n', items.Select(item => System.Text.Json.Nodes.JsonValue.Create(item)!.ToJsonString()))),
            _ => folder.Write("items.jsonl", string.Join("\n\n", items)),
        };
        string[] arguments = ["scan", file, "--format", "json", "--all-verdicts", "--as-of", Guard.Day];
        var usual = await Guard.Run(arguments);
        var far = await Guard.Run(None, arguments);
        Assert.Contains("SG-STOR-001", usual.Output, StringComparison.Ordinal);
        Assert.Equal(usual.Output, far.Output);
    }

    [Fact]
    public void Texts_come_back_as_they_were()
    {
        using var file = new TempFile();
        var writer = new SpillWriter();
        string?[] texts = [null, string.Empty, "plain", "\ud800", "ab\udc00", "ü 漢 \U0001F600", new string('x', 100_000), "\0\u202e"];
        foreach (var text in texts)
        {
            writer.Text(text);
        }

        file.Append("before"u8);
        var start = file.Append(writer.Bytes);
        var reader = new SpillReader(file, start, file.Length - start, 16);
        foreach (var text in texts)
        {
            Assert.Equal(text, reader.Text());
        }

        Assert.True(reader.IsAtEnd);
    }

    [Fact]
    public void The_temporary_file_is_ours_alone_and_has_no_name()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        using var file = new TempFile();
        file.Append("x"u8);
        Assert.DoesNotContain(Directory.EnumerateFiles(Path.GetTempPath(), "guard-*"), name => new FileInfo(name).Length == 1);
    }

    [Fact]
    public async Task No_room_for_a_temporary_file_is_one_line()
    {
        var bucket = BadInput.Compact(Repository.Fixture("aws/AWS-S3-Bucket/bad.json"));
        using var folder = new Folder();
        var input = folder.Write("many.json.gz",
            Packed(string.Join('\n', Enumerable.Range(0, 12_000).Select(i => bucket.Replace("arn:aws:s3:::", $"arn:aws:s3:::{i}-", StringComparison.Ordinal)))));
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "guard.dll"), "scan", input])
            { RedirectStandardError = true, RedirectStandardOutput = true, UseShellExecute = false };
        start.Environment[OperatingSystem.IsWindows() ? "TMP" : "TMPDIR"] = Path.Combine(folder.Path, "missing");
        start.Environment["DOTNET_EnableDiagnostics"] = "0";
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var complaints = (await process.StandardError.ReadToEndAsync()).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        await process.WaitForExitAsync();
        Assert.Equal(2, process.ExitCode);
        Assert.Empty(await output);
        Assert.Contains("needs a temporary file", Assert.Single(complaints, line => !line.StartsWith("scanning: ", StringComparison.Ordinal)), StringComparison.Ordinal);
    }

    /// <summary>Without the lines of progress, which a slow machine shows.</summary>
    private static IEnumerable<string> Lasting(Guard guard) =>
        guard.ComplaintLines.Where(line => !line.StartsWith("scanning: ", StringComparison.Ordinal));

    private static byte[] Packed(string text)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest))
        {
            gzip.Write(Encoding.UTF8.GetBytes(text));
        }

        return packed.ToArray();
    }

    private static class BadInput
    {
        public static string Compact(string json) => System.Text.Json.Nodes.JsonNode.Parse(json)!.ToJsonString();
    }
}
