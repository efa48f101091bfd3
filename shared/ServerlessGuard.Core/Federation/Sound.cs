using System.Buffers;
using ServerlessGuard.Decisions;
using ServerlessGuard.Exemptions;
using ServerlessGuard.Guards;

namespace ServerlessGuard.Federation;

/// <summary>What a peer may write of a person's words: lengths, ids and times that neither a store nor a chat chokes on.</summary>
internal static class Sound
{
    private const int MaxGroups = 100;

    private static readonly SearchValues<char> Key =
        SearchValues.Create("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz.-");

    private static readonly SearchValues<char> RuleId =
        SearchValues.Create("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz.-/");

    private static readonly SearchValues<char> Hex = SearchValues.Create("0123456789abcdef");

    /// <summary>Part of a key as it is: two ids never share a row.</summary>
    public static bool Id(string id) => id.Length is > 0 and <= 100 && !id.AsSpan().ContainsAnyExcept(Key);

    /// <summary>In one spelling only, so that a replay under another one is no other command.</summary>
    public static bool CommandId(string id) => id.Length == 32 && !id.AsSpan().ContainsAnyExcept(Hex);

    /// <summary>A rule's id, and a sub-finding's behind a slash: part of ids that people are shown and type.</summary>
    public static bool Rule(string id) => id.Length is > 0 and <= 100 && !id.AsSpan().ContainsAnyExcept(RuleId);

    public static bool Text(string? text) => text is null || text.Length <= FederationLimits.MaxText;

    public static bool Name(string? text) => text is null || text.Length <= FederationLimits.MaxName;

    public static string? Fault(Exemption exemption, DateTimeOffset now)
    {
        if (!Text(exemption.Reason) || !Name(exemption.RuleId) || !Name(exemption.ResourceId) || !Name(exemption.Account)
            || !Name(exemption.FindingId) || !Name(exemption.Tag)
            || !Name(exemption.Evidence) || !Name(exemption.RequestedBy) || !Name(exemption.ApprovedBy))
        {
            return "a text that is too long";
        }

        if (!Enum.IsDefined(exemption.Category) || exemption.MaxSeverity is { } most && !Enum.IsDefined(most))
        {
            return "an unknown category or severity";
        }

        return exemption.ExpiresAt > now + FederationLimits.Horizon ? "a time out of range" : null;
    }

    public static string? Fault(Command command, DateTimeOffset now)
    {
        if (!CommandId(command.Id))
        {
            return "a command's id must be 32 hex digits";
        }

        if (!Enum.IsDefined(command.Kind) || !Enum.IsDefined(command.State) || !Enum.IsDefined(command.IssuedIn))
        {
            return "an unknown kind of command";
        }

        if (command.Severity is { } severity && !Enum.IsDefined(severity))
        {
            return "an unknown severity";
        }

        if (!IsSomebody(command.By))
        {
            return "a command must name a person: a name, an id, and groups with names";
        }

        if (!Text(command.Reason) || !Text(command.Outcome) || !Name(command.FindingId) || !Name(command.PlanId) || !Name(command.Evidence)
            || !Fits(command.By))
        {
            return "a text that is too long";
        }

        if (command.IssuedAt > now + FederationLimits.Skew)
        {
            return "issued in the future: are both clocks right?";
        }

        if (command.ExpiresAt <= command.IssuedAt || command.ExpiresAt > command.IssuedAt + FederationLimits.CommandLife)
        {
            return $"a command must expire within {FederationLimits.CommandLife.TotalDays} days";
        }

        return command.Exemption is not { } exemption
            ? null : Id(exemption.Id) ? Fault(exemption, now) : "an exemption's id must be 1 to 100 letters, digits, dots and hyphens";
    }

    /// <summary>A document may leave out what a person is made of, whatever the type says.</summary>
    private static bool IsSomebody(Person person) =>
        person is { Name: not null, Id: not null } && person.Groups?.Any(static group => group is null) is not true;

    private static bool Fits(Person person) =>
        Name(person.Name) && Name(person.Id) && (person.Groups is null || person.Groups.Count <= MaxGroups && person.Groups.All(Name));
}
