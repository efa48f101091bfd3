using ServerlessGuard.Settings;

namespace ServerlessGuard.Facts.Trust;

/// <summary>An OpenID Connect issuer as trust policies name it: host and path, no scheme.</summary>
public static class TokenIssuer
{
    public const string Cognito = "cognito-identity.amazonaws.com";

    private static readonly string[] OwnerPaths =
    [
        "api.bitbucket.org/2.0/workspaces/", "oidc.circleci.com/org/", "token.actions.githubusercontent.com/", "oidc.vercel.com/",
    ];

    public static string Normal(string issuer)
    {
        var text = issuer.Trim();
        var scheme = text.IndexOf("://", StringComparison.Ordinal);
        return (scheme < 0 ? text : text[(scheme + 3)..]).TrimEnd('/');
    }

    /// <summary>
    /// Anybody can get a token from it, so a trust has to name its own caller. Matches the host, its subdomains, and paths below it.
    /// </summary>
    public static bool IsShared(string issuer, RuleSettings settings) =>
        settings.SharedIssuers.Any(shared => IsWithin(issuer, shared)) || IsEveryTenant(issuer);

    /// <summary>An Entra issuer that stands for every tenant.</summary>
    public static bool IsEveryTenant(string issuer)
    {
        var normal = Normal(issuer) + "/";
        return (normal.StartsWith("login.microsoftonline.", StringComparison.OrdinalIgnoreCase)
            || normal.StartsWith("sts.windows.net/", StringComparison.OrdinalIgnoreCase))
            && (normal.Contains("/common/", StringComparison.OrdinalIgnoreCase)
                || normal.Contains("/organizations/", StringComparison.OrdinalIgnoreCase)
                || normal.Contains("/consumers/", StringComparison.OrdinalIgnoreCase));
    }

    /// <summary>Its address holds the workspace, organisation, enterprise or team, and it issues tokens for nobody else.</summary>
    /// <remarks>
    /// Sources: Bitbucket "Integrate Pipelines with resource servers using OIDC", CircleCI "OpenID Connect tokens", GitHub "Customizing the
    /// issuer value for an enterprise", Vercel "OIDC reference" (team issuer mode).
    /// </remarks>
    public static bool NamesOwner(string issuer)
    {
        var normal = Normal(issuer);
        return OwnerPaths.Any(path => normal.StartsWith(path, StringComparison.OrdinalIgnoreCase) && normal.Length > path.Length);
    }

    /// <summary>Is the issuer on the list? An entry may start with <c>*.</c>.</summary>
    public static bool IsWithin(string issuer, string entry)
    {
        var mine = Normal(issuer);
        var listed = Normal(entry);
        listed = listed.StartsWith("*.", StringComparison.Ordinal) ? listed[2..] : listed;
        if (!mine.Contains(listed, StringComparison.OrdinalIgnoreCase))
        {
            return false;
        }

        var at = mine.IndexOf(listed, StringComparison.OrdinalIgnoreCase);
        var end = at + listed.Length;
        return (at == 0 || mine[at - 1] is '.' && !mine[..at].Contains('/', StringComparison.Ordinal))
            && (end == mine.Length || mine[end] is '/' or ':');
    }
}
