using ServerlessGuard.Documents;
using ServerlessGuard.Facts.Secrets;
using ServerlessGuard.Networks;
using ServerlessGuard.Resources;

namespace ServerlessGuard.Facts.Azure;

/// <summary>
/// <c>Microsoft.Web/sites/config</c>, told apart by the last part of its id: appsettings and connectionstrings, authsettingsV2, web.
/// </summary>
/// <remarks>Source: REST API specification of Microsoft.Web 2024-11-01.</remarks>
public sealed class SiteConfigReader(string nativeType) : FactReader
{
    internal const string Type = "Microsoft.Web/sites/config";

    public static IEnumerable<FactReader> All => [new SiteConfigReader(Type), new SiteConfigReader("Microsoft.Web/sites/slots/config")];

    public override string NativeType { get; } = nativeType;

    public override IReadOnlyList<FactsKind> Gives => [FactsKind.SettingsSecrets];

    public override IReadOnlyList<AzureRoute> Routes =>
        [new AzureRoute.WithParent(NativeType[..NativeType.LastIndexOf('/')], ["/config/appsettings", "/config/connectionstrings"])
            { IsPosted = true }];

    public override void Read(Resource resource, FactContext context, ICollection<SubjectFacts> facts)
    {
        var site = resource.ParentKey ?? string.Empty;
        switch (ArmId.Name(resource.Ref.Id).ToLowerInvariant())
        {
            case "appsettings" or "connectionstrings":
                var secrets = resource.IsObserved
                    ? SecretSettings.Read(resource.Configuration, "properties", Provider.Azure)
                    : new SecretSettings.Found(Fact.Unknown("properties", "the settings are not in the answer (POST …/list)"), false,
                        false);
                facts.Add(new SiteSettingsFacts(resource.Ref, resource.Ref.Key));
                facts.Add(new SettingsSecretsFacts(resource.Ref)
                    { HoldsSecret = secrets.Fact, OnlyPlatformSetting = secrets.OnlyPlatform, OfOtherCloud = secrets.OfOtherCloud });
                break;
            case "authsettingsv2":
                facts.Add(Authentication(resource, site));
                break;
            case "web":
                facts.Add(new SiteAddressFacts(resource.Ref, site, Addresses(resource.Configuration)));
                break;
        }
    }

    private static SiteAuthFacts Authentication(Resource resource, string site)
    {
        if (!resource.IsObserved)
        {
            return new SiteAuthFacts(resource.Ref, site, Fact.Unknown("config/authsettingsV2: properties", "not in the answer"), []);
        }

        var validation = resource.Configuration["globalValidation"];
        var required = Fact.Of(resource.Configuration["platform", "enabled"], "config/authsettingsV2: properties.platform.enabled",
            whenAbsent: false, "false")
            & Fact.Of(validation["requireAuthentication"], "config/authsettingsV2: properties.globalValidation.requireAuthentication",
                whenAbsent: false, "false")
            & new Fact(!validation["unauthenticatedClientAction"].Is("AllowAnonymous"),
                "config/authsettingsV2: properties.globalValidation.unauthenticatedClientAction",
                validation["unauthenticatedClientAction"].ToString());
        return new SiteAuthFacts(resource.Ref, site, required,
            [.. validation["excludedPaths"].Items.All().Select(path => path.NonEmpty).OfType<string>().Select(DocText.Shown)]);
    }

    /// <summary>
    /// Rules in priority order. With an Allow for some addresses the rest is refused, unless ipSecurityRestrictionsDefaultAction says
    /// Allow; without any rule everybody may come.
    /// </summary>
    private static Fact Addresses(Doc properties)
    {
        const string Path = "config/web: properties.ipSecurityRestrictions";
        if (!properties.Exists)
        {
            return Fact.Unknown(Path, "not in the answer");
        }

        var left = AddressSet.Everything;
        var allowed = AddressSet.None;
        var restricts = false;
        foreach (var rule in properties["ipSecurityRestrictions"].Items.All().OrderBy(rule => rule["priority"].Number ?? long.MaxValue))
        {
            var addresses = Sources(rule);
            var allows = !rule["action"].Is("Deny");
            restricts |= allows;
            allowed = allows ? allowed.Union(addresses.Except(AddressSet.Everything.Except(left))) : allowed;
            left = left.Except(addresses);
        }

        if (!restricts && !properties["ipSecurityRestrictionsDefaultAction"].Is("Deny")
            || properties["ipSecurityRestrictionsDefaultAction"].Is("Allow"))
        {
            allowed = allowed.Union(left);
        }

        return new Fact(Internet.IsOpenTo(allowed), Path, $"{properties["ipSecurityRestrictions"].Items.Count} rules");
    }

    /// <summary>Rules for a subnet or a service tag say nothing about the internet.</summary>
    private static AddressSet Sources(Doc rule) => rule["ipAddress"].Text switch
    {
        null or "" => AddressSet.None,
        var any when any.Equals("Any", StringComparison.OrdinalIgnoreCase) || any is "*" => AddressSet.Everything,
        var text => AddressSet.Of(text.Split(',').Select(AddressRange.Parse).OfType<AddressRange>()),
    };
}
