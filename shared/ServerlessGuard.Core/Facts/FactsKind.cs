namespace ServerlessGuard.Facts;

/// <summary>The closed set of what readers find out; each rule is about one of them.</summary>
public enum FactsKind
{
    /// <summary>Not judged itself: others are joined with it.</summary>
    Neighbour,

    /// <summary>Who can reach the objects of a bucket or a storage account without being known.</summary>
    ObjectStore,

    /// <summary>The switch that keeps every object private whatever is granted below it.</summary>
    AccessBoundary,

    /// <summary>How requests may reach an object store.</summary>
    Transport,

    /// <summary>Whether a storage account accepts its own keys beside the identity provider.</summary>
    SharedKey,

    /// <summary>From where a storage account can be reached.</summary>
    StorageNetwork,

    /// <summary>Whether deleted or overwritten objects can be brought back.</summary>
    Recovery,

    /// <summary>Whether objects are copied to an owner that is not ours.</summary>
    Replication,

    /// <summary>Which management or database ports a security group leaves open to the internet.</summary>
    NetworkExposure,

    /// <summary>Whether a managed database answers on the public internet.</summary>
    DatabaseNetwork,

    /// <summary>Whether a database is encrypted at rest.</summary>
    DatabaseEncryption,

    /// <summary>Who may invoke a serverless function.</summary>
    Invocation,

    /// <summary>What the identity of a function may do.</summary>
    WorkloadPrivilege,

    /// <summary>Whether the settings of a function hold secrets in clear text.</summary>
    SettingsSecrets,

    /// <summary>How an instance answers metadata requests.</summary>
    InstanceMetadata,

    /// <summary>Whether strangers may use a key or reach a vault.</summary>
    KeyAccess,

    /// <summary>Whether a key is rotated by itself.</summary>
    KeyRotation,

    /// <summary>Whether key material can be, or is about to be, destroyed.</summary>
    KeyDestruction,

    /// <summary>Whether a person signs in with an account that the corporate identity provider does not control.</summary>
    HumanAccess,

    /// <summary>Whether a password alone opens the console.</summary>
    SecondFactor,

    /// <summary>Whether rights are given to one person instead of a group.</summary>
    PersonalGrant,

    /// <summary>Whether rights above everything lie ready.</summary>
    TopAccess,

    /// <summary>Whether somebody else than the approved identity providers may say who a caller is.</summary>
    IdentityProvider,

    /// <summary>Whether an identity pool gives credentials to callers that nobody knows.</summary>
    GuestAccess,

    /// <summary>Whether a function's runtime still gets fixes.</summary>
    RuntimeSupport,

    /// <summary>Whether a stored secret is replaced in time.</summary>
    SecretRotation,

    /// <summary>The age and use of long-lived credentials of one holder.</summary>
    StaticCredential,

    /// <summary>How exactly a trust in a foreign token issuer names its caller.</summary>
    FederatedTrust,

    /// <summary>Whether a role or a subscription is open to an account or tenant that is not ours.</summary>
    ForeignTrust,

    /// <summary>Whether one document allows everything.</summary>
    Grant,

    /// <summary>Whether a notebook, workspace or agent runtime is wired to the internet.</summary>
    Workbench,

    /// <summary>From where a model can be called.</summary>
    ModelEndpoint,

    /// <summary>Whether a model service accepts a static key.</summary>
    ModelKey,

    /// <summary>Where a resource lives and what class of data it holds.</summary>
    Residency,

    /// <summary>Whether the control plane of an account is recorded.</summary>
    AuditTrail,

    /// <summary>Whether reads and writes of objects are recorded.</summary>
    ObjectAccessLog,

    /// <summary>What the tags of a resource ask the guard for.</summary>
    TagClaims,
}
