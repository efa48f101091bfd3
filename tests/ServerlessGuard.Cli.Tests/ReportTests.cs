using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using ServerlessGuard.Cli.Reports;
using ServerlessGuard.Tests;

namespace ServerlessGuard.Cli.Tests;

/// <summary>The output formats: their structure, and what hostile names and tags make of them.</summary>
public partial class ReportTests
{
    private const string Hostile = "<script>alert(1)</script>\u001b[31m\u202Egnp=cmd|'/c calc'!A0\u0007\",';--";

    [Theory]
    [InlineData("=1+1", "'=1+1")]
    [InlineData("@SUM(A1)", "'@SUM(A1)")]
    [InlineData("-2+3", "'-2+3")]
    [InlineData("+1", "'+1")]
    [InlineData("plain", "plain")]
    [InlineData("a,b", "\"a,b\"")]
    [InlineData("a\"b", "\"a\"\"b\"")]
    [InlineData("\t=1+1", "\uFFFD=1+1")]
    [InlineData("a\r\nb", "a\uFFFD\uFFFDb")]
    public void A_cell_is_never_a_formula(string text, string cell) => Assert.Equal(cell, CsvFormat.Cell(text));

    [Theory]
    [InlineData("table")]
    [InlineData("csv")]
    [InlineData("html")]
    [InlineData("json")]
    [InlineData("sarif")]
    [InlineData("ocsf")]
    [InlineData("asff")]
    public async Task Hostile_names_stay_text(string format)
    {
        var item = Repository.Fixture("aws/AWS-S3-Bucket/bad.json").Replace("\"resourceId\": \"", $"\"resourceId\": \"{JsonEncodedText.Encode(Hostile)}", StringComparison.Ordinal)
            .Replace("\"resourceName\": \"", $"\"resourceName\": \"{JsonEncodedText.Encode(Hostile)}", StringComparison.Ordinal)
            .Replace("\"ARN\": \"arn:aws:s3:::", $"\"ARN\": \"arn:aws:s3:::{JsonEncodedText.Encode(Hostile)}", StringComparison.Ordinal);
        Assert.Contains("alert", item, StringComparison.Ordinal);
        var guard = await Guard.Scan("hostile.json", item, "--format", format, "--all-verdicts");
        Assert.Equal(1, guard.Code);
        Assert.Contains("alert(1)", guard.Output, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', guard.Output);
        Assert.DoesNotContain('\u202E', guard.Output);
        Assert.DoesNotContain('\u0007', guard.Output);
        switch (format)
        {
            case "html":
                Assert.DoesNotContain("<script>alert", guard.Output, StringComparison.Ordinal);
                break;
            case "csv":
                Assert.All(Cells(guard.Output), cell => Assert.DoesNotMatch("^[=+@-]", cell));
                break;
            case "json" or "sarif" or "ocsf" or "asff":
                JsonDocument.Parse(guard.Output).Dispose();
                break;
        }
    }

    [Fact]
    public async Task Html_is_one_page_that_loads_nothing()
    {
        var page = (await Guard.Run("scan", Repository.Path("tests", "fixtures"), "--format", "html", "--as-of", Guard.Day)).Output;
        Assert.StartsWith("<!doctype html>", page, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotMatch(@"(?i)<(script|link|img|iframe)[^>]*(src|href)\s*=", page);
        Assert.DoesNotMatch(@"(?i)url\(|@import|https?://[^\s<]+\.(js|css|png|woff2?)", page);
        Assert.Contains("Content-Security-Policy", page, StringComparison.Ordinal);
    }

    /// <summary>Whatever stands in a document, the page has no other elements and attributes than its own.</summary>
    [Theory]
    [InlineData("aws/AWS-S3-Bucket/bad.json")]
    [InlineData("aws/AWS-IAM-Role/bad.json")]
    [InlineData("aws/AWS-KMS-Key/bad.json")]
    [InlineData("azure/Microsoft.Storage-storageAccounts/bad.json")]
    [InlineData("azure/Microsoft.KeyVault-vaults/bad.json")]
    public async Task Html_has_only_its_own_elements(string fixture)
    {
        const string Text = "x' onerror=alert(1) \"onfocus=\"alert(1)\"><img src=x onerror=alert(2)></script></style><!-- &lt;b&gt; javascript:alert(3)";
        var document = JsonNode.Parse(Repository.Fixture(fixture));
        Spoil(document, Text);
        var page = (await Guard.Scan("hostile.json", document!.ToJsonString(), "--format", "html", "--all-verdicts")).Output;
        Assert.Contains("alert(2)", page, StringComparison.Ordinal);
        var body = page[page.IndexOf("<body>", StringComparison.Ordinal)..page.IndexOf("</main><script>", StringComparison.Ordinal)];
        var elements = Element().Matches(body).Select(match => match.Value).ToList();
        Assert.Equal(body.Count(c => c is '<'), elements.Count);
        Assert.Equal(body.Count(c => c is '>'), elements.Count);
        Assert.Single(Element().Matches(page), match => match.Value.StartsWith("<script", StringComparison.OrdinalIgnoreCase));
    }

    /// <summary>Appends the text to every string that no rule and no reader needs to be as it is.</summary>
    private static void Spoil(JsonNode? node, string text)
    {
        switch (node)
        {
            case JsonObject values:
                foreach (var (name, value) in values.ToList())
                {
                    if (value is JsonValue scalar && scalar.TryGetValue<string>(out var old) && !old.StartsWith('{') && !old.StartsWith('%')
                        && name is not ("resourceType" or "type" or "configurationItemStatus" or "configurationItemCaptureTime" or "keyManager"))
                    {
                        values[name] = old + text;
                    }
                    else
                    {
                        Spoil(value, text);
                    }
                }

                break;
            case JsonArray list:
                foreach (var item in list)
                {
                    Spoil(item, text);
                }

                break;
        }
    }

    [GeneratedRegex("""</?(main|h1|p|ul|li|b|div|select|option|details|summary|span|br|dl|dt|dd|code|body|script|input)( (class|data-severity|data-cloud|id|type|placeholder|aria-label|value|role)="[A-Za-z -]*")*>""")]
    private static partial Regex Element();

    [Fact]
    public async Task Sarif_has_a_result_per_rule_and_subject()
    {
        var sarif = await Json("sarif");
        Assert.Equal("2.1.0", sarif.GetProperty("version").GetString());
        var run = Assert.Single(sarif.GetProperty("runs").EnumerateArray());
        var rules = run.GetProperty("tool").GetProperty("driver").GetProperty("rules").EnumerateArray().Select(rule => rule.GetProperty("id").GetString()!).ToList();
        var results = run.GetProperty("results").EnumerateArray().ToList();
        Assert.Equal(4, results.Select(result => result.GetProperty("kind").GetString()).Distinct().Count());
        Assert.All(results, result =>
        {
            Assert.Equal(result.GetProperty("kind").GetString() is "fail", result.GetProperty("level").GetString() is not "none");
            Assert.Equal(rules[result.GetProperty("ruleIndex").GetInt32()], result.GetProperty("ruleId").GetString()!.Split('/')[0]);
            var name = result.GetProperty("locations")[0].GetProperty("logicalLocations")[0].GetProperty("fullyQualifiedName").GetString()!;
            Assert.NotEmpty(name);
            Assert.Matches("^[0-9a-f]{20,}$|^.{20,}$", result.GetProperty("partialFingerprints").GetProperty("findingId/v1").GetString()!);
        });
        var pairs = results.Select(result => (result.GetProperty("ruleId").GetString(), result.GetProperty("locations")[0].GetProperty("logicalLocations")[0].GetProperty("fullyQualifiedName").GetString())).ToList();
        Assert.Equal(pairs.Count, pairs.Distinct().Count());
    }

    [Fact]
    public async Task Sarif_without_all_verdicts_has_fails_only()
    {
        var guard = await Guard.Run("scan", Repository.Path("tests", "fixtures"), "--format", "sarif", "--as-of", Guard.Day);
        Assert.All(JsonDocument.Parse(guard.Output).RootElement.GetProperty("runs")[0].GetProperty("results").EnumerateArray(), result => Assert.Equal("fail", result.GetProperty("kind").GetString()));
    }

    /// <summary>The attributes that compliance_finding of OCSF 1.4.0 requires, with their types and enumerations.</summary>
    [Fact]
    public async Task Ocsf_findings_carry_what_the_class_requires()
    {
        var findings = (await Json("ocsf")).EnumerateArray().ToList();
        Assert.NotEmpty(findings);
        Assert.All(findings, finding =>
        {
            Assert.Equal((2003, 2, 1, 200301), (Number(finding, "class_uid"), Number(finding, "category_uid"), Number(finding, "activity_id"), Number(finding, "type_uid")));
            Assert.InRange(Number(finding, "severity_id"), 1, 5);
            Assert.True(Number(finding, "time") > 1_700_000_000_000);
            Assert.Contains("cloud", finding.GetProperty("metadata").GetProperty("profiles").EnumerateArray().Select(profile => profile.GetString()));
            Assert.NotEmpty(finding.GetProperty("metadata").GetProperty("product").GetProperty("vendor_name").GetString()!);
            Assert.NotEmpty(finding.GetProperty("finding_info").GetProperty("uid").GetString()!);
            Assert.Contains(Number(finding.GetProperty("compliance"), "status_id"), new long[] { 1, 2, 3, 99 });
            Assert.NotEqual(0, finding.GetProperty("compliance").GetProperty("standards").GetArrayLength());
            Assert.Contains(finding.GetProperty("cloud").GetProperty("provider").GetString(), new[] { "AWS", "Azure" });
            Assert.NotEmpty(finding.GetProperty("resources")[0].GetProperty("uid").GetString()!);
        });
        var ids = findings.Select(finding => finding.GetProperty("finding_info").GetProperty("uid").GetString()).ToList();
        Assert.Equal(ids.Count, ids.Distinct().Count());
    }

    [Fact]
    public async Task Two_scans_name_a_finding_alike()
    {
        var first = await Guard.Run("scan", Repository.Path("tests", "fixtures"), "--format", "sarif", "--as-of", Guard.Day);
        var second = await Guard.Run("scan", Repository.Path("tests", "fixtures"), "--format", "sarif", "--as-of", Guard.Day);
        Assert.Equal(first.Output, second.Output);
    }

    private static async Task<JsonElement> Json(string format) =>
        JsonDocument.Parse((await Guard.Run("scan", Repository.Path("tests", "fixtures"), "--format", format, "--all-verdicts", "--as-of", Guard.Day)).Output).RootElement;

    private static long Number(JsonElement element, string name) => element.GetProperty(name).GetInt64();

    private static IEnumerable<string> Cells(string csv) => Cell().Matches(csv).Select(match => match.Groups["quoted"].Success ? match.Groups["quoted"].Value : match.Groups["plain"].Value);

    [GeneratedRegex("(^|,)(\"(?<quoted>([^\"]|\"\")*)\"|(?<plain>[^,\"\r\n]*))", RegexOptions.Multiline | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Cell();
}
