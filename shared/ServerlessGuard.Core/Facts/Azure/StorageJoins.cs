using System.Collections.Immutable;
using ServerlessGuard.Documents;
using ServerlessGuard.Resources;
using ServerlessGuard.Verdicts;

namespace ServerlessGuard.Facts.Azure;

/// <summary>A storage account, waiting for its containers.</summary>
public sealed record StorageAccessJoin(ResourceRef Subject) : JoinedFacts(Subject)
{
    public override FactsKind Kind => FactsKind.ObjectStore;

    public required Fact Allowed { get; init; }
    public required Fact Open { get; init; }

    public override SubjectFacts Complete(Neighbours neighbours)
    {
        var containers = neighbours.Of<ContainerFacts>(Subject.Key, Subject.Id).ToList();
        const string Type = "Microsoft.Storage/storageAccounts/blobServices/containers";
        var published = containers.Count == 0 && !neighbours.Has<ListedChildren>(ListedChildren.KeyOf(Subject.Key, Type))
            ? Fact.Unknown(Type, "the account's containers are not in the scan")
            : Fact.False("containers[].properties.publicAccess", $"None in all {containers.Count}");
        foreach (var container in containers)
        {
            published |= container.Public;
        }

        var read = Allowed & Open & published;
        return new ObjectStoreFacts(Subject)
        {
            // The container is what was opened: show it, not the switches that let it.
            ReadableByAnyone = read.Value is true ? published : read,
            WritableByAnyone = Fact.False("service", "anonymous writes do not exist"),
            LatentRead = read.Value is false && published.Value is true ? published.Evidence : (Evidence?)null,
            OutOfReach = OutOfReach,
        };
    }
}

/// <summary>One blob container's own setting.</summary>
public sealed record ContainerFacts(ResourceRef Subject, string AccountKey, Fact Public) : NeighbourFacts(Subject), INeighbour
{
    public static Source Source { get; } = new AzureSource(AzureFind.List)
    {
        Path = "/blobServices/default/containers",
        NativeType = "Microsoft.Storage/storageAccounts/blobServices/containers",
        Of = ["Microsoft.Storage/storageAccounts"],
    };

    public override IEnumerable<string> JoinKeys => [AccountKey];
}

/// <summary>The account's blob service is in the scan and speaks for itself.</summary>
public sealed record BlobServiceFacts(ResourceRef Subject) : NeighbourFacts(Subject), INeighbour
{
    public static Source Source { get; } = new Source.Given("is judged itself, together with its account");

    public override IEnumerable<string> JoinKeys => [Subject.Key];
}

/// <summary>A storage account's blob service that is not in the scan: an account's GET does not show it.</summary>
public sealed record BlobServiceJoin(ResourceRef Subject) : JoinedFacts(Subject)
{
    public override FactsKind Kind => FactsKind.Recovery;

    public override SubjectFacts? Complete(Neighbours neighbours) => neighbours.Has<BlobServiceFacts>(Subject.Key)
        ? null
        : new RecoveryFacts(Subject)
            { Recoverable = Fact.Unknown(BlobServiceReader.Type, "the account's blob service is not in the scan") };
}

/// <summary>A storage account, waiting for the diagnostic settings of its blob service.</summary>
public sealed record StorageLogJoin(ResourceRef Subject) : JoinedFacts(Subject)
{
    public override FactsKind Kind => FactsKind.ObjectAccessLog;

    public override SubjectFacts Complete(Neighbours neighbours)
    {
        var settings = neighbours.Of<DiagnosticSettingsFacts>(Subject.Key + "/blobservices/default", Subject.Id + "/blobServices/default")
            .ToList();
        var listed = neighbours.Has<ListedChildren>(
            ListedChildren.KeyOf(Subject.Key + "/blobservices/default", "Microsoft.Insights/diagnosticSettings"));
        return new ObjectAccessLogFacts(Subject) { Recorded = Recorded(settings, listed), OutOfReach = OutOfReach };
    }

    private static Fact Recorded(List<DiagnosticSettingsFacts> settings, bool listed)
    {
        const string Path = "blobServices/default: diagnosticSettings.properties.logs";
        if (settings.Count == 0 && !listed)
        {
            return Fact.Unknown("Microsoft.Insights/diagnosticSettings of blobServices/default",
                "no diagnostic settings of the blob service are in the scan");
        }

        string[] needed = ["StorageRead", "StorageWrite", "StorageDelete"];
        var missing = needed.Where(category => !settings.Exists(setting => setting.Covers(category))).ToList();
        return missing.Count == 0
            ? Fact.True(Path, string.Join(", ", needed))
            : settings.Exists(setting => !setting.Observed)
                ? Fact.Unknown(Path, "an abbreviated response: get the diagnostic settings themselves")
                : Fact.False(Path, "not recorded: " + string.Join(", ", missing));
    }
}

/// <summary>
/// A storage account's firewall, waiting for the tenant of its subscription: a resource instance rule for another tenant is a door between
/// tenants, but only who knows its own tenant can tell.
/// </summary>
public sealed record StorageNetworkJoin(ResourceRef Subject) : JoinedFacts(Subject)
{
    public override FactsKind Kind => FactsKind.StorageNetwork;

    public required Fact Open { get; init; }
    public required bool SharedKeyAllowed { get; init; }
    public required string? OwnTenant { get; init; }
    public required ImmutableArray<string> RuleTenants { get; init; }

    public override bool NeedsNobody => RuleTenants.IsEmpty || OwnTenant is not null;

    public override SubjectFacts Complete(Neighbours neighbours)
    {
        var own = OwnTenant ?? neighbours.One<SubscriptionFacts>(Subject.Account, "/subscriptions/" + Subject.Account)?.Tenant;
        var foreign = own is null
            ? null
            : RuleTenants.FirstOrDefault(tenant => !tenant.Equals(own, StringComparison.OrdinalIgnoreCase)
                && !neighbours.Context.Settings.ApprovedTenants.Contains(tenant));
        return new StorageNetworkFacts(Subject)
        {
            OpenToEveryNetwork = Open,
            SharedKeyAllowed = SharedKeyAllowed,
            SubFindings = foreign is null
                ? []
                : [new SubFinding("foreign-tenant", Severity.High, "A resource instance of another tenant may pass the firewall.",
                    new Evidence("properties.networkAcls.resourceAccessRules[].tenantId", DocText.Shown(foreign)))],
        };
    }
}
