using System.Collections.Frozen;
using ServerlessGuard.Policies;
using static ServerlessGuard.Facts.Trust.SubjectClaim;

namespace ServerlessGuard.Facts.Trust;

/// <summary>
/// A shared issuer whose subjects are claims in a row, <c>name:value:name:value</c>, in an order that the owner of the workload may choose.
/// </summary>
/// <remarks>
/// Sources: GitHub "OpenID Connect reference" (claims, custom subject templates, immutable subjects <c>repo:O@1/R@2:…</c>; colons within
/// values are encoded), GitLab "OpenID Connect token subject", HCP Terraform "Workload identity tokens", Buildkite "OIDC token claims",
/// Vercel "OIDC reference".
/// </remarks>
/// <param name="Hosts">Of the issuer.</param>
/// <param name="Claims">By name.</param>
public sealed record SubjectGrammar(IReadOnlyList<string> Hosts, FrozenDictionary<string, SubjectClaim> Claims)
{
    private static readonly SubjectGrammar[] All =
    [
        Grammar(
            ["token.actions.githubusercontent.com"],
            ("repo", Repository), ("repository", Repository), ("workflow_ref", Repository), ("job_workflow_ref", Repository),
            ("repository_id", Workload), ("repository_owner", Owner), ("repository_owner_id", Owner), ("enterprise", Owner),
            ("enterprise_id", Owner), ("repository_visibility", Nothing), ("ref", Nothing), ("ref_type", Nothing), ("sha", Nothing),
            ("environment", Nothing), ("environment_node_id", Nothing), ("workflow", Nothing), ("workflow_sha", Nothing),
            ("job_workflow_sha", Nothing), ("actor", Nothing), ("actor_id", Nothing), ("context", Nothing), ("event_name", Nothing),
            ("base_ref", Nothing), ("head_ref", Nothing), ("run_id", Nothing), ("run_number", Nothing), ("run_attempt", Nothing),
            ("runner_environment", Nothing), ("check_run_id", Nothing)),
        Grammar(
            ["gitlab.com"],
            ("project_path", GroupPath), ("project_id", Workload), ("namespace_path", Owner), ("namespace_id", Owner),
            ("ref_type", Nothing), ("ref", Nothing), ("environment", Nothing), ("environment_protected", Nothing),
            ("deployment_tier", Nothing), ("user_login", Nothing), ("user_email", Nothing), ("pipeline_source", Nothing)),
        Grammar(
            ["app.terraform.io", "app.eu.terraform.io"],
            ("organization", Owner), ("project", Between), ("workspace", WorkloadOfOwner), ("run_phase", Nothing)),
        Grammar(
            ["agent.buildkite.com"],
            ("organization", Owner), ("pipeline", WorkloadOfOwner), ("ref", Nothing), ("commit", Nothing), ("step", Nothing)),
        Grammar(["oidc.vercel.com"], ("owner", Owner), ("project", WorkloadOfOwner), ("environment", Nothing)),
    ];

    /// <summary>The issuer's own grammar; of an issuer that is none of these, the one that the pattern is written in.</summary>
    public static SubjectGrammar? Of(string issuer, string pattern) =>
        Array.Find(All, grammar => grammar.IsOf(issuer))
            ?? Array.Find(All, grammar => grammar.Claims.TryGetValue(Name(pattern), out var claim) && claim is not Nothing);

    public bool IsOf(string issuer) => Hosts.Any(host => TokenIssuer.IsWithin(issuer, host));

    /// <summary>Whether it begins with the path of a repository or project.</summary>
    public bool StartsWithPath(string pattern) =>
        Claims.TryGetValue(Name(pattern), out var claim) && claim is Repository or GroupPath;

    /// <summary>The narrowest of what the claims say, as far as no wildcard may have swallowed the text.</summary>
    public CallerReach Read(string pattern, bool readsWildcards)
    {
        var reach = CallerReach.Anyone;
        var parts = pattern.Split(':');
        for (var at = 0; at < parts.Length; at++)
        {
            if (readsWildcards && Glob.HasWildcard(parts[at]))
            {
                break;
            }

            if (!Claims.TryGetValue(parts[at], out var claim) || at + 1 == parts.Length)
            {
                continue;
            }

            var value = new ClaimText(parts[++at], readsWildcards);
            reach = Narrower(reach, value.Reach(claim, reach));
            if (value.MaySwallow(claim))
            {
                break;
            }
        }

        return reach;
    }

    private static CallerReach Narrower(CallerReach left, CallerReach right) => left < right ? left : right;

    private static string Name(string pattern) => pattern[..Math.Max(0, pattern.IndexOf(':', StringComparison.Ordinal))];

    private static SubjectGrammar Grammar(IReadOnlyList<string> hosts, params ReadOnlySpan<(string Name, SubjectClaim Claim)> claims)
    {
        var byName = new Dictionary<string, SubjectClaim>(StringComparer.OrdinalIgnoreCase);
        foreach (var (name, claim) in claims)
        {
            byName.Add(name, claim);
        }

        return new SubjectGrammar(hosts, byName.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase));
    }
}
