using ServerlessGuard.Documents;
using ServerlessGuard.Resources;

namespace ServerlessGuard.Facts.Azure;

/// <summary>What <c>config/web</c> says about the language of a site; Linux names it in one value, Windows in one property each.</summary>
public sealed record SiteLanguage(string? Linux, string? NetFramework, string? Java, string? PowerShell)
{
    public static SiteLanguage Read(Doc web) => new(
        web["linuxFxVersion"].NonEmpty,
        web["netFrameworkVersion"].NonEmpty,
        web["javaVersion"].NonEmpty,
        web["powerShellVersion"].NonEmpty);
}

/// <summary>What a site's settings say about its language and the version of the host.</summary>
public sealed record SiteWorker(string? Language, string? Host, string? Node)
{
    public static SiteWorker Read(Doc settings) => new(
        settings["FUNCTIONS_WORKER_RUNTIME"].NonEmpty,
        settings["FUNCTIONS_EXTENSION_VERSION"].NonEmpty,
        settings["WEBSITE_NODE_DEFAULT_VERSION"].NonEmpty);
}

/// <summary>A function app, waiting for its configuration, which names the runtime; Flex Consumption names it in the app itself.</summary>
/// <remarks>Source: REST API specification of Microsoft.Web 2024-11-01; "App settings reference for Azure Functions".</remarks>
public sealed record SiteRuntimeJoin(ResourceRef Subject, string? FlexName, string? FlexVersion, bool IsLinux) : JoinedFacts(Subject)
{
    private const string Web = "config/web: properties.";

    public override FactsKind Kind => FactsKind.RuntimeSupport;

    public static SiteRuntimeJoin Read(Resource site)
    {
        var flex = site.Configuration["functionAppConfig", "runtime"];
        return new SiteRuntimeJoin(
            site.Ref,
            flex["name"].NonEmpty,
            flex["version"].NonEmpty,
            site.Document["kind"].Text?.Contains("linux", StringComparison.OrdinalIgnoreCase) == true);
    }

    public override SubjectFacts Complete(Neighbours neighbours)
    {
        var now = neighbours.Context.Now;
        var worker = neighbours.Of<SiteSettingsFacts>(Subject.Key + "/config/appsettings").FirstOrDefault()?.Worker;
        var language = neighbours.One<SiteAddressFacts>(Subject.Key, Subject.Id)?.Language;
        var facts = new RuntimeSupportFacts(Subject)
            { Supported = Language(language, worker, now), OutOfReach = OutOfReach ?? Image(language) };
        return worker?.Host is { } host
            ? facts with { Supported = facts.Supported & RuntimeDates.OfFunctions("host", host, "FUNCTIONS_EXTENSION_VERSION", now) }
            : facts;
    }

    private static string? Image(SiteLanguage? language) =>
        language?.Linux?.StartsWith("DOCKER|", StringComparison.OrdinalIgnoreCase) == true ? "a container: its image is judged" : null;

    private Fact Language(SiteLanguage? web, SiteWorker? worker, DateTimeOffset now)
    {
        if (FlexName is { } name)
        {
            const string Path = "properties.functionAppConfig.runtime";
            return name.Equals("custom", StringComparison.OrdinalIgnoreCase)
                ? Fact.True(Path, "a program of the team's own")
                : FlexVersion is { } version
                    ? RuntimeDates.OfFunctions(name, version, Path, now)
                    : Fact.Unknown(Path + ".version", "not in the answer");
        }

        if (web is null)
        {
            return Fact.Unknown("config/web", "the app's configuration is not in the scan");
        }

        return web.Linux?.Split('|') is [var language, { Length: > 0 } number]
            ? RuntimeDates.OfFunctions(language, number, Web + "linuxFxVersion", now)
            : IsLinux ? Fact.Unknown(Web + "linuxFxVersion", "not in the answer") : Windows(web, worker, now);
    }

    /// <summary>On Windows the settings say which language it is: each version has a value whether it is used or not.</summary>
    private static Fact Windows(SiteLanguage web, SiteWorker? worker, DateTimeOffset now)
    {
        Fact Of(string language, string? version, string path) => version is null
            ? Fact.Unknown(path, "not in the answer")
            : RuntimeDates.OfFunctions(language, version, path, now);

        return worker?.Language?.ToUpperInvariant() switch
        {
            null => Fact.Unknown("FUNCTIONS_WORKER_RUNTIME", "the app's settings, which name its language, are not in the scan"),
            "DOTNET" or "DOTNET-ISOLATED" => web.NetFramework is "v4.0" or "v4.8"
                ? Fact.True(Web + "netFrameworkVersion", ".NET Framework, a part of Windows")
                : Of("dotnet", web.NetFramework, Web + "netFrameworkVersion"),
            "NODE" => Of("node", worker.Node, "WEBSITE_NODE_DEFAULT_VERSION"),
            "JAVA" => Of("java", web.Java, Web + "javaVersion"),
            "POWERSHELL" => Of("powershell", web.PowerShell, Web + "powerShellVersion"),
            "CUSTOM" => Fact.True("FUNCTIONS_WORKER_RUNTIME", "a program of the team's own"),
            var other => Fact.Unknown("FUNCTIONS_WORKER_RUNTIME", DocText.Shown(other)),
        };
    }
}
