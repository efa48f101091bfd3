using ServerlessGuard.Resources;

namespace ServerlessGuard.Facts;

/// <summary>
/// A host asked the cloud for all children of one kind of a resource: what is not among the neighbours does not exist. Without it "no
/// container in the scan" may mean that nobody looked, and the last weak child's deletion would never resolve a finding.
/// </summary>
public sealed record ListedChildren(ResourceRef Subject, string Key) : NeighbourFacts(Subject), INeighbour
{
    public static Source Source { get; } = new Source.Given("comes with the list itself");

    /// <summary>The native type of the note that a host adds to what it read. No cloud has it.</summary>
    public const string NativeType = "ServerlessGuard/listedChildren";

    public override IEnumerable<string> JoinKeys => [Key];

    /// <param name="parentKey">The ARM key of whose children were listed.</param>
    public static string KeyOf(string parentKey, string childType) => $"{parentKey} {childType.ToLowerInvariant()}";

    /// <summary>The note as a resource, to go with the children themselves.</summary>
    public static Resource Note(string parentId, string childType, string? account) => new()
    {
        Ref = new ResourceRef
            { Provider = Provider.Azure, NativeType = NativeType, Id = $"{parentId} {childType}", Account = account, Name = childType },
        Document = default,
        ParentKey = ArmId.Key(parentId),
    };
}

/// <summary>Reads the note.</summary>
public sealed class ListedChildrenReader : FactReader
{
    public override string NativeType => ListedChildren.NativeType;

    public override IReadOnlyList<FactsKind> Gives => [];

    public override void Read(Resource resource, FactContext context, ICollection<SubjectFacts> facts)
    {
        if (resource is { ParentKey: { } parent, Ref.Name: { } childType })
        {
            facts.Add(new ListedChildren(resource.Ref, ListedChildren.KeyOf(parent, childType)));
        }
    }
}
