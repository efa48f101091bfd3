using ServerlessGuard.Documents;
using ServerlessGuard.Networks;
using ServerlessGuard.Resources;

namespace ServerlessGuard.Facts.Azure;

/// <summary>
/// <c>Microsoft.DocumentDB/databaseAccounts</c>: <c>ipRules[].ipAddressOrRange</c> (older: <c>ipRangeFilter</c>, one text); none of them
/// and no virtual network filter is open; 0.0.0.0 is all of Azure.
/// </summary>
/// <remarks>Source: REST API specification of Microsoft.DocumentDB 2025-04-15; "Configure an IP firewall in Azure Cosmos DB".</remarks>
public sealed class CosmosReader : FactReader
{
    public override string NativeType => "Microsoft.DocumentDB/databaseAccounts";

    public override IReadOnlyList<FactsKind> Gives => [FactsKind.DatabaseNetwork];

    public override IReadOnlyList<AzureRoute> Routes => [new AzureRoute.Acted("regenerateKey")];

    public override void Read(Resource resource, FactContext context, ICollection<SubjectFacts> facts) =>
        facts.Add(new DatabaseNetworkFacts(resource.Ref) { Public = Public(resource.Configuration) });

    private static Fact Public(Doc properties)
    {
        if (!properties.Exists)
        {
            return Fact.Unknown("properties", "an abbreviated response: get the account itself");
        }

        var access = properties["publicNetworkAccess"];
        if (PublicNetwork.IsPrivate(access))
        {
            return Fact.False("properties.publicNetworkAccess", access.ToString());
        }

        var rules = properties["ipRules"].Items.All().Select(rule => rule["ipAddressOrRange"].Text)
            .Concat((properties["ipRangeFilter"].Text ?? string.Empty).Split(',')).Select(text => text?.Trim())
                .Where(text => !string.IsNullOrEmpty(text)).ToList();
        if (rules.Count == 0)
        {
            const string Filter = "properties.isVirtualNetworkFilterEnabled";
            return properties["isVirtualNetworkFilterEnabled"].Flag is true
                ? Fact.False(Filter, "true")
                : Fact.True("properties.ipRules", "(empty, and no virtual network filter)");
        }

        if (rules.Contains("0.0.0.0", StringComparer.Ordinal))
        {
            return Fact.True("properties.ipRules", "0.0.0.0: every tenant's Azure resources");
        }

        return Internet.IsOpenTo(AddressSet.Of(rules.Select(AddressRange.Parse).OfType<AddressRange>()))
            ? Fact.True("properties.ipRules", $"{rules.Count} rules that together let in more than a /8")
            : Fact.False("properties.ipRules", $"{rules.Count} narrow rules");
    }
}
