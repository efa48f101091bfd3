using ServerlessGuard.Documents;
using ServerlessGuard.Networks;
using ServerlessGuard.Resources;

namespace ServerlessGuard.Facts.Azure;

/// <summary>Whether a site answers on the internet, before its own address rules.</summary>
/// <param name="Own">What its own switch says.</param>
/// <param name="AppServiceEnvironment">The key of the environment that it runs in; null: none.</param>
/// <param name="ContainerEnvironment">The key of the Container Apps environment that it runs in; null: none.</param>
public sealed record SiteNetwork(Fact Own, string? AppServiceEnvironment, string? ContainerEnvironment)
{
    private const string Access = "properties.publicNetworkAccess";

    /// <remarks>
    /// Source: "Use private endpoints for apps": without a value public access is on, and off as soon as there is an approved private
    /// endpoint.
    /// </remarks>
    public static SiteNetwork Of(Resource resource)
    {
        var site = resource.Configuration;
        var access = site["publicNetworkAccess"];
        var own = (resource.IsObserved, access.NonEmpty) switch
        {
            (false, _) => Fact.Unknown("properties", "an abbreviated response: get the site itself"),
            (_, { } text) => new Fact(!access.Is("Disabled"), Access, text),
            (_, null) when Approved(site["privateEndpointConnections"]) =>
                Fact.False(Access, "absent beside an approved private endpoint: Disabled"),
            (_, null) => Fact.True(Access, "(absent: Enabled)"),
        };
        var service = Key(site["hostingEnvironmentProfile", "id"]);
        var container = Key(site["managedEnvironmentId"]) ?? Key(site["environmentId"]);
        return new SiteNetwork(service is null && container is null ? own & Unnamed(resource) : own, service, container);
    }

    /// <summary>It runs in an environment, but the answer does not say in which one.</summary>
    private static Fact Unnamed(Resource resource)
    {
        var site = resource.Configuration;
        return (site["hostingEnvironmentProfile"].IsObject || site["hostingEnvironment"].NonEmpty is not null,
            resource.Document["kind"].Text?.Contains("azurecontainerapps", StringComparison.OrdinalIgnoreCase) == true) switch
        {
            (true, _) => Fact.Unknown("properties.hostingEnvironmentProfile.id", "the environment of the app is not named"),
            (_, true) => Fact.Unknown("properties.managedEnvironmentId", "the environment of the app is not named"),
            _ => Fact.True("properties", "in no environment"),
        };
    }

    public Fact Reachable(Neighbours neighbours)
    {
        var reachable = Own;
        if (AppServiceEnvironment is { } service)
        {
            reachable &= neighbours.One<AppServiceEnvironmentFacts>(service)?.OnInternet
                ?? Fact.Unknown(service, "the App Service Environment of the app is not in the scan");
        }

        if (ContainerEnvironment is { } container)
        {
            reachable &= neighbours.One<ContainerEnvironmentFacts>(container)?.OnInternet
                ?? Fact.Unknown(container, "the Container Apps environment of the app is not in the scan");
        }

        return reachable;
    }

    /// <summary>
    /// Rules in priority order. As soon as there is a rule the rest is refused, unless ipSecurityRestrictionsDefaultAction says Allow;
    /// without any rule everybody may come.
    /// </summary>
    public static Fact Addresses(Doc properties)
    {
        const string Path = "config/web: properties.ipSecurityRestrictions";
        if (!properties.Exists)
        {
            return Fact.Unknown(Path, "not in the answer");
        }

        var left = AddressSet.Everything;
        var allowed = AddressSet.None;
        var rules = properties["ipSecurityRestrictions"].Items.All().Where(rule => rule.IsObject)
            .OrderBy(rule => rule["priority"].Number ?? long.MaxValue).ToList();
        foreach (var rule in rules)
        {
            var addresses = Sources(rule);
            allowed = rule["action"].Is("Deny") ? allowed : allowed.Union(addresses.Except(AddressSet.Everything.Except(left)));
            left = left.Except(addresses);
        }

        var otherwise = properties["ipSecurityRestrictionsDefaultAction"];
        if (otherwise.Is("Allow") || rules.Count == 0 && !otherwise.Is("Deny"))
        {
            allowed = allowed.Union(left);
        }

        return new Fact(Internet.IsOpenTo(allowed), Path, $"{rules.Count} rules");
    }

    private static bool Approved(Doc endpoints) => endpoints.Items.All().Any(endpoint =>
        endpoint["properties", "privateLinkServiceConnectionState"]["status"].Is("Approved"));

    private static string? Key(Doc id) => id.NonEmpty is { } text && ArmId.Looks(text) ? ArmId.Key(text) : null;

    /// <summary>Rules for a subnet or a service tag say nothing about the internet.</summary>
    private static AddressSet Sources(Doc rule) => rule["ipAddress"].Text switch
    {
        null or "" => AddressSet.None,
        var any when any.Equals("Any", StringComparison.OrdinalIgnoreCase) || any is "*" => AddressSet.Everything,
        var text => AddressSet.Of(text.Split(',').Select(AddressRange.Parse).OfType<AddressRange>()),
    };
}
