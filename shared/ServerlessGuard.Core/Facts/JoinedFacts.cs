using ServerlessGuard.Resources;

namespace ServerlessGuard.Facts;

/// <summary>
/// Facts that need other resources of the scan. They wait until everything was read; then <see cref="Complete"/> gives the facts that rules
/// see.
/// </summary>
public abstract record JoinedFacts(ResourceRef Subject) : SubjectFacts(Subject)
{
    /// <summary>What was read decides by itself: these facts can be completed at once, and need not be kept.</summary>
    public virtual bool NeedsNobody => false;

    /// <summary>About something that many resources speak of (their account): a scan keeps one.</summary>
    public virtual bool IsShared => false;

    /// <summary>The facts that rules see, or null when another resource of the scan already speaks for this subject.</summary>
    public abstract SubjectFacts? Complete(Neighbours neighbours);
}
