using System.Collections.Immutable;
using ServerlessGuard.Resources;

namespace ServerlessGuard.Facts.Azure;

/// <summary>What a site's <c>config/authsettingsV2</c> says.</summary>
public sealed record SiteAuthFacts(ResourceRef Subject, string SiteKey, Fact Required,
    ImmutableArray<string> ExcludedPaths) : NeighbourFacts(Subject), INeighbour
{
    public static Source Source { get; } = new AzureSource(AzureFind.Child)
        { Path = "/config/authsettingsV2", Of = ["Microsoft.Web/sites", "Microsoft.Web/sites/slots"] };

    public override IEnumerable<string> JoinKeys => [SiteKey];
}

/// <summary>What a site's <c>config/web</c> says about addresses.</summary>
public sealed record SiteAddressFacts(ResourceRef Subject, string SiteKey, Fact OpenToInternet) : NeighbourFacts(Subject), INeighbour
{
    public static Source Source { get; } = new AzureSource(AzureFind.Child)
        { Path = "/config/web", Of = ["Microsoft.Web/sites", "Microsoft.Web/sites/slots"] };

    public SiteLanguage? Language { get; init; }

    public override IEnumerable<string> JoinKeys => [SiteKey];
}

/// <summary>The site's settings are in the scan and speak for themselves.</summary>
public sealed record SiteSettingsFacts(ResourceRef Subject, string SiteKey) : NeighbourFacts(Subject), INeighbour
{
    public static Source Source { get; } = new Source.Given("is judged itself, together with its site");

    public SiteWorker? Worker { get; init; }

    public override IEnumerable<string> JoinKeys => [SiteKey];
}

/// <summary>One function of a function app: does an HTTP trigger of it ask for nothing?</summary>
public sealed record SiteFunctionFacts(ResourceRef Subject, string SiteKey, Fact Anonymous) : NeighbourFacts(Subject), INeighbour
{
    public static Source Source { get; } = new AzureSource(AzureFind.List)
    {
        Path = "/functions",
        NativeType = "Microsoft.Web/sites/functions",
        Of = ["Microsoft.Web/sites", "Microsoft.Web/sites/slots"],
    };

    public override IEnumerable<string> JoinKeys => [SiteKey];
}
