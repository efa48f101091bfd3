using System.Collections.Immutable;
using ServerlessGuard.Resources;

namespace ServerlessGuard.Facts.Azure;

/// <summary>One diagnostic setting: which categories it sends somewhere. Without a destination it sends nothing.</summary>
public sealed record DiagnosticSettingsFacts(ResourceRef Subject, string TargetKey) : NeighbourFacts(Subject), INeighbour
{
    public static Source Source { get; } = new AzureSource(AzureFind.List)
    {
        Path = "/providers/Microsoft.Insights/diagnosticSettings",
        NativeType = "Microsoft.Insights/diagnosticSettings",
        Of = [BlobServiceReader.Type, "Microsoft.Resources/subscriptions"],
    };

    public required ImmutableArray<string> Categories { get; init; }
    public required ImmutableArray<string> Groups { get; init; }

    /// <summary>An abbreviated answer may send anything.</summary>
    public required bool Observed { get; init; }

    public override IEnumerable<string> JoinKeys => [TargetKey];

    public bool Covers(string category) =>
        Categories.Contains(category, StringComparer.OrdinalIgnoreCase) || Groups.Any(group => group is "alllogs" or "audit");
}

/// <summary>
/// <c>Microsoft.Insights/diagnosticSettings</c>, an extension of the resource whose logs it sends; of a subscription, the activity log.
/// </summary>
/// <remarks>Source: REST API specification of Microsoft.Insights 2021-05-01-preview.</remarks>
public sealed class DiagnosticSettingsReader : FactReader
{
    private static readonly string[] Destinations =
        ["workspaceId", "storageAccountId", "eventHubAuthorizationRuleId", "marketplacePartnerId", "serviceBusRuleId"];

    public override string NativeType => "Microsoft.Insights/diagnosticSettings";

    public override IReadOnlyList<FactsKind> Gives => [];

    public override IReadOnlyList<AzureRoute> Routes => 
    [
        new AzureRoute.PartOf("Microsoft.Storage/storageAccounts") { Under = "/blobServices/default" },
        new AzureRoute.PartOf("Microsoft.Resources/subscriptions"),
    ];

    public override void Read(Resource resource, FactContext context, ICollection<SubjectFacts> facts)
    {
        if (resource.ParentKey is not { } target)
        {
            return;
        }

        var sends = Destinations.Any(destination => resource.Configuration[destination].NonEmpty is not null);
        var logs = resource.Configuration["logs"].Items.All().Where(log => sends && log["enabled"].Flag is true).ToList();
        facts.Add(new DiagnosticSettingsFacts(resource.Ref, target)
        {
            Observed = resource.IsObserved,
            Categories = [.. logs.Select(log => log["category"].NonEmpty).OfType<string>()],
            Groups = [.. logs.Select(log => log["categoryGroup"].NonEmpty?.ToLowerInvariant()).OfType<string>()],
        });
        if (ArmId.Type(target) == "Microsoft.Resources/subscriptions" && ArmId.Subscription(target) is { } subscription)
        {
            facts.Add(new ActivityLogJoin(ResourceRef.Subscription(subscription)));
        }
    }
}

/// <summary>A subscription, waiting for all of its diagnostic settings: their union counts.</summary>
public sealed record ActivityLogJoin(ResourceRef Subject) : JoinedFacts(Subject)
{
    public override FactsKind Kind => FactsKind.AuditTrail;

    public override bool IsShared => true;

    public override SubjectFacts Complete(Neighbours neighbours)
    {
        const string Path = "diagnosticSettings.properties.logs";
        string[] needed = ["Administrative", "Security", "Alert", "Policy"];
        var settings = neighbours.Of<DiagnosticSettingsFacts>(Subject.Key, Subject.Id).ToList();
        var missing = needed.Where(category => !settings.Exists(setting =>
            setting.Categories.Contains(category, StringComparer.OrdinalIgnoreCase)
                || setting.Groups.Contains("alllogs", StringComparer.Ordinal))).ToList();
        var listed = neighbours.Has<ListedChildren>(ListedChildren.KeyOf(Subject.Key, "Microsoft.Insights/diagnosticSettings"));
        return new AuditTrailFacts(Subject)
        {
            Recorded = (settings.Count, missing.Count) switch
            {
                (0, _) when !listed =>
                    Fact.Unknown("Microsoft.Insights/diagnosticSettings of the subscription",
                        "no diagnostic settings of the subscription are in the scan"),
                (_, 0) => Fact.True(Path, string.Join(", ", needed)),
                _ when settings.Exists(setting => !setting.Observed) =>
                    Fact.Unknown(Path, "an abbreviated response: get the diagnostic settings themselves"),
                _ => Fact.False(Path, "not exported: " + string.Join(", ", missing)),
            },
        };
    }
}

/// <summary><c>Microsoft.Resources/subscriptions</c>: the subject of the activity log's export.</summary>
public sealed class SubscriptionReader : FactReader
{
    public override string NativeType => "Microsoft.Resources/subscriptions";

    public override IReadOnlyList<FactsKind> Gives => [FactsKind.AuditTrail];

    public override void Read(Resource resource, FactContext context, ICollection<SubjectFacts> facts)
    {
        facts.Add(new ActivityLogJoin(resource.Ref));
        if (resource.Ref.Account is { } subscription && resource.Document["tenantId"].NonEmpty is { } tenant)
        {
            facts.Add(new SubscriptionFacts(resource.Ref, subscription, tenant));
        }
    }
}

/// <summary>The tenant that a subscription belongs to.</summary>
public sealed record SubscriptionFacts(ResourceRef Subject, string Subscription, string Tenant) : NeighbourFacts(Subject), INeighbour
{
    public static Source Source { get; } = new AzureSource(AzureFind.Id) { NativeType = "Microsoft.Resources/subscriptions" };

    public override IEnumerable<string> JoinKeys => [Subscription];
}
