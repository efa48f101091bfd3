using ServerlessGuard.Findings;
using ServerlessGuard.Tables;
using ServerlessGuard.Verdicts;

namespace ServerlessGuard.Federation;

/// <summary>A finding, or a step of one, that the peer sent: exactly one of the two is there.</summary>
internal sealed record ArrivedRow(int Place, string Partition, Finding? Finding, FindingEvent? Step)
{
    public string Key { get; } = Finding is { } finding ? FindingKeys.Finding(finding) : FindingKeys.History(Step!);

    /// <summary>The counter row that the finding's resource counts in.</summary>
    public string Shard { get; } = FindingKeys.Summary(RowKeys.Hash(Finding?.Resource ?? Step!.Resource));

    /// <summary>Why it can be taken from nobody, in one sentence; null when it can.</summary>
    public string? Fault(DateTimeOffset now)
    {
        var (resource, revision, id, rule, latest) = Finding is { } finding
            ? (finding.Resource, finding.Revision, finding.Id, finding.RuleId, finding.CapturedAt)
            : (Step!.Resource, Step.Revision, Step.FindingId, Step.RuleId, Step.RecordedAt > Step.At ? Step.RecordedAt : Step.At);
        if (RowKeys.Partition(resource) != Partition)
        {
            return "the resource is in a different account than the row";
        }

        if (revision is < 1 or > FederationLimits.MaxRevision)
        {
            return "a revision out of range";
        }

        if (!Sound.Rule(rule))
        {
            return "a rule's id must be 1 to 100 letters, digits, dots, hyphens and slashes";
        }

        if (id != FindingId.Of(rule, resource))
        {
            return Finding is null
                ? "the event's finding does not match its rule and resource"
                : "the finding's id does not match its rule and resource";
        }

        if (!IsDefined(Finding?.Status ?? Step!.Status, Finding?.Severity ?? Step!.Severity))
        {
            return "an unknown status or severity";
        }

        // What a list holds is not checked when it is read.
        if (Finding?.Evidence.Any(static one => one is not { Path: not null, Value: not null }) ?? false)
        {
            return "evidence without a path or a value";
        }

        return latest > now + FederationLimits.Horizon ? "a time out of range" : null;
    }

    private static bool IsDefined(FindingStatus status, Severity severity) => Enum.IsDefined(status) && Enum.IsDefined(severity);
}
