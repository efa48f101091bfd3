using System.Text.Json;
using ServerlessGuard.Cli.Reports;
using ServerlessGuard.Findings;

namespace ServerlessGuard.Cli.Findings;

/// <summary>Writes steps as they come.</summary>
internal static class TimelineFormats
{
    public static async Task WriteAsync(string format, IAsyncEnumerable<FindingEvent> steps, TextWriter output)
    {
        switch (format)
        {
            case "json":
                await FindingFormats.JsonAsync(output, steps,
                    static step => JsonSerializer.Serialize(step, FindingsJson.Default.FindingEvent));
                break;
            case "csv":
                CsvFormat.Line(output, "at", "recorded_at", "step", "status", "severity", "rule", "provider", "account", "region", "type",
                    "resource", "actor", "detail", "finding", "revision");
                await foreach (var step in steps)
                {
                    var subject = step.Resource;
                    CsvFormat.Line(output, step.At.ToString("o"), step.RecordedAt.ToString("o"), step.Step.ToString(),
                        step.Status.ToString(), step.Severity.ToString(), step.RuleId,
                        subject.Provider.ToString(), subject.Account, subject.Region, subject.NativeType, subject.Id, step.Actor,
                        step.Detail, step.FindingId, step.Revision.ToString());
                }

                break;
            default:
                var count = 0;
                await foreach (var step in steps)
                {
                    count++;
                    output.WriteLine(
                        $"{Line(step)}  {Terminal.Safe(step.RuleId)}  {Terminal.Safe(step.Resource.Id)}  "
                            + $"{FindingFormats.Where(step.Resource)}");
                    output.WriteLine($"    {Detail(step)}");
                }

                output.WriteLine(count == 1 ? "1 step." : $"{count} steps.");
                break;
        }
    }

    public static string Line(FindingEvent step) =>
        $"{FindingFormats.Time(step.At)}  {step.Step.ToString().ToLowerInvariant(),-16} {step.Severity.ToString().ToLowerInvariant(),-8}";

    /// <summary>When it was recorded, by whom it was caused, and what it says.</summary>
    public static string Detail(FindingEvent step) =>
        $"recorded {FindingFormats.Time(step.RecordedAt)}{(step.Actor is { } actor ? ", by " + Terminal.Safe(actor) : string.Empty)}{(step.Detail is { Length: > 0 } detail ? ": " + Terminal.Safe(detail) : string.Empty)}";
}
