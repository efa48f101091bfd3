using System.Collections.Immutable;
using ServerlessGuard.Verdicts;

namespace ServerlessGuard.Guards;

/// <summary>The <c>remediation</c> part of guard.yaml.</summary>
public sealed record RemediationSettings
{
    public static RemediationSettings Default { get; } = new();

    /// <summary>For rules that are not named.</summary>
    public RemediationMode Mode { get; init; } = RemediationMode.Observe;

    public ImmutableDictionary<string, RemediationMode> Rules
        { get; init; } = ImmutableDictionary.Create<string, RemediationMode>(StringComparer.OrdinalIgnoreCase);

    /// <summary>The most that is allowed in an account, whatever the rule may do elsewhere.</summary>
    public ImmutableDictionary<string, RemediationMode> Accounts
        { get; init; } = ImmutableDictionary.Create<string, RemediationMode>(StringComparer.OrdinalIgnoreCase);

    /// <summary>
    /// Rules whose irreversible or availability-risking plans may be enforced all the same. Without it they wait for a person.
    /// </summary>
    public ImmutableHashSet<string> EnforceRisky { get; init; } = ImmutableHashSet.Create<string>(StringComparer.OrdinalIgnoreCase);

    /// <summary>
    /// The circuit breaker: fixes per rule, account and clock hour, of critical findings and of all others each. Beyond it plans are
    /// proposed only.
    /// </summary>
    public int MaxFixesPerHour { get; init; } = 20;

    /// <summary>The same for what people asked for, approved fixes and undos. Null: five times <see cref="MaxFixesPerHour"/>.</summary>
    public int? MaxApprovedPerHour { get; init; }

    public int Ceiling(bool isApproved) =>
        isApproved ? MaxApprovedPerHour ?? (int)Math.Min(int.MaxValue, 5L * MaxFixesPerHour) : MaxFixesPerHour;

    /// <summary>
    /// The loop guard: how often one finding is fixed within <see cref="LoopWindow"/> before "something re-applies this" is escalated
    /// instead.
    /// </summary>
    public int MaxFixesPerFinding { get; init; } = 2;

    public TimeSpan LoopWindow { get; init; } = TimeSpan.FromHours(1);

    /// <summary>
    /// How long after a deployment's first plan everything that would be enforced is only proposed; then it is planned again.
    /// </summary>
    public TimeSpan DryWindow { get; init; } = TimeSpan.FromHours(24);

    /// <summary>Azure: where a built-in policy of the same intent is assigned, let a PolicyInsights remediation task do the fix.</summary>
    public bool AzurePolicyTasks { get; init; }

    /// <summary>
    /// The most that this deployment does, whatever guard.yaml says: a host's GUARD_MODE. It holds rules back and never lets one do more,
    /// so that guard.yaml alone says what has to be permitted.
    /// </summary>
    public RemediationMode AtMost { get; init; } = RemediationMode.Enforce;

    /// <summary>
    /// The rule's mode (or the default one), capped by the account's and the deployment's. A sub-finding follows its rule.
    /// </summary>
    public RemediationMode ModeOf(string ruleId, string? account)
    {
        var rule = Rules.GetValueOrDefault(SubFinding.RuleOf(ruleId), Mode);
        var here = account is not null && Accounts.TryGetValue(account, out var cap) && cap < rule ? cap : rule;
        return AtMost < here ? AtMost : here;
    }
}
