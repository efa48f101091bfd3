using System.Text.Json;
using ServerlessGuard.Cli.Findings;
using ServerlessGuard.Cli.Input;
using ServerlessGuard.Cli.Reports;
using ServerlessGuard.Engine;
using ServerlessGuard.Evaluations;
using ServerlessGuard.Facts;
using ServerlessGuard.Findings;
using ServerlessGuard.Resources;
using ServerlessGuard.Rules;
using ServerlessGuard.Verdicts;

namespace ServerlessGuard.Cli.Tests;

/// <summary>Who reads of a finding reads that its rule is in preview, and nothing of the kind about any other.</summary>
public sealed class PreviewMarkTests
{
    private static readonly ResourceRef Bucket = new() { Provider = Provider.Aws, NativeType = "AWS::S3::Bucket", Id = "arn:aws:s3:::training-data", Account = "111122223333" };

    [Theory]
    [InlineData("table", "  (preview)")]
    [InlineData("html", " (preview)<br>")]
    [InlineData("json", "\"preview\": true")]
    public void A_report_marks_it(string format, string mark)
    {
        Assert.Contains(mark, Written(format, Maturity.Preview), StringComparison.Ordinal);
        Assert.DoesNotContain("preview", Written(format, Maturity.Stable), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void The_lists_of_findings_mark_it(bool isPreview)
    {
        var finding = JsonSerializer.Deserialize(
            """
            {"id":"SG-STOR-001-x","ruleId":"SG-STOR-001","resource":{"provider":"Aws","nativeType":"AWS::S3::Bucket","id":"arn:aws:s3:::x"},"title":"t","severity":"High","status":"Open",
             "reason":"r","revision":1,"capturedAt":"2026-11-01T12:00:00Z","openedAt":"2026-11-01T12:00:00Z","detectedBy":"Change","stages":{}}
            """, FindingsJson.Default.Finding)! with { Preview = isPreview };
        Assert.Equal(isPreview, FindingFormats.State(finding).EndsWith(", rule in preview", StringComparison.Ordinal));
    }

    private static string Written(string format, Maturity maturity)
    {
        var rule = RuleCatalog.BuiltIn.Find("SG-STOR-001")!.Descriptor with { Maturity = maturity };
        var found = new Evaluation(rule, Bucket, Verdict.NonCompliant("Anyone may read it.", new Evidence("a", "b")));
        var counts = default(VerdictCounts);
        counts.Add(found);
        IReportFormat writes = format switch { "table" => new TableFormat(), "html" => new HtmlFormat(), _ => new JsonFormat() };
        using var output = new StringWriter();
        writes.Write(
            new Report
            {
                Result = new ScanResult([found], counts, 1, []),
                Rules = [rule],
                Faults = new InputFaults(),
                At = DateTimeOffset.UnixEpoch,
                AllVerdicts = false,
                Color = false,
                Suppressions = new Suppressions([], new ScanNotes(GuardSettings.Default, new Assessor(RuleCatalog.BuiltIn, new FactContext(GuardSettings.Default, DateTimeOffset.UnixEpoch), [])), DateTimeOffset.UnixEpoch),
            },
            output);
        return output.ToString();
    }
}
