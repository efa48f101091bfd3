using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using ServerlessGuard.Engine;
using ServerlessGuard.Tests.Evaluations;
using ServerlessGuard.Verdicts;

namespace ServerlessGuard.Tests.Networks;

/// <summary>
/// The verdict on a network security group against packets: each of many packets from the internet walks the rules in priority order as the platform does.
/// If any packet to an administration port passes from most of the internet, the verdict must be NonCompliant; if none passes, Compliant.
/// </summary>
public sealed class NsgOracleTests
{
    private static readonly string[] Sources = ["*", "Internet", "0.0.0.0/0", "0.0.0.0/1", "128.0.0.0/1", "VirtualNetwork", "203.0.113.0/24"];
    private static readonly string[] Ports = ["22", "*", "20-25", "443", "3389", "0-1024"];
    private static readonly string[] Protocols = ["Tcp", "Udp", "*", "Icmp"];

    [Property(MaxTest = 600)]
    public Property Verdict_agrees_with_packets()
    {
        var rule =
            from access in Gen.Elements("Allow", "Deny")
            from source in Gen.Elements(Sources)
            from port in Gen.Elements(Ports)
            from protocol in Gen.Elements(Protocols)
            select new Rule(access, source, port, protocol);
        return Prop.ForAll(Arb.From(rule.ListOf().Select(list => list.Take(6).ToList())), rules =>
        {
            var evaluation = OneScan.Of(Document(rules)).Evaluations.Single(evaluation => evaluation.Rule.Id == "SG-NET-001");
            return (evaluation.Verdict.Compliance is Compliance.NonCompliant) == IsOpen(rules);
        });
    }

    /// <summary>Every administration port, 3389 over UDP as well.</summary>
    private static readonly (int Port, string Protocol)[] Targets = [.. GuardSettings.DefaultAdminPorts.Select(port => (port, "Tcp")), (3389, "Udp")];

    /// <summary>A packet from each half of IPv4 and one from IPv6: an Allow is wide when any of them passes.</summary>
    private static bool IsOpen(List<Rule> rules) =>
        Targets.Any(target => new[] { 0, 1, 6 }.Any(half => Passes(rules, target.Port, target.Protocol, half)));

    private static bool Passes(List<Rule> rules, int port, string protocol, int half)
    {
        foreach (var rule in rules)
        {
            var fromThere = rule.Source switch
            {
                "*" or "Internet" => true,
                "0.0.0.0/0" => half != 6,
                "0.0.0.0/1" => half == 0,
                "128.0.0.0/1" => half == 1,
                _ => false,
            };
            var toPort = rule.Port is "*" || rule.Port.Split('-') is [var first, .. var rest] && port >= int.Parse(first, null) && port <= int.Parse(rest.Length > 0 ? rest[0] : first, null);
            if (fromThere && toPort && (rule.Protocol is "*" || rule.Protocol == protocol))
            {
                return rule.Access is "Allow";
            }
        }

        return false;
    }

    private static string Document(List<Rule> rules)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            writer.WriteString("id", "/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/networkSecurityGroups/n");
            writer.WriteString("type", "Microsoft.Network/networkSecurityGroups");
            writer.WriteStartObject("properties");
            writer.WriteStartArray("securityRules");
            for (var i = 0; i < rules.Count; i++)
            {
                writer.WriteStartObject();
                writer.WriteString("name", $"r{i}");
                writer.WriteStartObject("properties");
                writer.WriteString("direction", "Inbound");
                writer.WriteString("access", rules[i].Access);
                writer.WriteString("protocol", rules[i].Protocol);
                writer.WriteString("sourcePortRange", "*");
                writer.WriteString("destinationPortRange", rules[i].Port);
                writer.WriteString("sourceAddressPrefix", rules[i].Source);
                writer.WriteString("destinationAddressPrefix", "*");
                writer.WriteNumber("priority", 100 + i);
                writer.WriteEndObject();
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
            writer.WriteEndObject();
        }

        return System.Text.Encoding.UTF8.GetString(buffer.ToArray());
    }

    private sealed record Rule(string Access, string Source, string Port, string Protocol);
}
