using System.Collections.Immutable;
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

        return user.PrincipalName is { } name && neighbours.Context.Settings.MaySignInOtherwise(name)
            ? Fact.False("breakGlassUsers, identity.exceptions", name)
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
