using System.Collections.Immutable;
using ServerlessGuard.Ingestion;
using ServerlessGuard.Resources;
using ServerlessGuard.Verdicts;

namespace ServerlessGuard.Facts.Azure;

/// <summary>A role assignment, waiting for the Microsoft Graph object of its principal.</summary>
public sealed record PersonJoin(ResourceRef Subject) : JoinedFacts(Subject)
{
    public override FactsKind Kind => FactsKind.HumanAccess;

    public required string? Principal { get; init; }
    public required string? PrincipalType { get; init; }
    public bool Administrator { get; init; }

    public override SubjectFacts Complete(Neighbours neighbours)
    {
        var user = neighbours.One<GraphUserFacts>(Principal);
        var group = neighbours.One<GraphGroupFacts>(Principal);
        var type = PrincipalType?.ToLowerInvariant() ?? (user is not null ? "user" : group is not null ? "group" : null);
        var outside = type switch
        {
            "user" => Person(user, neighbours),
            "group" => Members(group, neighbours),
            null => Fact.Unknown("properties.principalType",
                "not in the answer, and the principal is not among the Graph objects of the scan"),
            _ => Fact.False("properties.principalType", PrincipalType!),
        };
        return new HumanAccessFacts(Subject)
        {
            OutsideIdentityProvider = outside,
            Administrator = Administrator,
            OutOfReach = type is "user" or "group" or null
                ? null : type is "foreigngroup" ? "a foreign group: SG-ID-004 judges it" : "not a person",
            SubFindings = user?.Enabled is false
                ? [new SubFinding("blocked-account", Severity.Low, "The role is held by an account that is blocked.",
                    new Evidence("Graph user: accountEnabled", "false"))]
                : ImmutableArray<SubFinding>.Empty,
        };
    }

    private Fact Person(GraphUserFacts? user, Neighbours neighbours)
    {
        if (user is null)
        {
            return Fact.Unknown($"Graph user {Principal}", "the user is not among the Graph objects of the scan");
        }

        return user.PrincipalName is { } name && neighbours.Context.Settings.BreakGlassUsers.Contains(name)
            ? Fact.False("breakGlassUsers", name)
            : user.Guest;
    }

    private Fact Members(GraphGroupFacts? group, Neighbours neighbours)
    {
        // A role of a group is a role of the groups inside it too, which may be inside each other.
        var outside = Fact.False("Graph group: members", "no guest among them");
        var seen = new HashSet<string>(StringComparer.Ordinal) { Principal ?? string.Empty };
        var waiting = new Queue<(string? Id, GraphGroupFacts? Group)>([(Principal, group)]);
        while (waiting.TryDequeue(out var next))
        {
            if (next.Group?.Members is not { } members)
            {
                outside |= Fact.Unknown($"Graph group {next.Id}",
                    "the group's members are not among the Graph objects of the scan (expand members)");
                continue;
            }

            outside |= next.Group.GoesOn
                ? Fact.Unknown($"Graph group {next.Id}", "the answer holds the first members only (members@odata.nextLink)")
                : outside;
            foreach (var member in members)
            {
                if (!member.IsGroup)
                {
                    outside |= neighbours.One<GraphUserFacts>(member.Id)?.Guest ?? member.Guest;
                }
                else if (seen.Add(member.Id))
                {
                    waiting.Enqueue((member.Id, neighbours.One<GraphGroupFacts>(member.Id)));
                }
            }
        }

        return outside;
    }
}

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
