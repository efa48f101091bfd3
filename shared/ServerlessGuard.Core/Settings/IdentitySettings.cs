using System.Collections.Immutable;

namespace ServerlessGuard.Settings;

/// <summary>The one identity provider that people sign in through.</summary>
public sealed record IdentitySettings
{
    /// <summary>The <see cref="Provider"/> that stands for Microsoft Entra ID, by its tenant.</summary>
    public const string Entra = "entra";

    public static IdentitySettings None { get; } = new();

    /// <summary><c>entra</c>, or the issuer or SAML entity id of another provider; null: not decided.</summary>
    public string? Provider { get; init; }

    /// <summary>The Entra tenant, a GUID in lower case.</summary>
    public string? Tenant { get; init; }

    /// <summary>
    /// People are federated only, so a SAML provider other than <see cref="Provider"/> is unapproved, whatever
    /// <c>approvedIdentityProviders</c> says for workloads.
    /// </summary>
    public bool HumansAreFederatedOnly { get; init; }

    /// <summary>Names of people, as in <c>breakGlassUsers</c>, who may sign in otherwise.</summary>
    public ImmutableHashSet<string> Exceptions { get; init; } = ImmutableHashSet.Create<string>(StringComparer.OrdinalIgnoreCase);

    public bool IsEntra => Entra.Equals(Provider, StringComparison.OrdinalIgnoreCase);
}
