using ServerlessGuard.Documents;
using ServerlessGuard.Settings;

namespace ServerlessGuard.Facts.Trust;

/// <summary>
/// Whether the settings approve of an issuer. Microsoft Entra ID issues for every tenant under one host, so there the tenant counts.
/// </summary>
internal static class ApprovedIssuers
{
    private static readonly string[] EntraHosts =
        ["sts.windows.net", "login.microsoftonline.com", "login.microsoftonline.us", "login.partner.microsoftonline.cn"];

    public const string Undecided = "neither approvedIdentityProviders nor identity.provider is set";

    /// <summary>The settings say which providers workloads may use.</summary>
    public static bool AreDecided(RuleSettings settings) => settings.ApprovedIdentityProviders is not null;

    /// <summary>The settings say which providers people may use.</summary>
    public static bool AreDecidedForPeople(RuleSettings settings) => AreDecided(settings) || settings.Identity.Provider is not null;

    public static Fact Unapproved(string issuer, string path, RuleSettings settings, bool ofPeople = false) =>
        new(!Approves(issuer, settings, ofPeople), path, DocText.Shown(issuer));

    private static bool Approves(string issuer, RuleSettings settings, bool ofPeople)
    {
        if (settings.Identity is { Provider: { } provider, IsEntra: false } && TokenIssuer.IsWithin(issuer, provider))
        {
            return true;
        }

        var tenant = Tenant(issuer);
        if (tenant is { Length: > 0 } && (settings.ApprovedTenants.Contains(tenant)
            || settings.Identity.IsEntra && tenant.Equals(settings.Identity.Tenant, StringComparison.OrdinalIgnoreCase)))
        {
            return true;
        }

        return !(ofPeople && settings.Identity is { HumansAreFederatedOnly: true, Provider: not null })
            && settings.ApprovedIdentityProviders is { } approved
            && approved.Any(entry => TokenIssuer.IsWithin(issuer, entry) && (tenant is null || Tenant(entry) is { Length: > 0 }));
    }

    /// <summary>The tenant's part of an Entra issuer, empty where it has none; null for an issuer of somebody else.</summary>
    private static string? Tenant(string issuer)
    {
        var parts = TokenIssuer.Normal(issuer).Split('/');
        return EntraHosts.Contains(parts[0], StringComparer.OrdinalIgnoreCase) ? parts.ElementAtOrDefault(1) ?? string.Empty : null;
    }
}
