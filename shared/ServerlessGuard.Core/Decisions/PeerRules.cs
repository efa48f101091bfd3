using ServerlessGuard.Exemptions;
using ServerlessGuard.Findings;
using ServerlessGuard.Guards;

namespace ServerlessGuard.Decisions;

/// <summary>
/// What a command that was given in the other cloud has to be beyond one that was given here: of an allowed kind, about one thing, and
/// short.
/// </summary>
internal static class PeerRules
{
    /// <summary>How far apart the two clouds' clocks may be.</summary>
    public static readonly TimeSpan Skew = TimeSpan.FromMinutes(10);

    /// <summary>
    /// Why it is not taken, in one sentence; null: it is. By the command alone: asked when it comes in, and again when it is carried out.
    /// </summary>
    public static string? Forbids(Command command, ApprovalSettings settings, DateTimeOffset now)
    {
        // What the peer's word is not enough for becomes a question, in the owner's own words.
        if (Proof.IsNeeded(command.Kind, settings))
        {
            return null;
        }

        if (!settings.FromPeer.Contains(command.Kind))
        {
            return $"{command.Kind} is not accepted from the peer (approvals.fromPeer)";
        }

        return command is { Kind: CommandKind.Exempt, Exemption: { } asked } ? Forbids(command.FindingId, asked, settings, now) : null;
    }

    /// <summary>Whether the exemption says exactly what the finding is about.</summary>
    public static bool IsFor(Exemption exemption, Finding finding) =>
        finding.RuleId.Equals(exemption.RuleId, StringComparison.OrdinalIgnoreCase)
        && exemption.ResourceId is { } resource && (finding.Resource with { Id = resource }).Key == finding.Resource.Key
        && (exemption.Account is null || exemption.Account.Equals(finding.Resource.Account, StringComparison.OrdinalIgnoreCase));

    private static string? Forbids(string? findingId, Exemption asked, ApprovalSettings settings, DateTimeOffset now)
    {
        if (findingId is null || FindingId.RowKey(findingId) is null || asked.RuleId is null || asked.ResourceId is null
            || asked.Tag is not null)
        {
            return "an exemption from the peer must be for one finding: its id, rule and resource, and no tag";
        }

        // The two clocks differ, and the command was on its way: a whole number of days is still that.
        return asked.ExpiresAt > now + TimeSpan.FromDays(settings.MaxPeerExemptionDays) + Skew
            ? $"an exemption from the peer must end within {settings.MaxPeerExemptionDays} days (approvals.maxPeerExemptionDays)"
            : null;
    }
}
