namespace ServerlessGuard.Remediation;

/// <summary>
/// Writes by one rule in one account and clock hour. What people approved and what is critical each have a count of their own, which
/// nothing else can use up.
/// </summary>
/// <param name="Fixes">By ourselves, of findings that are not critical.</param>
/// <param name="OpenedAt">When it first made a proposal of a fix.</param>
public sealed record BreakerCount(int Fixes, DateTimeOffset? OpenedAt = null)
{
    public int Critical { get; init; }

    public int Approved { get; init; }

    public int ApprovedCritical { get; init; }

    public int Of(bool isCritical, bool isApproved) => (isCritical, isApproved) switch
    {
        (false, false) => Fixes,
        (true, false) => Critical,
        (false, true) => Approved,
        (true, true) => ApprovedCritical,
    };

    public BreakerCount Plus(bool isCritical, bool isApproved) => (isCritical, isApproved) switch
    {
        (false, false) => this with { Fixes = Fixes + 1 },
        (true, false) => this with { Critical = Critical + 1 },
        (false, true) => this with { Approved = Approved + 1 },
        (true, true) => this with { ApprovedCritical = ApprovedCritical + 1 },
    };

    public int Sum() => Fixes + Critical + Approved + ApprovedCritical;
}
