using System.Collections.Immutable;
using ServerlessGuard.Documents;
using ServerlessGuard.Resources;
using ServerlessGuard.Verdicts;

namespace ServerlessGuard.Facts.Azure;

/// <summary>
/// <c>Microsoft.KeyVault/vaults</c>. enablePurgeProtection absent is off (false is refused as a value); enableRbacAuthorization absent is
/// false; a vault in createMode recover carries no configuration.
/// </summary>
/// <remarks>Source: REST API specification of Microsoft.KeyVault 2024-11-01.</remarks>
public sealed class VaultReader : FactReader
{
    private const string Abbreviated = "an abbreviated response: get the vault itself";

    public override string NativeType => "Microsoft.KeyVault/vaults";

    public override IReadOnlyList<FactsKind> Gives => [FactsKind.KeyAccess, FactsKind.KeyDestruction];

    public override IReadOnlyList<AzureRoute> Routes => [new AzureRoute.HasPart("accessPolicies")];

    public override void Read(Resource resource, FactContext context, ICollection<SubjectFacts> facts)
    {
        var properties = resource.Configuration;
        var recovering = properties["createMode"].Is("recover") && !properties["vaultUri"].Exists && !properties["sku"].Exists
            ? "a request to recover the vault: it shows no settings"
            : null;
        var foreign = ForeignPolicy(properties, context);
        var open = PublicNetwork.Open(properties);
        facts.Add(new KeyAccessFacts(resource.Ref)
        {
            OpenToOutsiders = foreign | open,
            OutOfReach = recovering,
            NetworkOnly = foreign.Value is not true,
            SubFindings = properties.Exists && properties["enableRbacAuthorization"].Flag is not true ? [Rbac(properties)] : [],
        });
        facts.Add(new KeyDestructionFacts(resource.Ref)
        {
            Protected = properties.Exists
                ? Fact.Of(properties["enablePurgeProtection"], "properties.enablePurgeProtection", whenAbsent: false, "off")
                : Fact.Unknown("properties", Abbreviated),
            Scheduled = false,
            OutOfReach = recovering,
            IsGoneAtOnce = properties["enableSoftDelete"].Flag is false,
            SubFindings = properties["enableSoftDelete"].Flag is false
                ? [new SubFinding("soft-delete", Severity.High, "A deleted vault is gone at once.",
                    new Evidence("properties.enableSoftDelete", "false"))]
                : ImmutableArray<SubFinding>.Empty,
        });
    }

    /// <summary>
    /// An access policy for another tenant gives that tenant's principals the keys and secrets, unless the vault goes by role assignments,
    /// which ignore access policies.
    /// </summary>
    private static Fact ForeignPolicy(Doc properties, FactContext context)
    {
        const string Path = "properties.accessPolicies[].tenantId";
        var own = properties["tenantId"].NonEmpty;
        if (properties["enableRbacAuthorization"].Flag is true)
        {
            return Fact.False("properties.enableRbacAuthorization", "true: access policies are ignored");
        }

        foreach (var tenant in properties["accessPolicies"].Items.All().Select(policy => policy["tenantId"].NonEmpty).OfType<string>())
        {
            if (own is null)
            {
                return Fact.Unknown("properties.tenantId", "not in the answer: whose access policies these are is not known");
            }

            if (!tenant.Equals(own, StringComparison.OrdinalIgnoreCase) && !context.Settings.ApprovedTenants.Contains(tenant))
            {
                return Fact.True(Path, DocText.Shown(tenant));
            }
        }

        return Fact.False(Path, "our own tenant only");
    }

    private static SubFinding Rbac(Doc properties) => new(
        "rbac", Severity.Low, "Access is by vault policies, outside role assignments and their reviews.",
        new Evidence("properties.enableRbacAuthorization", properties["enableRbacAuthorization"].Exists ? "false" : "(absent: false)"));
}

/// <summary><c>Microsoft.KeyVault/vaults/keys</c>: <c>rotationPolicy.lifetimeActions[].action.type</c>, spelled rotate in ARM.</summary>
/// <remarks>Source: REST API specification of Microsoft.KeyVault 2024-11-01.</remarks>
public sealed class VaultKeyReader : FactReader
{
    /// <summary>An entry of Keys - List: attributes and address, but not what kind of key it is, which every key itself says.</summary>
    private static bool IsListEntry(Doc properties) => !properties["rotationPolicy"].Exists && !properties["kty"].Exists;

    public override string NativeType => "Microsoft.KeyVault/vaults/keys";

    public override IReadOnlyList<FactsKind> Gives => [FactsKind.KeyRotation];

    public override IReadOnlyList<AzureRoute> Routes => [new AzureRoute.ListedByParent()];

    public override void Read(Resource resource, FactContext context, ICollection<SubjectFacts> facts)
    {
        const string Path = "properties.rotationPolicy.lifetimeActions[].action.type";
        var actions = resource.Configuration["rotationPolicy", "lifetimeActions"].Items.All().Select(action => action["action", "type"])
            .ToList();
        facts.Add(new KeyRotationFacts(resource.Ref)
        {
            Rotates = !resource.IsObserved || IsListEntry(resource.Configuration)
                ? Fact.Unknown("properties", "an abbreviated response: get the key itself")
                : new Fact(actions.Exists(action => action.Is("rotate")), Path,
                    actions.Count == 0 ? "(no rotation policy)" : string.Join(", ", actions)),
        });
    }
}
