using ServerlessGuard.Facts;
using ServerlessGuard.Resources;
using ServerlessGuard.Rules.Ai;
using ServerlessGuard.Rules.Compute;
using ServerlessGuard.Rules.Data;
using ServerlessGuard.Rules.Governance;
using ServerlessGuard.Rules.Identity;
using ServerlessGuard.Rules.Keys;
using ServerlessGuard.Rules.Logging;
using ServerlessGuard.Rules.Network;
using ServerlessGuard.Rules.Storage;

namespace ServerlessGuard.Rules;

/// <summary>The explicit list of rules: a test proves it complete, nothing scans for them.</summary>
public sealed class RuleCatalog
{
    private readonly Rule[][][] _byKind;

    public RuleCatalog(IEnumerable<Rule> rules)
    {
        All = [.. rules.Where(rule => rule.Descriptor.Maturity is not Maturity.Deprecated)];
        _byKind =
        [
            .. Enum.GetValues<FactsKind>().Select(kind => Enum.GetValues<Provider>()
                .Select(provider => All.Where(rule => rule.Kind == kind && rule.Descriptor.IsIn(provider)).ToArray()).ToArray()),
        ];
    }

    public static RuleCatalog BuiltIn { get; } = new(
    [
        new ObjectStoreIsNotReadableByAnyone(),
        new ObjectStoreIsNotWritableByAnyone(),
        new AccessBoundaryIsClosed(),
        new ObjectStoreRefusesPlainTransport(),
        new StorageRefusesSharedKeys(),
        new StorageNetworkIsClosed(),
        new ObjectsStayWithUs(),
        new ObjectStoreIsRecoverable(),
        new AdminPortsAreClosedToInternet(),
        new DatabaseIsNotPublic(),
        new FunctionIsNotInvocableByAnyone(),
        new FunctionIsNotAdministrator(),
        new RuntimeGetsFixes(),
        new SettingsHoldNoSecrets(),
        new InstanceMetadataNeedsTokens(),
        new KeyIsOursAlone(),
        new KeyRotates(),
        new KeyMaterialIsKept(),
        new SecretIsReplaced(),
        new PeopleSignInThroughIdentityProvider(),
        new StaticCredentialsAreFresh(),
        new FederatedTrustIsPinned(),
        new TrustStaysInside(),
        new PolicyGrantsNotEverything(),
        new TopAccountIsDisarmed(),
        new PasswordIsNotEnough(),
        new IdentityProvidersAreApproved(),
        new RightsGoToGroups(),
        new PoolKnowsItsCallers(),
        new WorkbenchIsOffTheInternet(),
        new ModelEndpointIsPrivate(),
        new ModelRefusesStaticKeys(),
        new DataStaysInAllowedRegions(),
        new DatabaseIsEncrypted(),
        new ControlPlaneIsRecorded(),
        new ObjectAccessIsRecorded(),
        new LenientTagsAreListed(),
    ]);

    public IReadOnlyList<Rule> All { get; }

    /// <summary>The rules about one kind of facts that exist in that cloud.</summary>
    public ReadOnlySpan<Rule> About(FactsKind kind, Provider provider) => _byKind[(int)kind][(int)provider];

    public Rule? Find(string id) => All.FirstOrDefault(rule => rule.Descriptor.Id.Equals(id, StringComparison.OrdinalIgnoreCase));
}
