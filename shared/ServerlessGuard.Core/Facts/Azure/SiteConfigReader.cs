using ServerlessGuard.Documents;
using ServerlessGuard.Facts.Secrets;
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
                facts.Add(new SiteSettingsFacts(resource.Ref, resource.Ref.Key)
                    { Worker = resource.IsObserved ? SiteWorker.Read(resource.Configuration) : null });
                facts.Add(new SettingsSecretsFacts(resource.Ref)
                    { HoldsSecret = secrets.Fact, OnlyPlatformSetting = secrets.OnlyPlatform, OfOtherCloud = secrets.OfOtherCloud });
                break;
            case "authsettingsv2":
                facts.Add(Authentication(resource, site));
                break;
            case "web":
                facts.Add(new SiteAddressFacts(resource.Ref, site, SiteNetwork.Addresses(resource.Configuration))
                    { Language = resource.IsObserved ? SiteLanguage.Read(resource.Configuration) : null });
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
}
