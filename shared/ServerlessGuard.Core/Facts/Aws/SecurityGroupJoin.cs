using System.Collections.Immutable;
using ServerlessGuard.Networks;
using ServerlessGuard.Resources;

namespace ServerlessGuard.Facts.Aws;

/// <summary>A security group, waiting for the prefix lists that its permissions name.</summary>
public sealed record SecurityGroupJoin(ResourceRef Subject, string? GroupId, ImmutableArray<IngressRule> Ingress, bool? Attached)
    : JoinedFacts(Subject)
{
    private const string Path = "configuration.ipPermissions";

    public override FactsKind Kind => FactsKind.NetworkExposure;

    public override bool NeedsNobody => Attached is not false && Ingress.All(rule => rule.PrefixLists.IsEmpty);

    public override SubjectFacts Complete(Neighbours neighbours)
    {
        var ports = neighbours.Context.Settings.AdminPorts;
        var open = Fact.False(Path, "no administration port open to the internet");
        var everything = false;
        for (var i = 0; i < Ingress.Length; i++)
        {
            var rule = Ingress[i];
            var met = ports.Where(rule.Lets).ToList();
            if (met.Count == 0)
            {
                continue;
            }

            var exposed = Sources(rule, i, neighbours, met);
            open |= exposed;
            everything |= exposed.Value is true && rule.IsEverything;
        }

        return new NetworkExposureFacts(Subject)
            { AdminPortsOpen = open, EveryPort = everything,
                Attached = Attached is false && neighbours.Has<GroupInUseFacts>(GroupId) ? true : Attached };
    }

    private static Fact Sources(IngressRule rule, int index, Neighbours neighbours, List<int> met)
    {
        var path = $"{Path}[{index}]";
        var sources = rule.Sources;
        string? missing = null;
        foreach (var list in rule.PrefixLists)
        {
            if (neighbours.One<PrefixListFacts>(list) is { } known)
            {
                sources = sources.Union(known.Addresses);
            }
            else
            {
                missing ??= list;
            }
        }

        if (Internet.IsOpenTo(sources))
        {
            var named = rule.IsEverything ? "every port" : $"port {string.Join(", ", met.Take(6))}";
            return Fact.True(path, $"{rule.Shown} ({named})");
        }

        return missing is null
            ? Fact.False(path, rule.Shown)
            : Fact.Unknown($"AWS::EC2::PrefixList {missing}", "the prefix list is not in the scan (get-managed-prefix-list-entries)");
    }
}
