using ServerlessGuard.Documents;
using ServerlessGuard.Networks;

namespace ServerlessGuard.Facts.Azure;

/// <summary>
/// The network switches that storage accounts, vaults and AI accounts share: <c>publicNetworkAccess</c> (absent: Enabled;
/// SecuredByPerimeter is not public), <c>networkAcls.defaultAction</c> (absent: Allow), <c>networkAcls.ipRules[].value</c>, which together
/// may be as wide as no firewall.
/// </summary>
/// <remarks>Source: Azure REST API specifications of Microsoft.Storage 2025-06-01, Microsoft.KeyVault 2024-11-01,
/// Microsoft.CognitiveServices 2025-06-01.</remarks>
internal static class PublicNetwork
{
    private const string AccessPath = "properties.publicNetworkAccess";
    private const string ActionPath = "properties.networkAcls.defaultAction";

    /// <summary>Any network reaches the endpoint.</summary>
    public static Fact Open(Doc properties)
    {
        if (!properties.Exists)
        {
            return Fact.Unknown("properties", "an abbreviated response: get the resource itself");
        }

        var access = properties["publicNetworkAccess"];
        if (IsPrivate(access))
        {
            return Fact.False(AccessPath, access.ToString());
        }

        var rules = properties["networkAcls"];
        var action = rules["defaultAction"];
        if (!action.Is("Deny"))
        {
            return Fact.True(ActionPath, action.Exists ? action.ToString() : "(absent: Allow)");
        }

        var ranges = rules["ipRules"].Items.All().Concat(rules["ipv6Rules"].Items.All())
            .Where(rule => !rule["action"].Exists || rule["action"].Is("Allow"))
            .Select(rule => AddressRange.Parse(rule["value"].Text ?? rule["ipAddressOrRange"].Text)).OfType<AddressRange>().ToList();
        return Internet.IsOpenTo(AddressSet.Of(ranges))
            ? Fact.True("properties.networkAcls.ipRules", $"{ranges.Count} rules that together let in more than a /8")
            : Fact.False(ActionPath, "Deny");
    }

    /// <summary>Disabled, or decided by a network security perimeter.</summary>
    public static bool IsPrivate(Doc access) => access.Is("Disabled") || access.Is("SecuredByPerimeter");
}
