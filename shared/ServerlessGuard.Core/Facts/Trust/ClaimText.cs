using ServerlessGuard.Policies;

namespace ServerlessGuard.Facts.Trust;

/// <summary>The value of one claim as a trust tests it.</summary>
/// <param name="Text">Without colons: issuers encode those.</param>
/// <param name="ReadsWildcards">Whether * and ? stand for anything.</param>
public readonly record struct ClaimText(string Text, bool ReadsWildcards)
{
    private bool IsOpen => ReadsWildcards && Glob.HasWildcard(Text);

    private bool IsFixed => Text.Length > 0 && !IsOpen;

    /// <param name="claim">What this claim names.</param>
    /// <param name="so">Whom the claims before it let in.</param>
    public CallerReach Reach(SubjectClaim claim, CallerReach so) => claim switch
    {
        SubjectClaim.Nothing or SubjectClaim.Between => CallerReach.Anyone,
        SubjectClaim.Owner => IsFixed ? CallerReach.Owner : CallerReach.Anyone,
        SubjectClaim.Workload => IsFixed ? CallerReach.Workload : CallerReach.Anyone,
        SubjectClaim.WorkloadOfOwner => IsFixed && so is not CallerReach.Anyone ? CallerReach.Workload : CallerReach.Anyone,
        SubjectClaim.Repository => Repository(),
        SubjectClaim.GroupPath => GroupPath(),
    };

    /// <summary>Whether a wildcard in it may stand for more than this value, so that what follows names nobody.</summary>
    public bool MaySwallow(SubjectClaim claim) => IsOpen && claim switch
    {
        SubjectClaim.Between => Text is not "*",
        SubjectClaim.Repository => Repository() is not CallerReach.Workload,
        SubjectClaim.Nothing or SubjectClaim.Owner or SubjectClaim.Workload or SubjectClaim.WorkloadOfOwner
            or SubjectClaim.GroupPath => true,
    };

    private CallerReach Repository()
    {
        var slash = Text.IndexOf('/', StringComparison.Ordinal);
        var owner = slash < 0 ? Text : Text[..slash];
        if (!Named(owner, isWhole: slash >= 0))
        {
            return CallerReach.Anyone;
        }

        var rest = slash < 0 ? string.Empty : Text[(slash + 1)..];
        var below = rest.IndexOf('/', StringComparison.Ordinal);
        return Named(below < 0 ? rest : rest[..below], isWhole: true) ? CallerReach.Workload : CallerReach.Owner;
    }

    /// <summary>A name, whole or up to its number: neither owners nor repositories can have an @ in their names.</summary>
    private bool Named(string text, bool isWhole)
    {
        var wildcard = ReadsWildcards ? text.AsSpan().IndexOfAny('*', '?') : -1;
        var at = text.IndexOf('@', StringComparison.Ordinal);
        return at > 0 ? wildcard < 0 || wildcard > at : isWhole && text.Length > 0 && wildcard < 0 && at < 0;
    }

    private CallerReach GroupPath()
    {
        var slash = Text.IndexOf('/', StringComparison.Ordinal);
        var group = slash < 0 ? string.Empty : Text[..slash];
        return (group.Length > 0 && !(ReadsWildcards && Glob.HasWildcard(group)), IsFixed && slash + 1 < Text.Length) switch
        {
            (true, true) => CallerReach.Workload,
            (true, false) => CallerReach.Owner,
            (false, _) => CallerReach.Anyone,
        };
    }
}
