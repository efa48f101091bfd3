using ServerlessGuard.Resources;

namespace ServerlessGuard.Facts.Azure;

/// <summary>One share of Azure Files: whether it is an NFS share. They cannot be mounted while secure transfer is required.</summary>
public sealed record FileShareFacts(ResourceRef Subject, string AccountKey, Fact IsNfs) : NeighbourFacts(Subject), INeighbour
{
    public static Source Source { get; } = new AzureSource(AzureFind.List)
    {
        Path = "/fileServices/default/shares",
        NativeType = FileShareReader.Type,
        Of = ["Microsoft.Storage/storageAccounts"],
    };

    public override IEnumerable<string> JoinKeys => [AccountKey];
}

/// <summary><c>…/fileServices/shares</c>: <c>enabledProtocols</c>, SMB or NFS. Judged with the account.</summary>
/// <remarks>Source: REST API specification of Microsoft.Storage 2025-06-01; "NFS Azure file shares", encryption in transit.</remarks>
public sealed class FileShareReader : FactReader
{
    internal const string Type = "Microsoft.Storage/storageAccounts/fileServices/shares";

    public override string NativeType => Type;

    public override IReadOnlyList<FactsKind> Gives => [];

    public override IReadOnlyList<AzureRoute> Routes => [new AzureRoute.PartOf("Microsoft.Storage/storageAccounts")];

    public override void Read(Resource resource, FactContext context, ICollection<SubjectFacts> facts)
    {
        const string Path = "fileServices/default/shares: properties.enabledProtocols";
        var protocols = resource.Configuration["enabledProtocols"];
        if (ArmId.Parent(resource.Ref.Key) is { } service && ArmId.Parent(service) is { } account)
        {
            facts.Add(new FileShareFacts(
                resource.Ref,
                account,
                protocols.NonEmpty is { } text ? new Fact(protocols.Is("NFS"), Path, text) : Fact.Unknown(Path, "not in the answer")));
        }
    }
}

/// <summary>An account of Azure Files without secure transfer, waiting for its shares: NFS ones need it so.</summary>
public sealed record FileTransportJoin(ResourceRef Subject, TransportFacts Account) : JoinedFacts(Subject)
{
    public override FactsKind Kind => FactsKind.Transport;

    public static SubjectFacts Of(Resource resource, TransportFacts account) =>
        account.OutOfReach is null && resource.Document["kind"].Is("FileStorage") && account.EncryptedOnly.Value is false
            ? new FileTransportJoin(resource.Ref, account)
            : account;

    public override SubjectFacts Complete(Neighbours neighbours)
    {
        var shares = neighbours.Of<FileShareFacts>(Subject.Key, Subject.Id).ToList();
        if (shares.Count == 0)
        {
            return neighbours.Has<ListedChildren>(ListedChildren.KeyOf(Subject.Key, FileShareReader.Type))
                ? Account
                : Account with { EncryptedOnly = Fact.Unknown(FileShareReader.Type, "the account's shares are not in the scan") };
        }

        return shares.Select(share => share.IsNfs).Aggregate(static (left, right) => left & right) switch
        {
            { Value: true } => Account with { OutOfReach = "its NFS shares cannot be mounted while secure transfer is required" },
            { Value: null } unknown => Account with { EncryptedOnly = unknown },
            _ => Account,
        };
    }
}
