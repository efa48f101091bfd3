using ServerlessGuard.Findings;
using ServerlessGuard.Resources;
using ServerlessGuard.Tables;
using ServerlessGuard.Verdicts;

namespace ServerlessGuard.EndToEnd.Tests.Attacks;

/// <summary>What somebody who may write every row of a table, and nothing else, puts there.</summary>
internal static class PlantedRows
{
    /// <summary>A finding that claims a fix is under way: before and after are the attacker's own.</summary>
    public static Finding Finding(ResourceRef resource, string rule, string remediation, TreatmentState state, string before, string after, string? planId = null)
    {
        var now = DateTimeOffset.UtcNow;
        return new Finding
        {
            Id = FindingId.Of(rule, resource),
            RuleId = rule,
            Resource = resource,
            Title = "planted",
            Severity = Severity.Critical,
            Status = FindingStatus.Open,
            Reason = "planted",
            Revision = 1,
            CapturedAt = now,
            OpenedAt = now,
            DetectedBy = DetectedBy.Change,
            Remediation = remediation,
            Stages = new FindingStages { Captured = now, Recorded = now },
            Treatment = new Treatment
            {
                State = state,
                At = now,
                By = "kim",
                Approvals = ["slack:U0KIM", "slack:U0SAM"],
                Plan = new RemediationPlan
                {
                    Id = planId ?? "0123456789abcdef0123456789abcdef",
                    Sentence = "planted",
                    Before = before,
                    After = after,
                    Call = "planted",
                    Permissions = [],
                    Risk = Risk.None,
                    PlannedAt = now,
                },
            },
        };
    }

    /// <summary>The finding, and the entry that asks for its fix: two rows, as the recorder would have written them.</summary>
    public static async Task<string> PlantAsync(ITable table, Finding finding)
    {
        var partition = RowKeys.Partition(finding.Resource);
        var known = await table.FindAsync(partition, FindingKeys.Finding(finding), CancellationToken.None);
        var next = known is null ? finding : finding with { Revision = FindingRows.Finding(known).Revision + 1 };
        var change = FindingChange.Of(before: null, next, FindingStep.Approved, DateTimeOffset.UtcNow, DateTimeOffset.UtcNow, "kim", "planted");
        var entry = OutboxRows.Row(partition, OutboxEntry.Of(OutboxKind.Remediate, change), version: null);
        if (await table.FindAsync(RowKeys.Directory, RowKeys.Account(partition), CancellationToken.None) is null)
        {
            await table.CommitAsync(RowKeys.Directory, [new TableWrite.Insert(AccountRows.Row(partition))], CancellationToken.None);
        }

        Assert.True(await table.CommitAsync(
            partition, [new TableWrite.Put(FindingRows.Row(partition, next, version: null)), new TableWrite.Put(FindingRows.IndexRow(partition, next)), new TableWrite.Put(entry)], CancellationToken.None));
        return entry.Key;
    }
}
