using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using ServerlessGuard.Findings;

namespace ServerlessGuard.Remediation;

/// <summary>From a state and what a remediator wants of it to a plan. Pure.</summary>
internal static class Planning
{
    /// <summary>Characters of one state that a finding carries.</summary>
    private const int MostShown = 8_192;

    public static RemediationPlan Plan(Finding finding, Remediator remediator, JsonNode live, Desired.Change change, DateTimeOffset now)
    {
        var before = live.ToJsonString();
        var after = change.To.ToJsonString();
        return new RemediationPlan
        {
            Id = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{finding.Id}\n{before}\n{after}")).AsSpan(0, 16)),
            Sentence = TextBounds.To(change.Sentence, TextBounds.Sentence),
            Before = before,
            After = after,
            Call = TextBounds.To(change.Call, TextBounds.Detail),
            Permissions = remediator.Descriptor.Permissions,
            Risk = change.Risk ?? remediator.Descriptor.Risk,
            PlannedAt = now,
        };
    }

    /// <summary>
    /// As a finding carries it: whole where it is small, else what differs, else a note. Only to be looked at: what is written comes from
    /// under the seal.
    /// </summary>
    public static RemediationPlan Shown(RemediationPlan plan)
    {
        if (plan.Apart is not null || Fits(plan.Before) && Fits(plan.After))
        {
            return plan;
        }

        var (before, after) = Differing.Of(JsonNode.Parse(plan.Before), JsonNode.Parse(plan.After));
        var (left, right) = (before?.ToJsonString() ?? "null", after?.ToJsonString() ?? "null");
        return plan with
        {
            Before = Fits(left) ? left : Note(plan.Before),
            After = Fits(right) ? right : Note(plan.After),
            Apart = $"only what differs is shown; the whole is stored apart: {Encoding.UTF8.GetByteCount(plan.Before)} bytes before, "
                + $"{Encoding.UTF8.GetByteCount(plan.After)} after",
        };
    }

    /// <summary>What a person is shown is this plan: the same words, call, risk and states, as far as a finding carries them.</summary>
    public static bool AreSame(RemediationPlan? shown, RemediationPlan? plan)
    {
        if (shown is null || plan is null)
        {
            return shown is null && plan is null;
        }

        var own = Shown(plan);
        return shown.Id == own.Id && shown.Sentence == own.Sentence && shown.Call == own.Call && shown.Risk == own.Risk
            && shown.Before == own.Before && shown.After == own.After;
    }

    private static bool Fits(string text) => text.Length <= MostShown && Seals.PlanParts.InJson(text) <= 2 * MostShown;

    private static string Note(string text) =>
        $"\"stored apart, {Encoding.UTF8.GetByteCount(text)} bytes, sha256 {Seals.SealContent.Digest(text)}\"";

    /// <summary>Whether the remediator, asked today, would bring the one state to the other.</summary>
    public static bool LeadsTo(Remediator remediator, Finding finding, JsonNode before, JsonNode after) =>
        remediator.Desire(before.DeepClone(), finding) is Desired.Change change && JsonNode.DeepEquals(change.To, after);
}
