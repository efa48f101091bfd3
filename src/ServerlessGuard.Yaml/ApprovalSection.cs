using System.Collections.Immutable;
using ServerlessGuard.Guards;
using YamlDotNet.RepresentationModel;
using static ServerlessGuard.Yaml.SettingsNodes;

namespace ServerlessGuard.Yaml;

/// <summary>The <c>approvals</c> part of guard.yaml.</summary>
internal static class ApprovalSection
{
    private static readonly string[] Keys = ["approvers", "readers", "persons", "twoPersonRules", "expiryHours", "maxExemptionDays",
        "fromPeer", "fromPeerPerHour", "maxPeerExemptionDays", "peerLiftsOwnStop"];

    public static ApprovalSettings Read(YamlNode value, Place place)
    {
        var settings = ApprovalSettings.Default;
        foreach (var (key, node, at) in Entries("approvals", value, place))
        {
            settings = Apply(settings, key, node, at);
        }

        return settings;
    }

    private static ApprovalSettings Apply(ApprovalSettings settings, string key, YamlNode value, Place place) => key switch
    {
        "approvers" => settings with { Approvers = Set(List("approvals.approvers", value, place).Select(item => Approver(item, place))) },
        "readers" => settings with
            { Readers = Set(List("approvals.readers", value, place).Select(item => Identity("approvals.readers", item, place))) },
        "persons" => settings with { Persons = Persons(value, place) },
        "twoPersonRules" =>
            settings with { TwoPersonRules = Set(List("approvals.twoPersonRules", value, place).Select(item => item.Text)) },
        "expiryHours" => settings with { Expiry = TimeSpan.FromHours(Count("approvals.expiryHours", value, place, 24 * 30)) },
        "maxExemptionDays" => settings with { MaxExemptionDays = Count("approvals.maxExemptionDays", value, place, 366) },
        "fromPeer" =>
            settings with
                { FromPeer = [.. List("approvals.fromPeer", value, place).Select(item => Command(item, place)).OfType<CommandKind>()] },
        "fromPeerPerHour" => settings with { FromPeerPerHour = Count("approvals.fromPeerPerHour", value, place, 1_000) },
        "maxPeerExemptionDays" => settings with { MaxPeerExemptionDays = Count("approvals.maxPeerExemptionDays", value, place, 366) },
        "peerLiftsOwnStop" => settings with { PeerLiftsOwnStop = Flag("approvals.peerLiftsOwnStop", value, place) },
        _ => Unknown(settings, key, place),
    };

    /// <summary>A name without its source would never match anybody.</summary>
    private static string Approver(Item item, Place place)
    {
        if (item.Text is not "teams-link" && !item.Text.StartsWith("slack:", StringComparison.OrdinalIgnoreCase)
            && !item.Text.StartsWith("entra:", StringComparison.OrdinalIgnoreCase))
        {
            place.Add($"approvals.approvers: \"{item.Text}\" is not slack:U024BE7LH, entra:sam@acme.example or teams-link", item.Line);
        }

        return item.Text;
    }

    /// <summary>A person and their identities; nobody's identity is another's too.</summary>
    private static ImmutableDictionary<string, string> Persons(YamlNode value, Place place)
    {
        var persons = ImmutableDictionary.CreateBuilder<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var (person, node, at) in Entries("approvals.persons", value, place))
        {
            foreach (var item in List("approvals.persons." + person, node, at))
            {
                if (!item.Text.StartsWith("local:", StringComparison.OrdinalIgnoreCase))
                {
                    Identity("approvals.persons." + person, item, at);
                }

                if (persons.TryGetValue(item.Text, out var other) && other != person)
                {
                    at.Add($"approvals.persons.{person}: \"{item.Text}\" is {other}'s already", item.Line);
                }

                persons[item.Text] = person;
            }
        }

        return persons.ToImmutable();
    }

    /// <summary>A name without its source would never match anybody.</summary>
    private static string Identity(string key, Item item, Place place)
    {
        if (!item.Text.StartsWith("slack:", StringComparison.OrdinalIgnoreCase)
            && !item.Text.StartsWith("entra:", StringComparison.OrdinalIgnoreCase))
        {
            place.Add($"{key}: \"{item.Text}\" is not slack:U024BE7LH or entra:sam@acme.example", item.Line);
        }

        return item.Text;
    }

    private static CommandKind? Command(Item item, Place place)
    {
        switch (item.Text)
        {
            case "approve":
                return CommandKind.Approve;
            case "reject":
                return CommandKind.Reject;
            case "undo":
                return CommandKind.Undo;
            case "exempt":
                return CommandKind.Exempt;
            case "revoke":
                return CommandKind.Revoke;
            case "sweep":
                return CommandKind.Sweep;
            case "stop":
                return CommandKind.Stop;
            case "resume":
                return CommandKind.Resume;
            default:
                place.Add($"approvals.fromPeer: \"{item.Text}\" is not approve, reject, undo, exempt, revoke, sweep, stop or resume",
                    item.Line);
                return null;
        }
    }

    private static ImmutableHashSet<string> Set(IEnumerable<string> texts) =>
        ImmutableHashSet.CreateRange<string>(StringComparer.OrdinalIgnoreCase, texts);

    private static int Count(string key, YamlNode value, Place place, int most) =>
        Number(key, new Item(value.Scalar() ?? "(no number)", value.Line()), place, 1, most);

    private static ApprovalSettings Unknown(ApprovalSettings settings, string key, Place place)
    {
        place.Add($"approvals.{key}: not a setting; {Hint(key, Keys)}");
        return settings;
    }
}
