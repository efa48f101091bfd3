namespace ServerlessGuard.Settings;

/// <summary>Settings that are allowed and that somebody should know of: each one line with its key, what it means, and what to do.</summary>
public static class SettingsWarnings
{
    public static IEnumerable<string> Of(GuardSettings settings)
    {
        var wider = string.Join(", ", settings.Approvals.WiderFromPeer.Select(kind => kind.ToString().ToLowerInvariant()));
        if (wider.Length > 0)
        {
            yield return $"approvals.fromPeer: whoever holds the other cloud may {wider} here in any approver's name; leave only stop and reject unless that is what you want";
        }

        if (settings.Approvals.PeerLiftsOwnStop)
        {
            yield return "approvals.peerLiftsOwnStop: whoever holds the other cloud may lift a stop that was ordered here; leave it out unless that is what you want";
        }
    }
}
