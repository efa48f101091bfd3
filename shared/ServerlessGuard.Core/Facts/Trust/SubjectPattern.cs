using ServerlessGuard.Policies;
using ServerlessGuard.Verdicts;

namespace ServerlessGuard.Facts.Trust;

/// <summary>
/// How many callers of a token issuer a subject, or a pattern of subjects, lets in. It names its caller only if it names an owner whom no
/// stranger can become: on an issuer that everybody uses, everybody has an environment called production and a branch called main.
/// </summary>
/// <remarks>
/// Sources: <see cref="SubjectGrammar"/> for subjects made of named claims; Bitbucket (<c>{repository}:{environment}:{step}</c>), CircleCI
/// "OpenID Connect tokens" (<c>org/O/project/P/user/U</c>), Kubernetes service accounts (<c>system:serviceaccount:NAMESPACE:NAME</c>).
/// </remarks>
public static class SubjectPattern
{
    /// <summary>Null when the pattern names its caller; otherwise the severity of what else it lets in.</summary>
    /// <param name="pattern">The subject as the trust tests it.</param>
    /// <param name="issuer">Host and path, without a scheme.</param>
    /// <param name="readsWildcards">Whether * and ? stand for anything here.</param>
    /// <param name="isShared">Anybody can get a token from the issuer.</param>
    public static Severity? Breadth(string pattern, string issuer, bool readsWildcards, bool isShared)
    {
        if (pattern.Length == 0 || pattern.Contains("${", StringComparison.Ordinal))
        {
            return Severity.Critical;
        }

        return (Reach(pattern, issuer, readsWildcards, isShared), TokenIssuer.NamesOwner(issuer)) switch
        {
            (CallerReach.Workload, _) => null,
            (CallerReach.Owner, _) or (CallerReach.Anyone, true) => Severity.Medium,
            (CallerReach.Anyone, false) => isShared ? Severity.Critical : Severity.High,
        };
    }

    private static CallerReach Reach(string pattern, string issuer, bool readsWildcards, bool isShared)
    {
        var isPattern = readsWildcards && Glob.HasWildcard(pattern);
        if (SubjectGrammar.Of(issuer, pattern) is { } grammar && (isPattern || grammar.IsOf(issuer)))
        {
            // Compared literally, a wildcard in a repository's name matches no token.
            return !isPattern && Glob.HasWildcard(pattern) && grammar.StartsWithPath(pattern)
                ? CallerReach.Workload
                : grammar.Read(pattern, isPattern);
        }

        if (!isPattern)
        {
            return CallerReach.Workload;
        }

        var named = pattern[..pattern.AsSpan().IndexOfAny('*', '?')];
        return named switch
        {
            _ when Starts(named, "{") => named.Contains("}:", StringComparison.Ordinal) ? CallerReach.Workload : CallerReach.Anyone,
            _ when Starts(named, "org/") => Project(named),
            _ when Starts(named, "system:serviceaccount:") => ServiceAccount(named["system:serviceaccount:".Length..]),
            _ => isShared || named.Length < 3 ? CallerReach.Anyone : CallerReach.Owner,
        };
    }

    private static CallerReach Project(string named) => named.Split('/') switch
    {
        ["org", { Length: > 0 }, "project", { Length: > 0 }, _, ..] => CallerReach.Workload,
        ["org", { Length: > 0 }, _, ..] => CallerReach.Owner,
        _ => CallerReach.Anyone,
    };

    /// <summary>The cluster's issuer is its own, so even every service account is not every stranger.</summary>
    private static CallerReach ServiceAccount(string named) =>
        named.IndexOf(':', StringComparison.Ordinal) > 0 ? CallerReach.Owner : CallerReach.Anyone;

    private static bool Starts(string text, string prefix) => text.StartsWith(prefix, StringComparison.OrdinalIgnoreCase);
}
