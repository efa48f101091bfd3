using System.Collections.Immutable;
using ServerlessGuard.Networks;
using ServerlessGuard.Resources;
using ServerlessGuard.Settings;

namespace ServerlessGuard.Facts.Azure;

/// <summary>The group itself is in the scan.</summary>
public sealed record NsgFacts(ResourceRef Subject) : NeighbourFacts(Subject), INeighbour
{
    public static Source Source { get; } = new Source.Given("a change of a rule is judged as one of its group");

    public override IEnumerable<string> JoinKeys => [Subject.Key];
}

/// <summary>A rule that arrived as a child resource.</summary>
public sealed record NsgRuleFacts(ResourceRef Subject, string GroupKey, ImmutableArray<NsgRule> Rules) : NeighbourFacts(Subject), INeighbour
{
    public static Source Source { get; } = new Source.Given("the group's own answer lists its rules");

    public override IEnumerable<string> JoinKeys => [GroupKey];
}

/// <summary>A network security group, waiting for rules that arrived as children.</summary>
public sealed record NsgJoin(ResourceRef Subject) : JoinedFacts(Subject)
{
    private const string Path = "properties.securityRules";

    public override FactsKind Kind => FactsKind.NetworkExposure;

    public ImmutableArray<NsgRule> Rules { get; init; } = [];

    /// <summary>The group's own document listed its rules.</summary>
    public bool Listed { get; init; }

    public bool FromChild { get; init; }
    public bool? Attached { get; init; }

    public override bool NeedsNobody => Listed;

    public override SubjectFacts? Complete(Neighbours neighbours)
    {
        if (FromChild)
        {
            return neighbours.Has<NsgFacts>(Subject.Key)
                ? null
                : new NetworkExposureFacts(Subject)
                {
                    AdminPortsOpen = Fact.Unknown("Microsoft.Network/networkSecurityGroups " + Subject.Id,
                        "the rule's group is not in the scan, nor the rules around it"),
                };
        }

        var rules = Listed
            ? Rules
            : [.. neighbours.Of<NsgRuleFacts>(Subject.Key).SelectMany(child => child.Rules).OrderBy(rule => rule.Priority)];
        return Judge(rules, neighbours.Context.Settings);
    }

    private NetworkExposureFacts Judge(ImmutableArray<NsgRule> rules, RuleSettings settings)
    {
        var open = Fact.False(Path, "no administration port open to the internet");
        var everything = false;
        for (var i = 0; i < rules.Length; i++)
        {
            var rule = rules[i];
            if (!rule.Allows || rule.Sources.IsEmpty)
            {
                continue;
            }

            var ports = settings.AdminPorts.Where(port => IsOpen(rules, i, port)).ToList();
            if (ports.Count > 0)
            {
                var all = rule.Ports?.IsAll == true && ports.Count == settings.AdminPorts.Length;
                open |= Fact.True($"{Path}/{rule.Name}",
                    $"{rule.Shown} ({(all ? "every port" : "port " + string.Join(", ", ports.Take(6)))})");
                everything |= all;
            }
        }

        return new NetworkExposureFacts(Subject) { AdminPortsOpen = open, EveryPort = everything, Attached = Attached };
    }

    /// <summary>Does the rule at that place let the internet in on the port, after all that denies before it?</summary>
    public static bool IsOpen(ImmutableArray<NsgRule> rules, int index, int port) => rules[index].Allows && !rules[index].Sources.IsEmpty
        && (IsOpen(rules, index, port, Transport.Tcp) || AdminPorts.ListensOnUdp(port) && IsOpen(rules, index, port, Transport.Udp));

    private static bool IsOpen(ImmutableArray<NsgRule> rules, int index, int port, Transport transport)
    {
        var allow = rules[index];
        if (!allow.Meets(transport, port))
        {
            return false;
        }

        var left = allow.Sources;
        foreach (var earlier in rules.Take(index))
        {
            if (!earlier.Allows && earlier.AnySourcePort && earlier.Meets(transport, port) && earlier.CoversDestinationsOf(allow))
            {
                left = left.Except(earlier.Sources);
            }
        }

        return Internet.IsOpenTo(left);
    }
}
