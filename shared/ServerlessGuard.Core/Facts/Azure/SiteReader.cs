using ServerlessGuard.Resources;

namespace ServerlessGuard.Facts.Azure;

/// <summary>
/// <c>Microsoft.Web/sites</c> (and slots, which are sites of their own) whose <c>kind</c> says functionapp. <c>siteConfig</c> is
/// write-only: addresses are in
/// <c>config/web</c>, authentication in <c>config/authsettingsV2</c>, triggers in <c>functions</c>, all children.
/// </summary>
/// <remarks>Source: REST API specification of Microsoft.Web 2024-11-01.</remarks>
public sealed class SiteReader(string nativeType) : FactReader
{
    public static IEnumerable<FactReader> All => [new SiteReader("Microsoft.Web/sites"), new SiteReader("Microsoft.Web/sites/slots")];

    public override string NativeType { get; } = nativeType;

    public override IReadOnlyList<FactsKind> Gives => [FactsKind.Invocation, FactsKind.WorkloadPrivilege, FactsKind.RuntimeSupport];

    public override IReadOnlyList<AzureRoute> Routes => NativeType is "Microsoft.Web/sites"
        ? [new AzureRoute.Acted("config/list"), new AzureRoute.Acted("slotsswap"), new AzureRoute.Acted("slots/slotsswap")]
        : [new AzureRoute.Acted("config/list")];

    public override void Read(Resource resource, FactContext context, ICollection<SubjectFacts> facts)
    {
        var isFunction = resource.Document["kind"].Text?.Contains("functionapp", StringComparison.OrdinalIgnoreCase) == true;
        var outOfReach = isFunction ? null : "not a function app";
        facts.Add(new SiteInvocationJoin(resource.Ref) { Network = SiteNetwork.Of(resource), OutOfReach = outOfReach });
        facts.Add(SiteRuntimeJoin.Read(resource) with { OutOfReach = outOfReach });
        facts.Add(SitePrivilegeJoin.Read(resource) with { OutOfReach = outOfReach });
        if (isFunction)
        {
            facts.Add(new SiteSettingsJoin(resource.Ref with
            {
                NativeType = SiteConfigReader.Type,
                Id = resource.Ref.Id + "/config/appsettings",
                Name = resource.Ref.Name + "/appsettings",
            }));
        }
    }
}

/// <summary>A function app, waiting for its authentication, its address rules and its functions.</summary>
public sealed record SiteInvocationJoin(ResourceRef Subject) : JoinedFacts(Subject)
{
    public override FactsKind Kind => FactsKind.Invocation;

    public required SiteNetwork Network { get; init; }

    public override SubjectFacts Complete(Neighbours neighbours)
    {
        var auth = neighbours.One<SiteAuthFacts>(Subject.Key, Subject.Id);
        var authenticated = auth?.Required
            ?? Fact.Unknown("config/authsettingsV2", "the app's authentication settings are not in the scan");
        var addresses = neighbours.One<SiteAddressFacts>(Subject.Key, Subject.Id)?.OpenToInternet
            ?? Fact.Unknown("config/web", "the app's address restrictions are not in the scan");
        var anonymous = Anonymous(neighbours);
        var open = Network.Reachable(neighbours) & authenticated.Not & anonymous & addresses;
        return new InvocationFacts(Subject)
        {
            InvocableByAnyone = open.Value is true ? anonymous : open,
            OutOfReach = OutOfReach,
            SubFindings = auth is { Required.Value: true, ExcludedPaths: [var path, ..] }
                ? [new("excluded-path", Verdicts.Severity.Medium, "A path is excluded from authentication.",
                    new("config/authsettingsV2: properties.globalValidation.excludedPaths", path))]
                : [],
        };
    }

    private Fact Anonymous(Neighbours neighbours)
    {
        var functions = neighbours.Of<SiteFunctionFacts>(Subject.Key, Subject.Id).ToList();
        var anonymous = functions.Count == 0
            && !neighbours.Has<ListedChildren>(ListedChildren.KeyOf(Subject.Key, "Microsoft.Web/sites/functions"))
            ? Fact.Unknown("functions", "the app's functions are not in the scan")
            : Fact.False("functions", $"no anonymous HTTP trigger among {functions.Count}");
        foreach (var function in functions)
        {
            anonymous |= function.Anonymous;
        }

        return anonymous;
    }
}

/// <summary>A function app whose settings are not in the scan: only a POST to <c>…/list</c> shows them.</summary>
public sealed record SiteSettingsJoin(ResourceRef Subject) : JoinedFacts(Subject)
{
    public override FactsKind Kind => FactsKind.SettingsSecrets;

    public override SubjectFacts? Complete(Neighbours neighbours) => neighbours.Has<SiteSettingsFacts>(Subject.Key)
        ? null
        : new SettingsSecretsFacts(Subject)
        {
            HoldsSecret = Fact.Unknown(
                "config/appsettings", "the app's settings are not in the scan (POST …/config/appsettings/list)"),
        };
}
