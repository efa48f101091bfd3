using ServerlessGuard.Resources;

namespace ServerlessGuard.Facts.Azure;

/// <summary>An App Service Environment, as its apps are joined with it: whether its address is one of the internet.</summary>
public sealed record AppServiceEnvironmentFacts(ResourceRef Subject, Fact OnInternet) : NeighbourFacts(Subject), INeighbour
{
    public static Source Source { get; } = new AzureSource(AzureFind.Id) { NativeType = AppServiceEnvironmentReader.Type };

    public override IEnumerable<string> JoinKeys => [Subject.Key];
}

/// <summary>An environment of Container Apps, as the function apps in it are joined with it.</summary>
public sealed record ContainerEnvironmentFacts(ResourceRef Subject, Fact OnInternet) : NeighbourFacts(Subject), INeighbour
{
    public static Source Source { get; } = new AzureSource(AzureFind.Id) { NativeType = ContainerEnvironmentReader.Type };

    public override IEnumerable<string> JoinKeys => [Subject.Key];
}

/// <summary>
/// <c>Microsoft.Web/hostingEnvironments</c>: <c>internalLoadBalancingMode</c>, None (the default), Web, Publishing, or both. With Web, its
/// apps answer at an address of the virtual network only.
/// </summary>
/// <remarks>Source: REST API specification of Microsoft.Web 2024-11-01; "App Service Environment networking".</remarks>
public sealed class AppServiceEnvironmentReader : FactReader
{
    public const string Type = "Microsoft.Web/hostingEnvironments";

    public override string NativeType => Type;

    public override IReadOnlyList<FactsKind> Gives => [];

    public override void Read(Resource resource, FactContext context, ICollection<SubjectFacts> facts)
    {
        const string Path = "hostingEnvironments: properties.internalLoadBalancingMode";
        var mode = resource.Configuration["internalLoadBalancingMode"];
        var parts = mode.Text?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) ?? [];
        var known = parts.Length > 0 && Array.TrueForAll(parts, part => Is(part, "None") || Is(part, "Web") || Is(part, "Publishing"));
        facts.Add(new AppServiceEnvironmentFacts(resource.Ref, !resource.IsObserved || mode.Exists && !known
            ? Fact.Unknown(Path, "not in the answer, or a mode that is not known")
            : new Fact(!Array.Exists(parts, part => Is(part, "Web")), Path, known ? mode.ToString() : "(absent: None)")));
    }

    private static bool Is(string part, string mode) => part.Equals(mode, StringComparison.OrdinalIgnoreCase);
}

/// <summary>
/// <c>Microsoft.App/managedEnvironments</c>: <c>vnetConfiguration.internal</c> (absent: false) and <c>publicNetworkAccess</c>.
/// </summary>
/// <remarks>Source: REST API specification of Microsoft.App 2025-01-01; "Networking in Azure Container Apps environment".</remarks>
public sealed class ContainerEnvironmentReader : FactReader
{
    public const string Type = "Microsoft.App/managedEnvironments";

    public override string NativeType => Type;

    public override IReadOnlyList<FactsKind> Gives => [];

    public override void Read(Resource resource, FactContext context, ICollection<SubjectFacts> facts) =>
        facts.Add(new ContainerEnvironmentFacts(resource.Ref, OnInternet(resource)));

    private static Fact OnInternet(Resource resource)
    {
        if (!resource.IsObserved)
        {
            return Fact.Unknown("managedEnvironments: properties", "not in the answer");
        }

        var access = resource.Configuration["publicNetworkAccess"];
        return access.Is("Disabled")
            ? Fact.False("managedEnvironments: properties.publicNetworkAccess", "Disabled")
            : Fact.Of(resource.Configuration["vnetConfiguration", "internal"], "managedEnvironments: properties.vnetConfiguration.internal",
                whenAbsent: false, "false").Not;
    }
}
