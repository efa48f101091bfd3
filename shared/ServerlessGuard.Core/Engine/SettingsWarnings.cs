using ServerlessGuard.Guards;
using ServerlessGuard.Settings;

namespace ServerlessGuard.Engine;

/// <summary>
/// Settings that are allowed and that somebody should know of: each one line with its key, what it means, and what to do.
/// </summary>
public static class SettingsWarnings
{
    public static IEnumerable<string> Of(GuardSettings settings)
    {
        var wider = string.Join(", ", settings.Approvals.WiderFromPeer.Select(kind => kind.ToString().ToLowerInvariant()));
        if (wider.Length > 0)
        {
            yield return $"approvals.fromPeer: whoever controls the other cloud can {wider} here in any approver's name; list only stop "
                + $"and reject unless that is what you want";
        }

        if (settings.Approvals.PeerLiftsOwnStop)
        {
            yield return "approvals.peerLiftsOwnStop: whoever controls the other cloud can lift a stop that was issued here; omit it "
                + "unless that is what you want";
        }

        if (HeldBack(settings.Remediation) is { } held)
        {
            yield return held;
        }

        foreach (var line in Tags(settings))
        {
            yield return line;
        }
    }

    /// <summary>A stack that once set the mode with GUARD_MODE holds its own guard.yaml back.</summary>
    private static string? HeldBack(RemediationSettings remediation)
    {
        var most = remediation.Rules.Values.Append(remediation.Mode).Max();
        return most > remediation.AtMost
            ? $"GUARD_MODE is {Word(remediation.AtMost)}: nothing goes further here, although guard.yaml lets fixes go as far as "
                + $"{Word(most)}; set it to {Word(RemediationMode.Enforce)} to follow guard.yaml"
            : null;
    }

    private static string Word(RemediationMode mode) => mode.ToString().ToLowerInvariant();

    /// <summary>Tags that were enough by themselves before values could be listed.</summary>
    private static IEnumerable<string> Tags(GuardSettings settings)
    {
        if (settings.TrustAnyTagValue)
        {
            yield return "trustAnyTagValue: anyone who may tag a resource can protect it from fixes, lower its severities and approve a "
                + "deletion if no values are listed; list the values instead";
            yield break;
        }

        if (settings.NeverTouchTags != RuleSettings.DefaultNeverTouchTags)
        {
            foreach (var tag in settings.NeverTouchTags.Where(tag => tag.Value.IsEmpty).Select(tag => tag.Key)
                .Order(StringComparer.Ordinal))
            {
                yield return $"remediation.neverTouchTags: {tag} has no effect until its values are listed, as in {{{tag}: "
                    + $"[payments-team]}}";
            }
        }

        foreach (var change in settings.SeverityOverrides.Where(change => !change.Raises && change.Values.Count == 0))
        {
            yield return $"severityOverrides: {change.Tag} has no effect until its values are listed";
        }

        if (settings.ApprovedDeletionTag != GuardSettings.Default.ApprovedDeletionTag && settings.ApprovedDeletionValues.IsEmpty)
        {
            yield return $"approvedDeletionTag: {settings.ApprovedDeletionTag} has no effect until its values are listed, as in "
                + $"{{{settings.ApprovedDeletionTag}: [CHG-1042]}}";
        }
    }
}
