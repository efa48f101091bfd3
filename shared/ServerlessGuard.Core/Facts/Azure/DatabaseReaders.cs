using ServerlessGuard.Documents;
using ServerlessGuard.Networks;
using ServerlessGuard.Resources;

namespace ServerlessGuard.Facts.Azure;

/// <summary>
/// <c>Microsoft.Sql/servers</c>: <c>publicNetworkAccess</c> (absent: Enabled) and the firewall rules, which are children. 0.0.0.0 to
/// 0.0.0.0 lets in all of Azure, every tenant's.
/// </summary>
/// <remarks>Source: REST API specification of Microsoft.Sql 2023-08-01; "Azure SQL Database and Azure Synapse IP firewall rules".</remarks>
public sealed class SqlServerReader : FactReader
{
    public override string NativeType => "Microsoft.Sql/servers";

    public override IReadOnlyList<FactsKind> Gives => [FactsKind.DatabaseNetwork];

    public override void Read(Resource resource, FactContext context, ICollection<SubjectFacts> facts) =>
        facts.Add(ServerFirewallJoin.Read(resource, resource.Configuration["publicNetworkAccess"], "properties.publicNetworkAccess", null));
}

/// <summary>
/// <c>Microsoft.DBforPostgreSQL/flexibleServers</c> and <c>Microsoft.DBforMySQL/flexibleServers</c>: a server inside a virtual network
/// (<c>network.delegatedSubnetResourceId</c>) has no public endpoint.
/// </summary>
/// <remarks>Source: REST API specifications of Microsoft.DBforPostgreSQL 2024-08-01 and Microsoft.DBforMySQL 2023-12-30.</remarks>
public sealed class FlexibleServerReader(string nativeType) : FactReader
{
    public static IEnumerable<FactReader> All =>
        [new FlexibleServerReader("Microsoft.DBforPostgreSQL/flexibleServers"),
            new FlexibleServerReader("Microsoft.DBforMySQL/flexibleServers")];

    public override string NativeType { get; } = nativeType;

    public override IReadOnlyList<FactsKind> Gives => [FactsKind.DatabaseNetwork];

    public override void Read(Resource resource, FactContext context, ICollection<SubjectFacts> facts)
    {
        var network = resource.Configuration["network"];
        var (access, path) = network["publicNetworkAccess"].Exists
            ? (network["publicNetworkAccess"], "properties.network.publicNetworkAccess")
            : (resource.Configuration["publicNetworkAccess"], "properties.publicNetworkAccess");
        var subnet = network["delegatedSubnetResourceId"].NonEmpty
            ?? resource.Configuration["delegatedSubnetArguments", "subnetArmResourceId"].NonEmpty;
        facts.Add(ServerFirewallJoin.Read(resource, access, path, subnet));
    }
}

/// <summary>A firewall rule of any of these servers: one range of addresses.</summary>
public sealed class ServerFirewallRuleReader(string nativeType) : FactReader
{
    public static IEnumerable<FactReader> All =>
    [
        new ServerFirewallRuleReader("Microsoft.Sql/servers/firewallRules"),
        new ServerFirewallRuleReader("Microsoft.DBforPostgreSQL/flexibleServers/firewallRules"),
        new ServerFirewallRuleReader("Microsoft.DBforMySQL/flexibleServers/firewallRules"),
    ];

    public override string NativeType { get; } = nativeType;

    public override IReadOnlyList<FactsKind> Gives => [];

    public override IReadOnlyList<AzureRoute> Routes => [new AzureRoute.PartOf(NativeType[..NativeType.LastIndexOf('/')])];

    public override void Read(Resource resource, FactContext context, ICollection<SubjectFacts> facts)
    {
        if (resource.ParentKey is { } server)
        {
            var range = AddressRange.Between(resource.Configuration["startIpAddress"].Text, resource.Configuration["endIpAddress"].Text);
            facts.Add(new FirewallRuleFacts(resource.Ref, server, range));
        }
    }
}

/// <param name="Range">Null when the rule's addresses could not be read.</param>
public sealed record FirewallRuleFacts(ResourceRef Subject, string ServerKey, AddressRange? Range) : NeighbourFacts(Subject), INeighbour
{
    public static Source Source { get; } = new AzureSource(AzureFind.List)
    {
        Path = "/firewallRules",
        Of = ["Microsoft.Sql/servers", "Microsoft.DBforPostgreSQL/flexibleServers", "Microsoft.DBforMySQL/flexibleServers"],
    };

    public bool IsAllOfAzure => Range is { IsV6: false } range && range.First == 0 && range.Last == 0;

    public override IEnumerable<string> JoinKeys => [ServerKey];
}

/// <summary>A database server, waiting for its firewall rules.</summary>
public sealed record ServerFirewallJoin(ResourceRef Subject, Fact Access, string ChildType) : JoinedFacts(Subject)
{
    public override FactsKind Kind => FactsKind.DatabaseNetwork;

    public static ServerFirewallJoin Read(Resource resource, Doc access, string path, string? subnet) => new(
        resource.Ref,
        (resource.IsObserved, subnet) switch
        {
            (false, _) => Fact.Unknown("properties", "an abbreviated response: get the server itself"),
            (_, { } inside) => Fact.False("properties.network.delegatedSubnetResourceId", DocText.Shown(inside)),
            _ when PublicNetwork.IsPrivate(access) => Fact.False(path, access.ToString()),
            _ => Fact.True(path, access.Exists ? access.ToString() : "(absent: Enabled)"),
        },
        resource.Ref.NativeType + "/firewallRules");

    public override bool NeedsNobody => Access.Value is false;

    public override SubjectFacts Complete(Neighbours neighbours)
    {
        // With public access on, the rule that lets strangers in is the evidence.
        var rules = Rules(neighbours);
        return new DatabaseNetworkFacts(Subject) { Public = Access.Value is true ? rules : Access & rules };
    }

    private Fact Rules(Neighbours neighbours)
    {
        var rules = neighbours.Of<FirewallRuleFacts>(Subject.Key, Subject.Id).ToList();
        if (rules.Count == 0 && !neighbours.Has<ListedChildren>(ListedChildren.KeyOf(Subject.Key, ChildType)))
        {
            return Fact.Unknown(ChildType, "the server's firewall rules are not in the scan");
        }

        if (rules.Find(rule => rule.IsAllOfAzure) is { } azure)
        {
            return Fact.True($"firewallRules/{azure.Subject.Name}", "0.0.0.0 to 0.0.0.0: every tenant's Azure resources");
        }

        if (Internet.IsOpenTo(AddressSet.Of(rules.Select(rule => rule.Range).OfType<AddressRange>())))
        {
            return Fact.True("firewallRules", $"{rules.Count} rules that together let in more than a /8");
        }

        return rules.Find(rule => rule.Range is null) is { } unread
            ? Fact.Unknown($"firewallRules/{unread.Subject.Name}", "its addresses could not be read")
            : Fact.False("firewallRules", $"{rules.Count} narrow rules");
    }
}
