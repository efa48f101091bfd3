using System.Collections.Immutable;

namespace ServerlessGuard.Settings;

/// <summary>What rules and readers need of guard.yaml. Every value has a default.</summary>
public record RuleSettings
{
    /// <summary>
    /// Regions and locations that data may live in, by data class; <c>default</c> for resources without the tag. None: SG-DATA-001 is not
    /// applicable.
    /// </summary>
    public ImmutableDictionary<string, ImmutableArray<string>> AllowedRegions
        { get; init; } = ImmutableDictionary<string, ImmutableArray<string>>.Empty;

    /// <summary>The tag that carries the data class.</summary>
    public string DataClassTag { get; init; } = "data-class";

    /// <summary>AWS accounts and Azure subscriptions that are ours or trusted, besides the resource's own.</summary>
    public ImmutableHashSet<string> TrustedAccounts { get; init; } = [];

    /// <summary>Entra tenants that are ours or trusted.</summary>
    public ImmutableHashSet<string> ApprovedTenants { get; init; } = ImmutableHashSet.Create<string>(StringComparer.OrdinalIgnoreCase);

    /// <summary>
    /// Issuers (with or without https://) of the identity providers in use. Null, the default: not decided, any issuer may be trusted if it
    /// is pinned. An empty list: none.
    /// </summary>
    public ImmutableArray<string>? ApprovedIdentityProviders { get; init; }

    /// <summary>IAM user names and user principal names of emergency accounts.</summary>
    public ImmutableHashSet<string> BreakGlassUsers { get; init; } = ImmutableHashSet.Create<string>(StringComparer.OrdinalIgnoreCase);

    /// <summary>The one identity provider of people.</summary>
    public IdentitySettings Identity { get; init; } = IdentitySettings.None;

    /// <summary>Ports that the internet has no business with, SG-NET-001.</summary>
    public ImmutableArray<int> AdminPorts { get; init; } = DefaultAdminPorts;

    /// <summary>How old a static credential may be, in days, SG-ID-002.</summary>
    public int MaxKeyAgeDays { get; init; } = 90;

    /// <summary>Issuers that anybody can get a token from: a trust in them has to name its own caller, SG-ID-003.</summary>
    public ImmutableArray<string> SharedIssuers { get; init; } = DefaultSharedIssuers;

    /// <summary>The tag that says that the deletion of a key was approved, SG-KEY-003.</summary>
    public string ApprovedDeletionTag { get; init; } = "approved-deletion";

    /// <summary>The values with which it does.</summary>
    public ImmutableArray<string> ApprovedDeletionValues { get; init; } = [];

    /// <summary>
    /// Where no values are listed, any value of a tag counts that spares a resource, lowers a severity, or approves a deletion: whoever may
    /// tag may decide.
    /// </summary>
    public bool TrustAnyTagValue { get; init; }

    /// <summary>Native types that hold data, SG-DATA-001.</summary>
    public ImmutableHashSet<string> DataBearingTypes { get; init; } = DefaultDataBearingTypes;

    /// <summary>
    /// Tags that move a finding's severity a level up or down. By default restricted data is a level up; nothing is a level down that
    /// guard.yaml does not say.
    /// </summary>
    public ImmutableArray<SeverityOverride> SeverityOverrides { get; init; } = [new("data-class", ["restricted"], Raises: true)];

    /// <summary>
    /// Resources that carry one of these tags with one of its values are never changed. Without values: <see cref="LenientTags.Counts"/>.
    /// </summary>
    public ImmutableDictionary<string, ImmutableArray<string>> NeverTouchTags { get; init; } = DefaultNeverTouchTags;

    /// <summary>Accounts and subscriptions in which nothing is ever changed.</summary>
    public ImmutableHashSet<string> NeverTouchAccounts { get; init; } = ImmutableHashSet.Create<string>(StringComparer.OrdinalIgnoreCase);

    /// <summary>The tag that names who looks after a resource.</summary>
    public string OwnerTag { get; init; } = "owner";

    /// <summary>
    /// SSH, RDP, WinRM, SMB, MSSQL, Oracle, MySQL, PostgreSQL, Redis, Elasticsearch, MongoDB, Docker, Kubernetes, Jupyter.
    /// </summary>
    public static ImmutableArray<int> DefaultAdminPorts { get; } =
        [22, 3389, 5985, 5986, 445, 1433, 1521, 3306, 5432, 6379, 9200, 27017, 2375, 6443, 8888];

    public static ImmutableArray<string> DefaultSharedIssuers { get; } =
    [
        "token.actions.githubusercontent.com", "gitlab.com", "api.bitbucket.org", "app.terraform.io", "oidc.circleci.com",
        "accounts.google.com",
        "cognito-identity.amazonaws.com", "auth0.com", "agent.buildkite.com", "oidc.vercel.com", "graph.facebook.com", "www.amazon.com",
    ];

    public static ImmutableHashSet<string> DefaultDataBearingTypes { get; } = DataTypes.All;

    public static ImmutableDictionary<string, ImmutableArray<string>> DefaultNeverTouchTags { get; } =
        ImmutableDictionary.Create<string, ImmutableArray<string>>(StringComparer.OrdinalIgnoreCase).Add("guard-never-touch", []);

    /// <summary>An emergency account, or a person who is an exception from <c>identity</c>.</summary>
    public bool MaySignInOtherwise(string name) => BreakGlassUsers.Contains(name) || Identity.Exceptions.Contains(name);

    public bool IsTrustedAccount(string account, string? own) => account == own || TrustedAccounts.Contains(account);
}
