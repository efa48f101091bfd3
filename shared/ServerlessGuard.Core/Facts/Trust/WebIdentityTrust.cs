using ServerlessGuard.Policies;
using ServerlessGuard.Settings;
using ServerlessGuard.Verdicts;

namespace ServerlessGuard.Facts.Trust;

/// <summary>What one statement's trust in one issuer comes to.</summary>
/// <param name="Pinned">Subject and audience name the caller.</param>
/// <param name="Breadth">Who else comes in, where they do not.</param>
public readonly record struct TrustCheck(Fact Pinned, Severity? Breadth)
{
    /// <summary>Two trusts of one role: the worse one is the role's.</summary>
    public static TrustCheck Worse(TrustCheck left, TrustCheck right) => (left.Pinned.Value, right.Pinned.Value) switch
    {
        (false, false) => (left.Breadth ?? Severity.Low) >= (right.Breadth ?? Severity.Low) ? left : right,
        (false, _) => left,
        (_, false) => right,
        (null, _) => left,
        _ => right,
    };
}

/// <summary>
/// AssumeRoleWithWebIdentity: are subject and audience tested, positively, under this issuer's own keys, with values that name the caller?
/// </summary>
/// <remarks>
/// ForAllValues and IfExists pass when the claim is absent, so they pin nothing; neither does a condition under another issuer's key.
/// Source: IAM User Guide, "Creating a role for web identity or OpenID Connect federation".
/// </remarks>
public static class WebIdentityTrust
{
    private const string Path = "configuration.assumeRolePolicyDocument";
    private static readonly HashSet<string> Audiences = new(StringComparer.Ordinal) { "aud", "amr", "oaud", "azp", "app_id", "client_id" };

    /// <param name="clientIds">How many audiences the provider accepts; null when the provider is not in the scan.</param>
    public static TrustCheck Check(Statement statement, string issuer, int? clientIds, RuleSettings settings)
    {
        var name = TokenIssuer.Normal(issuer);
        if (TokenIssuer.IsEveryTenant(name))
        {
            return Open(statement, $"{name} issues tokens for every tenant", Severity.Critical);
        }

        var shared = TokenIssuer.IsShared(name, settings);
        var audience = Audience(statement, name, shared, clientIds);
        if (name.Equals(TokenIssuer.Cognito, StringComparison.OrdinalIgnoreCase) && IsAuthenticated(statement))
        {
            return audience;
        }

        return TrustCheck.Worse(Subject(statement, name, shared), audience);
    }

    private static TrustCheck Subject(Statement statement, string issuer, bool shared)
    {
        // Conditions are all required: the narrowest counts. The values of one are alternatives: the widest counts.
        var narrowest = Claims(statement, issuer, "sub")
            .Select(subject => (Condition: subject, Breadth: subject.Values.Max(
                value => SubjectPattern.Breadth(value, issuer, subject.ReadsWildcards, shared))))
            .Concat(OtherClaims(statement, issuer, shared))
            .DefaultIfEmpty()
            .MinBy(pair => (int?)pair.Breadth ?? 0);
        return narrowest switch
        {
            { Condition: null } => Open(
                statement,
                $"no test of {issuer}:sub",
                TokenIssuer.NamesOwner(issuer) ? Severity.Medium : shared ? Severity.Critical : Severity.High),
            { Condition: { } condition, Breadth: { } wide } =>
                Open(statement, $"{condition.Key} {condition.Operator} {Some(condition)}", wide),
            { Condition: { } condition } =>
                new TrustCheck(Fact.True(Path, $"{statement.Label}: {condition.Key} = {Some(condition)}"), null),
        };
    }

    private static string Some(Condition condition) => string.Join(", ", condition.Values.Take(3));

    private static TrustCheck Audience(Statement statement, string issuer, bool shared, int? clientIds)
    {
        string[] names = issuer.Equals("accounts.google.com", StringComparison.OrdinalIgnoreCase)
            ? ["aud", "oaud", "azp"]
            : ["aud", "app_id", "client_id"];
        var pinned = names.SelectMany(name => Claims(statement, issuer, name))
            .Any(test => test.Values.All(value => value.Length > 0 && !(test.ReadsWildcards && Glob.HasWildcard(value))
                && !value.Contains("${", StringComparison.Ordinal)));
        if (pinned)
        {
            return new TrustCheck(Fact.True(Path, $"{statement.Label}: audience"), null);
        }

        return (shared, clientIds) switch
        {
            (false, 1) => new TrustCheck(Fact.True(Path, "the issuer's own provider has one client id"), null),
            (false, null) =>
                new TrustCheck(
                    Fact.Unknown("AWS::IAM::OIDCProvider " + issuer, "the provider is not in the scan, so its client ids are not known"),
                        null),
            _ => Open(statement, $"no test of {issuer}:aud", Severity.High),
        };
    }

    private static IEnumerable<Condition> Claims(Statement statement, string issuer, string claim) =>
        statement.Conditions.Where(condition => condition.IsPositiveText && condition.Values.Length > 0
            && Claim(condition, issuer) == claim);

    /// <summary>
    /// A fixed value of another claim that names an owner or a workload (repository_id …) confines as well; it is named in the evidence.
    /// Of a shared issuer not just any claim does: everybody has a ref called main.
    /// </summary>
    private static IEnumerable<(Condition Condition, Severity? Breadth)> OtherClaims(Statement statement, string issuer, bool shared)
    {
        foreach (var condition in statement.Conditions.Where(condition => condition.IsPositiveText && condition.Values.Length > 0))
        {
            var isFixed = condition.Values.All(value =>
                value.Length > 0 && !(condition.ReadsWildcards && Glob.HasWildcard(value))
                    && !value.Contains("${", StringComparison.Ordinal));
            if (isFixed && Claim(condition, issuer) is { } claim and not "sub")
            {
                if (OwnerClaims.Workloads.Contains(claim) || !shared && !Audiences.Contains(claim))
                {
                    yield return (condition, null);
                }
                else if (OwnerClaims.Owners.Contains(claim))
                {
                    yield return (condition, Severity.Medium);
                }
            }
        }
    }

    private static string? Claim(Condition condition, string issuer)
    {
        var at = condition.Key.LastIndexOf(':');
        return at > 0 && TokenIssuer.Normal(condition.Key[..at]).Equals(issuer, StringComparison.OrdinalIgnoreCase)
            ? condition.Key[(at + 1)..].ToLowerInvariant()
            : null;
    }

    private static bool IsAuthenticated(Statement statement) => statement.Conditions.Any(condition =>
        Claim(condition, TokenIssuer.Cognito) == "amr" && condition.IsPositiveText && condition.Values.Length > 0
        && condition.Values.All(value => value.Equals("authenticated", StringComparison.Ordinal)));

    private static TrustCheck Open(Statement statement, string what, Severity breadth) =>
        new(Fact.False(Path, $"{statement.Label}: {what}"), breadth);
}
