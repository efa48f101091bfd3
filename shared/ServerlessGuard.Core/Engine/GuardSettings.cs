using System.Collections.Immutable;
using ServerlessGuard.Exemptions;
using ServerlessGuard.Guards;
using ServerlessGuard.Notifications;
using ServerlessGuard.Settings;

namespace ServerlessGuard.Engine;

/// <summary>
/// What a team decides for itself, from guard.yaml: what rules need, and a part for each stage. An absent file means all defaults.
/// </summary>
public sealed record GuardSettings : RuleSettings
{
    /// <summary>No file at all.</summary>
    public static GuardSettings Default { get; } = new();

    public RemediationSettings Remediation { get; init; } = RemediationSettings.Default;

    public NotificationSettings Notifications { get; init; } = NotificationSettings.Default;

    public ApprovalSettings Approvals { get; init; } = ApprovalSettings.Default;

    /// <summary>Accepted for a while, by whom and why.</summary>
    public ImmutableArray<Exemption> Exemptions { get; init; } = [];
}
