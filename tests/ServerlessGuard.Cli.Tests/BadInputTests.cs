using System.IO.Compression;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using ServerlessGuard.Tests;

namespace ServerlessGuard.Cli.Tests;

/// <summary>What cannot be read costs one line and itself; the rest is judged and counted.</summary>
public class BadInputTests
{
    private static readonly string Good = Compact("aws/AWS-S3-Bucket/good.json");
    private static readonly string Bad = Compact("aws/AWS-KMS-Key/bad.json");

    [Theory]
    [InlineData("", "empty file")]
    [InlineData("   \n\n", "empty file")]
    [InlineData("hello", "not JSON: \"hello\"")]
    [InlineData("{\"resourceType\":\"AWS::S3::Bucket\",", "cut off at byte")]
    [InlineData("[", "the list is cut off")]
    [InlineData("{\"a\":}", "not JSON")]
    [InlineData("{}", "")]
    [InlineData("[1,2,true,null,\"x\"]", "")]
    [InlineData("{\"resourceType\":5}", "")]
    [InlineData("PK\u0003\u0004 and more", "a zip archive: unpack it and scan its contents")]
    public async Task Nothing_usable_is_one_line_a_fault_and_exit_2(string content, string complaint)
    {
        var guard = await Guard.Scan("input.json", content);
        Assert.Equal(2, guard.Code);
        Assert.Contains(complaint, guard.Complaints, StringComparison.Ordinal);
        Assert.Contains("input.json", guard.ComplaintLines[0], StringComparison.Ordinal);
        Assert.Contains("items unreadable", guard.ComplaintLines[^1], StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", guard.Complaints, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a truncated one", "{\"resourceType\":\"AWS::S3::Bucket\",\"resourceId\":\"x\",\"configuration\":{", 1)]
    [InlineData("no JSON at all", "this is not json", 1)]
    [InlineData("an unknown shape", "{\"hello\":\"world\"}", 1)]
    [InlineData("a number", "42", 1)]
    [InlineData("JSON with a comma too many", "{\"resourceType\":\"AWS::S3::Bucket\",}", 1)]
    public async Task One_bad_line_among_good_ones_costs_itself(string what, string line, int unreadable)
    {
        // A truncated object swallows what follows it: it stands last.
        var guard = await Guard.Scan("items.jsonl", $"{Good}\n{Bad}\n{line}\n", "--format", "json");
        using var report = JsonDocument.Parse(guard.Output);
        Assert.Equal(2, report.RootElement.GetProperty("resources").GetInt32());
        Assert.True(unreadable == report.RootElement.GetProperty("counts").GetProperty("unreadable").GetInt32(), what);
        Assert.Equal(1, guard.Code);
        Assert.Contains($"{unreadable} of 3 items unreadable", guard.Complaints, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_bad_element_of_a_list_costs_itself()
    {
        var guard = await Guard.Scan("list.json", $"{{\"configurationItems\":[{Good},{{\"resourceType\": tru}},[],{Bad}]}}", "--format", "json");
        Assert.Equal(2, JsonDocument.Parse(guard.Output).RootElement.GetProperty("resources").GetInt32());
        Assert.Contains("list.json item 2: not JSON", guard.Complaints, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nesting_of_ten_thousand_levels_is_one_line()
    {
        var deep = string.Concat(Enumerable.Repeat("{\"a\":[", 5000)) + string.Concat(Enumerable.Repeat("]}", 5000));
        var guard = await Guard.Scan("deep.jsonl", $"{Good}\n{deep}\n{Bad}\n");
        Assert.Equal(1, guard.Code);
        Assert.Contains("deep.jsonl item 2: nested deeper than", guard.Complaints, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_item_above_the_limit_is_one_line()
    {
        var guard = await Guard.Scan("large.jsonl", $"{Good}\n{{\"resourceType\":\"AWS::S3::Bucket\",\"x\":\"{new string('x', 17 * 1024 * 1024)}\"}}\n{Bad}\n", "--format", "json");
        Assert.Equal(2, JsonDocument.Parse(guard.Output).RootElement.GetProperty("resources").GetInt32());
        Assert.Contains("large.jsonl item 2: larger than 16 MB", guard.Complaints, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Invalid_utf8_costs_its_item()
    {
        var broken = Encoding.UTF8.GetBytes($"{Good}\n{Bad}\n");
        broken[40] = 0xFF;
        var guard = await Guard.Scan("broken.jsonl", broken, "--format", "json");
        Assert.Equal(1, JsonDocument.Parse(guard.Output).RootElement.GetProperty("resources").GetInt32());
        Assert.Contains("broken.jsonl item 1: invalid UTF-8", guard.Complaints, StringComparison.Ordinal);
    }

    public static TheoryData<string> Encodings => ["utf-8 with a mark", "utf-16", "utf-16 big endian", "gzip", "gzip named .json"];

    [Theory]
    [MemberData(nameof(Encodings))]
    public async Task Encodings_are_told_by_content(string encoding)
    {
        var (name, bytes) = encoding switch
        {
            "utf-8 with a mark" => ("a.json", [.. Encoding.UTF8.Preamble, .. Encoding.UTF8.GetBytes(Bad)]),
            "utf-16" => ("a.json", [.. Encoding.Unicode.Preamble, .. Encoding.Unicode.GetBytes(Bad)]),
            "utf-16 big endian" => ("a.json", [.. Encoding.BigEndianUnicode.Preamble, .. Encoding.BigEndianUnicode.GetBytes(Bad)]),
            "gzip" => ("a.json.gz", Gzip(Bad)),
            _ => ("a.json", Gzip(Bad)),
        };
        var guard = await Guard.Scan(name, bytes, "--format", "csv");
        Assert.Equal(1, guard.Code);
        Assert.Contains("SG-KEY-002", guard.Output, StringComparison.Ordinal);
        Assert.Empty(guard.Complaints);
    }

    [Fact]
    public async Task A_damaged_gzip_file_is_one_line()
    {
        var whole = Gzip(string.Concat(Enumerable.Range(0, 400).Select(i => $"{{\"hello\":\"{i * 7919}\"}}\n")));
        var guard = await Guard.Scan("cut.json.gz", whole[..(whole.Length / 2)]);
        Assert.Equal(2, guard.Code);
        Assert.Contains("cut.json.gz", guard.Complaints, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_last_of_two_equal_keys_counts_and_wrong_types_are_not_guessed()
    {
        var twice = await Guard.Scan("twice.json", Bad.Replace("\"resourceType\"", "\"resourceType\":\"AWS::EC2::Volume\",\"resourceType\"", StringComparison.Ordinal), "--format", "csv");
        Assert.Contains("SG-KEY-002", twice.Output, StringComparison.Ordinal);

        var types = """{"resourceType":"AWS::KMS::Key","resourceId":7,"ARN":["x"],"configuration":[1,{"keyState":{}}],"supplementaryConfiguration":"{","tags":3,"configurationItemCaptureTime":false,"awsRegion":{}}""";
        var guard = await Guard.Scan("types.json", types, "--format", "json", "--all-verdicts");
        Assert.NotEqual(1, guard.Code);
        Assert.DoesNotContain("a bug in ServerlessGuard", guard.Complaints, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Unknown_types_are_accepted_and_said_nothing_about()
    {
        var guard = await Guard.Scan("unknown.json", """{"resourceType":"AWS::Future::Thing","resourceId":"t","awsAccountId":"111122223333","configurationItemStatus":"OK","configuration":{}}""");
        Assert.Equal(0, guard.Code);
        Assert.Empty(guard.Complaints);
    }

    [Fact]
    public async Task What_does_not_exist_and_a_folder_without_input_are_one_line()
    {
        var missing = await Guard.Run("scan", "/no/such/place.json");
        Assert.Equal((2, "/no/such/place.json: no such file or folder"), (missing.Code, missing.ComplaintLines[0]));
        using var folder = new Folder();
        folder.Write("readme.md", "nothing");
        var empty = await Guard.Run("scan", folder.Path);
        Assert.Equal(2, empty.Code);
        Assert.Contains("contains no .json, .jsonl, .json.gz or .csv file", empty.Complaints, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Two_hundred_complaints_are_printed_and_all_are_counted()
    {
        var guard = await Guard.Scan("many.jsonl", Bad + "\n" + string.Concat(Enumerable.Repeat("{\"no\":1}\n", 1000)));
        Assert.Contains("1000 of 1001 items unreadable", guard.Complaints, StringComparison.Ordinal);
        Assert.InRange(guard.ComplaintLines.Count, 200, 205);
    }

    private static byte[] Gzip(string text)
    {
        using var buffer = new MemoryStream();
        using (var zip = new GZipStream(buffer, CompressionLevel.Fastest))
        {
            zip.Write(Encoding.UTF8.GetBytes(text));
        }

        return buffer.ToArray();
    }

    private static string Compact(string fixture) => JsonNode.Parse(Repository.Fixture(fixture))!.ToJsonString();
}
