using ServerlessGuard.Findings;
using ServerlessGuard.Resources;
using ServerlessGuard.Tables;

namespace ServerlessGuard.Remediation.Seals;

/// <summary>Sealed plans, in a partition that only the remediating identity may write.</summary>
/// <remarks>
/// <code>
///   plan:HASH:RULE:PLAN    Seal   a plan with its before-state, as it was made; what is written is taken from here
///   part:HASH:RULE:PLAN:N  Seal   what did not fit in there
///   told:HASH:RULE:HOUR    Seal   that people were told of a refusal
/// </code>
/// </remarks>
public static class SealRows
{
    public static string Key(Finding finding, string planId) => Key(finding.Resource, finding.RuleId, planId);

    public static string Key(ResourceRef resource, string ruleId, string planId) =>
        $"plan:{RowKeys.Hash(resource)}:{RowKeys.Safe(ruleId)}:{RowKeys.Safe(planId)}";

    public static string Part(ResourceRef resource, string ruleId, string planId, int part) =>
        $"part:{RowKeys.Hash(resource)}:{RowKeys.Safe(ruleId)}:{RowKeys.Safe(planId)}:{RowKeys.Number(part)}";

    public static string Refusal(Finding finding, DateTimeOffset at) =>
        $"told:{RowKeys.Hash(finding.Resource)}:{RowKeys.Safe(finding.RuleId)}:{at.UtcDateTime:yyyyMMdd'T'HH}";

    public static TableRow Refused(string partition, Finding finding, DateTimeOffset at) =>
        new(partition, Refusal(finding, at), RowKind.Seal, "{}") { ExpiresAt = at + TimeSpan.FromHours(2) };

    public static SealedPlan Read(TableRow row) => Rows.Read(row, RemediationJson.Default.SealedPlan);

    public static TableRow Row(string partition, SealedPlan plan, string? version)
    {
        var key = Key(plan.Resource, plan.RuleId, plan.Plan.Id);
        return Rows.Write(partition, key, RowKind.Seal, plan, RemediationJson.Default.SealedPlan) with
            { Version = version, ExpiresAt = plan.UndoUntil };
    }
}
