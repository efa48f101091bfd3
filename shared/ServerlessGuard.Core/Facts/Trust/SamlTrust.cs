using ServerlessGuard.Policies;
using ServerlessGuard.Verdicts;

namespace ServerlessGuard.Facts.Trust;

/// <summary>
/// AssumeRoleWithSAML: SAML:aud must be AWS's own sign-in endpoint, global or regional, or an assertion for another service would do.
/// </summary>
/// <remarks>Source: IAM User Guide, "Create a role for SAML 2.0 federation".</remarks>
public static class SamlTrust
{
    private const string AnyRegion = "https://*.";

    private static readonly string[] Hosts =
        ["signin.aws.amazon.com", "signin.amazonaws.cn", "signin.amazonaws-us-gov.com", "signin.aws-iso.com", "signin.amazonaws.eu"];

    public static TrustCheck Check(Statement statement)
    {
        const string Path = "configuration.assumeRolePolicyDocument";
        var audience = statement.Conditions.FirstOrDefault(condition =>
            condition.IsKey("SAML:aud") && condition.IsPositiveText && condition.Values.Length > 0 && condition.Values.All(IsSignIn));
        return audience is null
            ? new TrustCheck(Fact.False(Path, $"{statement.Label}: SAML:aud is not tested for the AWS sign-in endpoint"), Severity.High)
            : new TrustCheck(Fact.True(Path, $"{statement.Label}: SAML:aud = {audience.Values[0]}"), null);
    }

    /// <summary>A wildcard may stand for the region, which is AWS's own to name, and for nothing else.</summary>
    private static bool IsSignIn(string value) => IsEndpoint(
        value.StartsWith(AnyRegion, StringComparison.OrdinalIgnoreCase) ? "https://region." + value[AnyRegion.Length..] : value);

    private static bool IsEndpoint(string value) =>
        Uri.TryCreate(value, UriKind.Absolute, out var uri) && uri.Scheme == Uri.UriSchemeHttps && !Glob.HasWildcard(value)
        && Hosts.Any(host => uri.Host.Equals(host, StringComparison.OrdinalIgnoreCase)
            || uri.Host.EndsWith("." + host, StringComparison.OrdinalIgnoreCase))
        && uri.AbsolutePath.StartsWith("/saml", StringComparison.Ordinal);
}
