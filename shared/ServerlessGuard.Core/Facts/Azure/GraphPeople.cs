using System.Collections.Immutable;
using ServerlessGuard.Ingestion;
using ServerlessGuard.Resources;

namespace ServerlessGuard.Facts.Azure;

/// <summary>A Graph user: is it a guest of another directory?</summary>
public sealed record GraphUserFacts(ResourceRef Subject, string Id, string? PrincipalName, Fact Guest, bool? Enabled)
    : NeighbourFacts(Subject), INeighbour
{
    public static Source Source { get; } = new Source.Given("no host may read Microsoft Graph");

    public override IEnumerable<string> JoinKeys => [Id];
}

/// <summary>A Graph group with its members, where they were expanded.</summary>
public sealed record GraphGroupFacts(ResourceRef Subject, string Id, ImmutableArray<GraphMember>? Members) : NeighbourFacts(Subject),
    INeighbour
{
    public static Source Source { get; } = new Source.Given("no host may read Microsoft Graph");

    /// <summary>The answer holds the first members only.</summary>
    public bool GoesOn { get; init; }

    public override IEnumerable<string> JoinKeys => [Id];
}

/// <summary>A member of a group: a person, or a group of its own. Devices and service principals are not kept.</summary>
public readonly record struct GraphMember(string Id, bool IsGroup, Fact Guest);

/// <summary>Microsoft Graph user: <c>userType</c> Guest, <c>accountEnabled</c>.</summary>
/// <remarks>Source: Microsoft Graph v1.0, user resource type.</remarks>
public sealed class GraphUserReader : FactReader
{
    public override string NativeType => GraphTypes.User;

    public override IReadOnlyList<FactsKind> Gives => [];

    public override void Read(Resource resource, FactContext context, ICollection<SubjectFacts> facts)
    {
        var user = resource.Document;
        if (user["id"].NonEmpty is { } id)
        {
            facts.Add(new GraphUserFacts(resource.Ref, id.ToLowerInvariant(), user["userPrincipalName"].NonEmpty, Guest(user),
                user["accountEnabled"].Flag));
        }
    }

    internal static Fact Guest(Documents.Doc user) => user["userType"].NonEmpty is not null
        ? new Fact(user["userType"].Is("Guest"), "Graph user: userType", user["userType"].ToString())
        : Fact.Unknown("Graph user: userType", "not in the answer (a #EXT# name does not decide: a guest may have become a member)");
}

/// <summary>Microsoft Graph group, with <c>members</c> when the query expanded them.</summary>
public sealed class GraphGroupReader : FactReader
{
    public override string NativeType => GraphTypes.Group;

    public override IReadOnlyList<FactsKind> Gives => [];

    public override void Read(Resource resource, FactContext context, ICollection<SubjectFacts> facts)
    {
        var group = resource.Document;
        if (group["id"].NonEmpty is not { } id)
        {
            return;
        }

        ImmutableArray<GraphMember>? members = group["members"].IsArray
            ? [.. group["members"].Items.All()
                .Where(member => member["id"].NonEmpty is not null && (IsOf(member, "user") || IsOf(member, "group")))
                .Select(member =>
                    new GraphMember(member["id"].Text!.ToLowerInvariant(), member["@odata.type"].Exists && IsOf(member, "group"),
                        GraphUserReader.Guest(member)))]
            : null;
        facts.Add(new GraphGroupFacts(resource.Ref, id.ToLowerInvariant(), members)
            { GoesOn = group["members@odata.nextLink"].NonEmpty is not null });
    }

    /// <summary>A member without its type is taken for a person.</summary>
    private static bool IsOf(Documents.Doc member, string kind) =>
        member["@odata.type"].Text is not { } type ? kind is "user" : type.EndsWith("." + kind, StringComparison.OrdinalIgnoreCase);
}
