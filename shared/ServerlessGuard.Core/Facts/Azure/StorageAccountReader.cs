using ServerlessGuard.Documents;
using ServerlessGuard.Resources;

namespace ServerlessGuard.Facts.Azure;

/// <summary>
/// <c>Microsoft.Storage/storageAccounts</c>. Containers, the blob service and diagnostic settings are children: they are joined, the
/// account is the subject.
/// </summary>
/// <remarks>
/// Defaults, from the REST API specification of 2025-06-01: allowSharedKeyAccess null = true; supportsHttpsTrafficOnly true since
/// 2019-04-01; minimumTlsVersion null = TLS1_0; allowBlobPublicAccess null = not proven off; allowCrossTenantReplication null is
/// false for accounts made since December 2023 and true for older ones: unknown.
/// </remarks>
public sealed class StorageAccountReader : FactReader
{
    private const string Abbreviated = "an abbreviated response: get the resource itself";
    private const string NoBlobs = "the account has no blob service";

    public override string NativeType => "Microsoft.Storage/storageAccounts";

    public override IReadOnlyList<FactsKind> Gives =>
    [
        FactsKind.ObjectStore, FactsKind.AccessBoundary, FactsKind.Transport, FactsKind.SharedKey, FactsKind.StorageNetwork,
        FactsKind.ObjectAccessLog, FactsKind.Replication,
    ];

    public override IReadOnlyList<AzureRoute> Routes =>
        [new AzureRoute.HasPart("localUsers"), new AzureRoute.Acted("listKeys"), new AzureRoute.Acted("regenerateKey")];

    public override void Read(Resource resource, FactContext context, ICollection<SubjectFacts> facts)
    {
        var properties = resource.Configuration;
        var open = PublicNetwork.Open(properties);
        var sharedKey = SharedKey(properties);
        var hasBlobs = !resource.Document["kind"].Is("FileStorage");

        facts.Add(new StorageAccessJoin(resource.Ref)
            { Allowed = AnonymousAllowed(properties), Open = open, OutOfReach = hasBlobs ? OpenShift(resource.Ref) : NoBlobs });
        facts.Add(new AccessBoundaryFacts(resource.Ref)
            { Blocked = properties.Exists ? ExactlyOff(properties) : Fact.Unknown("properties", Abbreviated) });
        facts.Add(FileTransportJoin.Of(resource, Transport(resource)));
        facts.Add(new SharedKeyFacts(resource.Ref)
            { SharedKeyAllowed = sharedKey, SubFindings = [.. StorageCredentials.SubFindings(properties, sharedKey, context)] });
        facts.Add(new StorageNetworkJoin(resource.Ref)
        {
            Open = open,
            SharedKeyAllowed = sharedKey.Value is not false,
            OwnTenant = resource.Document["tenantId"].NonEmpty ?? resource.Document["identity", "tenantId"].NonEmpty,
            RuleTenants = [.. properties["networkAcls", "resourceAccessRules"].Items.All().Select(rule => rule["tenantId"].NonEmpty)
                .OfType<string>()],
        });
        facts.Add(new StorageLogJoin(resource.Ref) { OutOfReach = hasBlobs ? null : NoBlobs });
        var acrossTenants = Fact.Of(properties["allowCrossTenantReplication"], "properties.allowCrossTenantReplication");
        facts.Add(new StorageReplicationJoin(resource.Ref, acrossTenants) { OutOfReach = hasBlobs ? null : NoBlobs });
        if (hasBlobs)
        {
            facts.Add(new BlobServiceJoin(resource.Ref with
            {
                NativeType = BlobServiceReader.Type,
                Id = resource.Ref.Id + "/blobServices/default",
                Name = resource.Ref.Name + "/default",
            }));
        }
    }

    /// <summary>
    /// The image registry and the cluster storage of Azure Red Hat OpenShift, which its service owns (as the built-in policy has it).
    /// </summary>
    private static string? OpenShift(ResourceRef account) =>
        account.Key.Contains("/resourcegroups/aro-", StringComparison.Ordinal)
        && ArmId.Name(account.Key) is var name
            && (name.StartsWith("cluster", StringComparison.Ordinal) || name.StartsWith("imageregistry", StringComparison.Ordinal))
            ? "managed by Azure Red Hat OpenShift"
            : null;

    /// <summary>False makes every container private whatever its own value; true or absent leaves it to the containers.</summary>
    private static Fact AnonymousAllowed(Doc properties) => properties.Exists
        ? Fact.Of(properties["allowBlobPublicAccess"], "properties.allowBlobPublicAccess", whenAbsent: true,
            "not proven off: the containers decide")
        : Fact.Unknown("properties", Abbreviated);

    private static Fact ExactlyOff(Doc properties)
    {
        const string Path = "properties.allowBlobPublicAccess";
        var value = properties["allowBlobPublicAccess"];
        return value.Flag is false ? Fact.True(Path, "false") : Fact.False(Path, value.Exists ? value.ToString() : "(absent)");
    }

    private static Fact SharedKey(Doc properties) => properties.Exists
        ? Fact.Of(properties["allowSharedKeyAccess"], "properties.allowSharedKeyAccess", whenAbsent: true, "equivalent to true")
        : Fact.Unknown("properties", Abbreviated);

    private static TransportFacts Transport(Resource resource)
    {
        const string Tls = "properties.minimumTlsVersion";
        var properties = resource.Configuration;
        var version = properties["minimumTlsVersion"];
        return new TransportFacts(resource.Ref)
        {
            EncryptedOnly = properties.Exists
                ? Fact.Of(properties["supportsHttpsTrafficOnly"], "properties.supportsHttpsTrafficOnly", whenAbsent: true,
                    "true since API 2019-04-01")
                : Fact.Unknown("properties", Abbreviated),
            ModernTlsOnly = properties.Exists
                ? new Fact(version.Is("TLS1_2") || version.Is("TLS1_3"), Tls, version.Exists ? version.ToString() : "(absent: TLS1_0)")
                : Fact.Unknown("properties", Abbreviated),
            OutOfReach = properties["isNfsV3Enabled"].Flag is true ? "NFS 3.0 needs plain transport" : null,
        };
    }
}
