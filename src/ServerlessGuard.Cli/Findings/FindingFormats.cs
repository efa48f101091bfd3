using System.Buffers;
using System.Text;
using System.Text.Json;
using ServerlessGuard.Cli.Reports;
using ServerlessGuard.Findings;
using ServerlessGuard.Resources;
using ServerlessGuard.Rules;
using ServerlessGuard.Verdicts;

namespace ServerlessGuard.Cli.Findings;

/// <summary>Writes findings as they come: whatever their number, one stands in memory. Every text of theirs is foreign.</summary>
internal static class FindingFormats
{
    public static Task WriteAsync(string format, IAsyncEnumerable<Finding> findings, TextWriter output) => format switch
    {
        "json" => JsonAsync(output, findings, static finding => JsonSerializer.Serialize(finding, FindingsJson.Default.Finding)),
        "ocsf" => JsonAsync(output, findings, Ocsf),
        "csv" => CsvAsync(output, findings),
        _ => TableAsync(output, findings),
    };

    /// <summary>An array with an element a line.</summary>
    public static async Task JsonAsync<T>(TextWriter output, IAsyncEnumerable<T> items, Func<T, string> text)
    {
        output.Write('[');
        var first = true;
        await foreach (var item in items)
        {
            output.Write(first ? "\n" : ",\n");
            output.Write(text(item));
            first = false;
        }

        output.WriteLine(first ? "]" : "\n]");
    }

    public static string Where(ResourceRef subject) => Terminal.Safe(
        $"({(subject.Provider is Provider.Aws ? "AWS" : "Azure")}{(subject.Account is { } account ? " " + account : string.Empty)}{(subject.Region is { } region ? ", " + region : string.Empty)})");

    public static string Time(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss'Z'");

    private static async Task TableAsync(TextWriter output, IAsyncEnumerable<Finding> findings)
    {
        var count = 0;
        await foreach (var finding in findings)
        {
            count++;
            output.WriteLine(
                $"{finding.Severity.ToString().ToUpperInvariant(),-9} {Terminal.Safe(finding.RuleId),-12} "
                    + $"{Terminal.Safe(finding.Resource.Id)}  {Where(finding.Resource)}");
            output.WriteLine($"    {Terminal.Safe(finding.Title)}: {Terminal.Safe(finding.Reason)}");
            output.WriteLine($"    {State(finding)}  {Terminal.Safe(finding.Id)}");
        }

        output.WriteLine(count == 1 ? "1 finding." : $"{count} findings.");
    }

    public static string State(Finding finding)
    {
        var accepted = finding.ExemptionId is { } exemption ? $" by {Terminal.Safe(exemption)}" : string.Empty;
        var again = finding.Reopened > 0 ? $", reopened {finding.Reopened} ×" : string.Empty;
        var until = finding.ResolvedAt is { } resolved ? $" until {Time(resolved)}" : string.Empty;
        var preview = finding.Preview ? ", rule in preview" : string.Empty;
        return $"{finding.Status.ToString().ToLowerInvariant()}{accepted} since {Time(finding.OpenedAt)}{until}{again}{preview}";
    }

    private static async Task CsvAsync(TextWriter output, IAsyncEnumerable<Finding> findings)
    {
        CsvFormat.Line(output, "id", "rule", "title", "status", "severity", "provider", "account", "region", "type", "resource", "reason",
            "captured_at", "opened_at", "resolved_at",
            "reopened", "exemption", "treatment", "actor");
        await foreach (var finding in findings)
        {
            var subject = finding.Resource;
            CsvFormat.Line(output, finding.Id, finding.RuleId, finding.Title, finding.Status.ToString(), finding.Severity.ToString(),
                subject.Provider.ToString(), subject.Account, subject.Region,
                subject.NativeType, subject.Id, finding.Reason, finding.CapturedAt.ToString("o"), finding.OpenedAt.ToString("o"),
                finding.ResolvedAt?.ToString("o"),
                finding.Reopened.ToString(), finding.ExemptionId, finding.Treatment?.State.ToString(), finding.Actor);
        }
    }

    private static string Ocsf(Finding finding)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            OcsfFinding.Write(writer, new OcsfFinding
            {
                Id = finding.RuleId,
                Title = finding.Title,
                Severity = finding.Severity,
                Compliance = finding.Status is FindingStatus.Resolved ? Compliance.Compliant : Compliance.NonCompliant,
                Subject = finding.Resource,
                Evidence = finding.Evidence,
                Time = finding.Stages.Recorded ?? finding.CapturedAt,
                FirstSeen = finding.OpenedAt,
                LastSeen = finding.CapturedAt,
                Reason = finding.Reason,
                Detail = finding.Reason,
                IsSuppressed = finding.Status is FindingStatus.Suppressed,
                Rule = RuleCatalog.BuiltIn.Find(SubFinding.RuleOf(finding.RuleId))?.Descriptor,
            });
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }
}
