using ServerlessGuard.Findings;
using ServerlessGuard.Remediation;
using ServerlessGuard.Tables;

namespace ServerlessGuard.EndToEnd.Tests.Aws;

/// <summary>A table without what differs from run to run: times, versions, and the order in which two independent steps were recorded.</summary>
internal static class TableShape
{
    public static async Task<IReadOnlyList<string>> OfAsync(ITable table, string partition)
    {
        var lines = new List<string>();
        var fixes = 0;
        await foreach (var row in table.QueryAsync(partition, "!", "~", null, CancellationToken.None))
        {
            switch (row.Kind)
            {
                case RowKind.Finding:
                    lines.Add("finding " + Line(FindingRows.Finding(row)));
                    break;
                case RowKind.Index:
                    lines.Add($"index {row.Key} {Line(FindingRows.Finding(row))}");
                    break;
                case RowKind.Event:
                    var step = FindingRows.Event(row);
                    lines.Add($"{(row.Key[0] is 'h' ? "history" : "timeline")} {step.RuleId} {step.Step}");
                    break;
                case RowKind.Summary:
                    lines.Add($"summary {row.Key} {string.Join(' ', FindingRows.Summary(row).Counts)}");
                    break;
                case RowKind.Outbox:
                    var entry = OutboxRows.Read(row);
                    lines.Add($"outbox {entry.Kind} {entry.RuleId} {entry.Step}");
                    break;
                case RowKind.Due:
                    lines.Add("a plan that waits");
                    break;
                case RowKind.Breaker:
                    fixes += BreakerRows.Read(row).Fixes;
                    break;
                case RowKind.Resource:
                    var state = FindingRows.Resource(row);
                    lines.Add($"resource {state.Resource.Id} deleted={state.Deleted} gaps={string.Join(',', state.Gaps.Select(gap => gap.RuleId))}");
                    break;
                default:
                    lines.Add($"{row.Kind} {row.Key}");
                    break;
            }
        }

        lines.Add($"breaker {fixes}");
        lines.Sort(StringComparer.Ordinal);
        return lines;
    }

    private static string Line(Finding finding) =>
        $"{finding.RuleId} {finding.Resource.Id} {finding.Status} {finding.Treatment?.State} fixes={finding.Treatment?.Fixes.Length} reopened={finding.Reopened} revision={finding.Revision}";
}
