using ServerlessGuard.Documents;
using ServerlessGuard.Resources;

namespace ServerlessGuard.Facts.Azure;

/// <summary><c>…/blobServices/containers</c>: <c>publicAccess</c> None, Blob or Container; absent behaves as None.</summary>
public sealed class ContainerReader : FactReader
{
    public override string NativeType => "Microsoft.Storage/storageAccounts/blobServices/containers";

    public override IReadOnlyList<FactsKind> Gives => [];

    public override IReadOnlyList<AzureRoute> Routes => [new AzureRoute.PartOf("Microsoft.Storage/storageAccounts")];

    public override void Read(Resource resource, FactContext context, ICollection<SubjectFacts> facts)
    {
        if (resource.ParentKey is not { } parent)
        {
            return;
        }

        var access = resource.Configuration["publicAccess"];
        var path = $"containers/{DocText.Shown(resource.Ref.Name ?? string.Empty)}: properties.publicAccess";
        facts.Add(new ContainerFacts(resource.Ref, StorageKey(parent), (resource.IsObserved, access.Text) switch
        {
            (false, _) => Fact.Unknown(path, "an abbreviated response: get the container itself"),
            (_, null or "") => Fact.False(path, "(absent: None)"),
            (_, var text) => new Fact(!text.Equals("None", StringComparison.OrdinalIgnoreCase), path, DocText.Shown(text)),
        }));
    }

    /// <summary>A container's parent is the blob service or, in an export, the account itself.</summary>
    private static string StorageKey(string parent)
    {
        var at = parent.IndexOf("/blobservices/", StringComparison.Ordinal);
        return at < 0 ? parent : parent[..at];
    }
}

/// <summary>
/// <c>…/blobServices</c>: <c>deleteRetentionPolicy.enabled</c> and <c>containerDeleteRetentionPolicy.enabled</c>; absent is off.
/// </summary>
/// <remarks>Source: REST API specification of Microsoft.Storage 2025-06-01, BlobServiceProperties.</remarks>
public sealed class BlobServiceReader : FactReader
{
    internal const string Type = "Microsoft.Storage/storageAccounts/blobServices";

    public override string NativeType => Type;

    public override IReadOnlyList<FactsKind> Gives => [FactsKind.Recovery];

    public override IReadOnlyList<AzureRoute> Routes =>
        [new AzureRoute.WithParent("Microsoft.Storage/storageAccounts", ["/blobServices/default"])];

    public override void Read(Resource resource, FactContext context, ICollection<SubjectFacts> facts)
    {
        Fact On(string policy)
        {
            var path = $"properties.{policy}.enabled";
            return resource.IsObserved
                ? Fact.Of(resource.Configuration[policy, "enabled"], path, whenAbsent: false, "off")
                : Fact.Unknown(path, "an abbreviated response: get the blob service itself");
        }

        facts.Add(new BlobServiceFacts(resource.Ref));
        facts.Add(new RecoveryFacts(resource.Ref) { Recoverable = On("deleteRetentionPolicy") & On("containerDeleteRetentionPolicy") });
    }
}
