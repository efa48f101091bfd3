using System.Collections.Immutable;
using ServerlessGuard.Verdicts;

namespace ServerlessGuard.Guards;

/// <summary>The <c>approvals</c> part of guard.yaml: who may decide, and how many it takes.</summary>
public sealed record ApprovalSettings
{
    public static ApprovalSettings Default { get; } = new();

    /// <summary>
    /// People and groups (<see cref="Person.Id"/>, <see cref="Person.Groups"/>) who may decide from chat or a page. Empty: nobody; an
    /// operator with access to the table always may.
    /// </summary>
    public ImmutableHashSet<string> Approvers { get; init; } = ImmutableHashSet.Create<string>(StringComparer.OrdinalIgnoreCase);

    /// <summary>People and groups who may ask from chat (counts, lists of findings) without deciding; approvers may too.</summary>
    public ImmutableHashSet<string> Readers { get; init; } = ImmutableHashSet.Create<string>(StringComparer.OrdinalIgnoreCase);

    /// <summary>
    /// Whose identity is whose: <see cref="Person.Id"/> to a person. The same person twice is one; an identity that is not listed is a
    /// person of its own.
    /// </summary>
    public ImmutableDictionary<string, string> Persons
        { get; init; } = ImmutableDictionary.Create<string, string>(StringComparer.OrdinalIgnoreCase);

    /// <summary>Rules whose plans take two different people.</summary>
    public ImmutableHashSet<string> TwoPersonRules { get; init; } = ImmutableHashSet.Create<string>(StringComparer.OrdinalIgnoreCase);

    /// <summary>How long a plan waits for its approval.</summary>
    public TimeSpan Expiry { get; init; } = TimeSpan.FromHours(72);

    /// <summary>The longest exemption that can be asked for from chat.</summary>
    public int MaxExemptionDays { get; init; } = 90;

    /// <summary>
    /// What the peer may ask of this deployment in a person's name. By default what makes us do less: whoever holds the peer may say that
    /// anybody asked for anything.
    /// </summary>
    public ImmutableHashSet<CommandKind> FromPeer { get; init; } = [CommandKind.Stop, CommandKind.Reject];

    /// <summary>What the peer may ask for beyond making us do less, in the order of the kinds; none by default.</summary>
    public IEnumerable<CommandKind> WiderFromPeer => FromPeer.Where(kind => kind is not (CommandKind.Stop or CommandKind.Reject)).Order();

    /// <summary>
    /// How many commands of one kind the peer may give in a clock hour. Each kind has its own: nothing else keeps a stop from coming
    /// through.
    /// </summary>
    public int FromPeerPerHour { get; init; } = 20;

    /// <summary>The longest exemption that the peer may ask for; it is for one finding.</summary>
    public int MaxPeerExemptionDays { get; init; } = 7;

    /// <summary>Whether a resume of the peer, where it is allowed at all, lifts a stop that was ordered here.</summary>
    public bool PeerLiftsOwnStop { get; init; }

    public int Needed(string ruleId) => TwoPersonRules.Contains(SubFinding.RuleOf(ruleId)) ? 2 : 1;

    /// <summary>These have said yes: it takes no more. One is anybody who may; of two each is verified.</summary>
    public bool AreEnough(string ruleId, IEnumerable<string> identities) =>
        Needed(ruleId) is > 1 and var needed ? PeopleBehind(identities) >= needed : identities.Any();

    /// <summary>How many people stand behind these identities. Those that nobody has verified are none.</summary>
    public int PeopleBehind(IEnumerable<string> identities) =>
        identities.Where(IsVerified).Select(PersonBehind).Distinct(StringComparer.OrdinalIgnoreCase).Count();

    public bool IsSamePerson(string one, string other) => PersonBehind(one).Equals(PersonBehind(other), StringComparison.OrdinalIgnoreCase);

    /// <summary>
    /// Somebody proved who they are: not a name that whoever holds a link typed, nor one that an operator gave without a sign-in to show
    /// for it.
    /// </summary>
    public static bool IsVerified(string identity) =>
        !identity.StartsWith("teams-link", StringComparison.OrdinalIgnoreCase)
            && !identity.EndsWith(Person.Unverified, StringComparison.OrdinalIgnoreCase);

    /// <summary>No identity looks like a person of the list: each side has a beginning of its own.</summary>
    private string PersonBehind(string identity) =>
        Persons.TryGetValue(identity, out var person) ? "person " + person : "identity " + identity;

    /// <summary>May ask, from chat, what there is.</summary>
    public bool MayRead(Person person) =>
        Allows(person, isFromPeer: false) || Readers.Contains(person.Id) || (person.Groups?.Any(Readers.Contains) ?? false);

    /// <summary>
    /// An operator (<c>local:</c>) writes to this table with rights of their own: the list is not what holds them back. Over there they may
    /// have others: the peer's word is not enough.
    /// </summary>
    public bool Allows(Person person, bool isFromPeer) =>
        person.Id.StartsWith("local:", StringComparison.Ordinal) && !isFromPeer || Approvers.Contains(person.Id)
            || (person.Groups?.Any(Approvers.Contains) ?? false);
}
