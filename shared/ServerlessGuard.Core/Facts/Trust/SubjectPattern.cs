using ServerlessGuard.Policies;
using ServerlessGuard.Verdicts;

namespace ServerlessGuard.Facts.Trust;

/// <summary>
/// How many callers of a token issuer a subject pattern lets in. Each well-known issuer builds its subject from parts, the owner first; a
/// wildcard behind the workload's own name changes nothing, one inside it lets in the rest of the owner, one before that lets in strangers.
/// </summary>
/// <remarks>
/// Sources: GitHub "OpenID Connect reference" (<c>repo:OWNER/REPO:ref:…</c>), GitLab "ID token subject"
/// (<c>project_path:GROUP/PROJECT:…</c>), HCP Terraform "Workload identity tokens"
/// (<c>organization:O:project:P:workspace:W:run_phase:R</c>), Buildkite (<c>organization:O:pipeline:P:…</c>), Vercel
/// (<c>owner:T:project:P:environment:E</c>), Bitbucket (<c>{repository}:{environment}:{step}</c>), CircleCI "OpenID Connect tokens"
/// (<c>org/O/project/P/user/U</c>), Kubernetes service accounts (<c>system:serviceaccount:NAMESPACE:NAME</c>).
/// </remarks>
public static class SubjectPattern
{
    /// <summary>Null when the pattern names its caller; otherwise the severity of what else it lets in.</summary>
    public static Severity? Breadth(string pattern, bool readsWildcards, bool isShared)
    {
        if (pattern.Length == 0 || pattern.Contains("${", StringComparison.Ordinal))
        {
            return Severity.Critical;
        }

        if (!readsWildcards || !Glob.HasWildcard(pattern))
        {
            return null;
        }

        var named = pattern[..pattern.AsSpan().IndexOfAny('*', '?')];
        return named switch
        {
            _ when Starts(named, "repo:") => Repository(named["repo:".Length..]),
            _ when Starts(named, "project_path:") => Repository(named["project_path:".Length..]),
            _ when Starts(named, "organization:") => Named(named, "workspace", "pipeline"),
            _ when Starts(named, "owner:") => Named(named, "project"),
            _ when Starts(named, "{") => named.Contains("}:", StringComparison.Ordinal) ? null : Stranger(isShared),
            _ when Starts(named, "org/") => Project(named),
            _ when Starts(named, "system:serviceaccount:") => ServiceAccount(named["system:serviceaccount:".Length..]),
            _ => isShared || named.Length < 3 ? Stranger(isShared) : Severity.Medium,
        };
    }

    private static Severity Stranger(bool isShared) => isShared ? Severity.Critical : Severity.High;

    /// <summary>OWNER/REPO: and then anything names the repository.</summary>
    private static Severity? Repository(string named)
    {
        var slash = named.IndexOf('/', StringComparison.Ordinal);
        if (slash <= 0)
        {
            return Severity.Critical;
        }

        return named.IndexOf(':', slash) > slash + 1 ? null : Severity.Medium;
    }

    /// <summary>organization:O:project:P:workspace:W:…: the owner first, then down to the workload.</summary>
    private static Severity? Named(string named, params ReadOnlySpan<string> workloads)
    {
        var parts = named.Split(':');
        foreach (var workload in workloads)
        {
            if (Array.IndexOf(parts, workload) is var at and > 0 && at + 2 < parts.Length)
            {
                return null;
            }
        }

        return parts.Length > 2 && parts[1].Length > 0 ? Severity.Medium : Severity.Critical;
    }

    private static Severity? Project(string named) => named.Split('/') switch
    {
        ["org", { Length: > 0 }, "project", { Length: > 0 }, _, ..] => null,
        ["org", { Length: > 0 }, _, ..] => Severity.Medium,
        _ => Severity.Critical,
    };

    /// <summary>The cluster's issuer is its own, so even every service account is not every stranger.</summary>
    private static Severity? ServiceAccount(string named) =>
        named.IndexOf(':', StringComparison.Ordinal) > 0 ? Severity.Medium : Severity.High;

    private static bool Starts(string text, string prefix) => text.StartsWith(prefix, StringComparison.OrdinalIgnoreCase);
}
