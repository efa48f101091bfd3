using ServerlessGuard.Findings;
using ServerlessGuard.Resources;
using ServerlessGuard.Tables;
using ServerlessGuard.Verdicts;

namespace ServerlessGuard.Cli.Findings;

/// <summary>Which findings and steps are asked for. What is empty or null does not narrow.</summary>
internal sealed record FindingFilter
{
    public Provider? Provider { get; init; }
    public string? Account { get; init; }

    /// <summary>Ids or their beginnings.</summary>
    public IReadOnlyList<string> Rules { get; init; } = [];

    public IReadOnlyList<Severity> Severities { get; init; } = [];
    public IReadOnlyList<FindingStatus> Statuses { get; init; } = [];

    /// <summary>Findings whose state was captured since; steps that happened since.</summary>
    public DateTimeOffset? Since { get; init; }

    public bool TakesPartition(string partition) =>
        (Provider is null || partition.StartsWith(RowKeys.Partition(Provider.Value, string.Empty), StringComparison.Ordinal))
        && (Account is null
            || partition[(partition.IndexOf(':', StringComparison.Ordinal) + 1)..].Equals(Account, StringComparison.OrdinalIgnoreCase));

    public bool Takes(Finding finding) => TakesRule(finding.RuleId) && (Since is null || finding.CapturedAt >= Since);

    public bool Takes(FindingEvent step) => TakesRule(step.RuleId)
        && (Severities.Count == 0 || Severities.Contains(step.Severity)) && (Statuses.Count == 0 || Statuses.Contains(step.Status));

    private bool TakesRule(string rule) => Rules.Count == 0 || Rules.Any(one => rule.StartsWith(one, StringComparison.OrdinalIgnoreCase));
}
