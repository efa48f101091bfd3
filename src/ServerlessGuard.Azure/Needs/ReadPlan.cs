using System.Collections.Frozen;
using System.Collections.Immutable;
using ServerlessGuard.Facts;
using ServerlessGuard.Resources;

namespace ServerlessGuard.Azure.Needs;

/// <summary>What has to be read beside a resource, so that its rules can decide.</summary>
/// <param name="NativeType">As the fact readers spell it.</param>
internal sealed record ReadPlan(string NativeType)
{
    /// <summary>Lists whose elements the resource is joined with.</summary>
    public ImmutableArray<ChildList> Lists { get; init; } = [];

    /// <summary>Single children below the resource that it is joined with.</summary>
    public ImmutableArray<string> Companions { get; init; } = [];

    /// <summary>Single children that have findings of their own, but no events, or whose parent's deletion is theirs.</summary>
    public ImmutableArray<string> Judged { get; init; } = [];

    /// <summary>Children that only a POST to <c>…/list</c> shows, with findings of their own.</summary>
    public ImmutableArray<string> Posted { get; init; } = [];

    /// <summary>Children with findings of their own that Resource Graph does not list: the sweep asks their parent.</summary>
    public ImmutableArray<string> Swept { get; init; } = [];

    private static readonly FrozenDictionary<string, ReadPlan> Plans = new ReadPlan[]
    {
        new("Microsoft.Storage/storageAccounts")
        {
            Lists =
            [
                new("/blobServices/default/containers", string.Empty, "Microsoft.Storage/storageAccounts/blobServices/containers"),
                new("/blobServices/default/providers/Microsoft.Insights/diagnosticSettings", "/blobServices/default", ChangeTargets.DiagnosticSettings),
            ],
            Judged = ["/blobServices/default"],
        },
        new("Microsoft.Sql/servers") { Lists = [ChildList.Below("firewallRules", "Microsoft.Sql/servers")] },
        new("Microsoft.DBforPostgreSQL/flexibleServers") { Lists = [ChildList.Below("firewallRules", "Microsoft.DBforPostgreSQL/flexibleServers")] },
        new("Microsoft.DBforMySQL/flexibleServers") { Lists = [ChildList.Below("firewallRules", "Microsoft.DBforMySQL/flexibleServers")] },
        Site("Microsoft.Web/sites"),
        Site("Microsoft.Web/sites/slots"),
        new("Microsoft.KeyVault/vaults") { Swept = ["keys"] },
        new("Microsoft.ManagedIdentity/userAssignedIdentities") { Swept = ["federatedIdentityCredentials"] },
        new("Microsoft.MachineLearningServices/workspaces") { Swept = ["computes", "onlineEndpoints", "serverlessEndpoints"] },
        new(ChangeTargets.Subscription)
        {
            Lists = [new("/providers/Microsoft.Insights/diagnosticSettings", string.Empty, ChangeTargets.DiagnosticSettings)],
        },
    }.ToFrozenDictionary(plan => plan.NativeType, StringComparer.OrdinalIgnoreCase);

    /// <summary>One spelling per type: the table keeps a clock for each.</summary>
    private static readonly FrozenDictionary<string, string> Spellings = FactReaders.All.Select(reader => reader.NativeType).Concat(Plans.Keys)
        .Distinct(StringComparer.OrdinalIgnoreCase).ToFrozenDictionary(type => type, StringComparer.OrdinalIgnoreCase);

    public static ReadPlan For(string nativeType) => Plans.GetValueOrDefault(nativeType) ?? new ReadPlan(nativeType);

    public static string Canonical(string nativeType) => Spellings.GetValueOrDefault(nativeType, nativeType);

    /// <summary>The type of an id in our spelling; null when the id spells none.</summary>
    public static string? TypeOf(string id) => ArmId.Type(id) is { } type ? Canonical(type) : null;

    private static ReadPlan Site(string type) => new(type)
    {
        Lists = [new("/functions", string.Empty, "Microsoft.Web/sites/functions")],
        Companions = ["/config/authsettingsV2", "/config/web"],
        Posted = ["/config/appsettings", "/config/connectionstrings"],
    };
}

/// <param name="Path">Below the resource's id.</param>
/// <param name="Parent">What the children hang on: the resource, or something below it.</param>
/// <param name="Type">The children's native type.</param>
internal sealed record ChildList(string Path, string Parent, string Type)
{
    public static ChildList Below(string name, string parentType) => new("/" + name, string.Empty, $"{parentType}/{name}");
}
