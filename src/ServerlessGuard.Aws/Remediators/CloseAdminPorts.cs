using System.Globalization;
using System.Text.Json.Nodes;
using System.Xml.Linq;
using ServerlessGuard.Documents;
using ServerlessGuard.Engine;
using ServerlessGuard.Facts.Aws;
using ServerlessGuard.Findings;
using ServerlessGuard.Networks;
using ServerlessGuard.Remediation;

namespace ServerlessGuard.Aws.Remediators;

/// <summary>
/// SG-NET-001: the open ranges of a security group, one by one, never the whole permission. Their descriptions are kept for the way back.
/// </summary>
/// <remarks>The slice is what is open, not the group: a change elsewhere in the group stands in nobody's way.</remarks>
public sealed class CloseAdminPorts(AwsAccess access, GuardSettings settings) : AwsRemediator(access)
{
    public override RemediatorDescriptor Descriptor => RemediationCatalog.Aws.CloseAdminPorts;

    protected override async Task<JsonObject?> SliceAsync(Finding finding, CancellationToken cancellation)
    {
        var answer = await Access.XmlAsync(finding, Ec2Calls.Of(Where(finding), "DescribeSecurityGroups", ("GroupId.1", Name(finding))),
            cancellation);
        if (answer.Descendants("securityGroupInfo").SelectMany(set => set.Elements("item")).FirstOrDefault() is not { } group)
        {
            return null;
        }

        var permissions = (group.Element("ipPermissions")?.Elements("item") ?? []).Select(Permission).ToList();
        var document = PolicyDocuments.Doc(new JsonArray([.. permissions.Select(permission => permission.DeepClone())]));
        var open = new List<JsonObject>();
        var (wide, lists) = (false, new SortedSet<string>(StringComparer.Ordinal));
        foreach (var (permission, rule) in permissions.Zip(IngressRule.Read(document))
            .Where(pair => settings.AdminPorts.Any(pair.Second.Lets)))
        {
            var ranges = Ranges(permission).ToList();
            open.AddRange(ranges.Where(range => range.IsOpen).Select(range => range.Entry));
            wide |= Internet.IsOpenTo(
                AddressSet.Of(ranges.Where(range => !range.IsOpen).Select(range => range.Range).OfType<AddressRange>()));
            lists.UnionWith(rule.PrefixLists);
        }

        return new JsonObject
        {
            ["open"] = new JsonArray([.. open.OrderBy(entry => entry.ToJsonString(), StringComparer.Ordinal)]),
            ["wideTogether"] = wide,
            ["prefixLists"] = new JsonArray([.. lists.Select(list => JsonValue.Create(list))]),
        };
    }

    protected override Desired Desire(JsonObject live, Finding finding)
    {
        var open = live["open"]!.AsArray();
        if (open.Count == 0)
        {
            return live["wideTogether"]!.GetValue<bool>()
                ? new Desired.Refuse(
                    "no single range is open to the internet, but many together are: a person has to decide which may stay")
                : live["prefixLists"]!.AsArray().Count > 0
                    ? new Desired.Refuse("it is open through a prefix list that other groups use too: change the list")
                : new Desired.Nothing();
        }

        var shown = string.Join(", ", open.Take(4).Select(entry => Words(entry!)))
            + (open.Count > 4 ? $" and {open.Count - 4} more" : string.Empty);
        return new Desired.Change(
            With(live, "open", new JsonArray()),
            $"Close security group {Shown(finding)} for {shown}.",
            $"ec2:RevokeSecurityGroupIngress {Shown(finding)} {shown}",
            open.All(entry => OnlyAdministration(entry!)) ? null : Risk.Availability);
    }

    protected override async Task ChangeAsync(Finding finding, JsonObject from, JsonObject to, CancellationToken cancellation)
    {
        // Each direction is one call, which takes all ranges or none.
        var (before, after) = (from["open"]!.AsArray(), to["open"]!.AsArray());
        await CallAsync("RevokeSecurityGroupIngress", [.. before.Where(entry => !after.Any(kept => JsonNode.DeepEquals(kept, entry)))]);
        await CallAsync("AuthorizeSecurityGroupIngress",
            [.. after.Where(entry => !before.Any(there => JsonNode.DeepEquals(there, entry)))]);

        Task CallAsync(string action, IReadOnlyList<JsonNode?> entries) => entries.Count == 0
            ? Task.CompletedTask
            : SendAsync(finding,
                Ec2Calls.Of(Where(finding), action,
                    entries.SelectMany((entry, index) => Parameters(entry!.AsObject(), index + 1)).Prepend(("GroupId", Name(finding)))),
                    cancellation);
    }

    /// <summary>Every port of the permission is one of administration: nobody else's traffic goes through it.</summary>
    private bool OnlyAdministration(JsonNode entry) =>
        (long?)entry["from"] is { } first && (long?)entry["to"] is { } last && last >= first && last - first < 100
        && Enumerable.Range((int)first, (int)(last - first) + 1).All(settings.AdminPorts.Contains);

    private static IEnumerable<(bool IsOpen, AddressRange? Range, JsonObject Entry)> Ranges(JsonObject permission)
    {
        foreach (var (list, name) in ((string, string)[])[("ipv4Ranges", "cidrIp"), ("ipv6Ranges", "cidrIpv6")])
        {
            foreach (var block in permission[list]!.AsArray())
            {
                var range = AddressRange.Parse((string?)block![name]);
                var entry = new JsonObject { ["protocol"] = (string?)permission["ipProtocol"], ["cidr"] = (string?)block[name] };
                foreach (var (from, to) in ((string, string)[])[("fromPort", "from"), ("toPort", "to")])
                {
                    if ((long?)permission[from] is { } port)
                    {
                        entry[to] = port;
                    }
                }

                if ((string?)block["description"] is { } description)
                {
                    entry["description"] = description;
                }

                yield return (range is { } known && Internet.IsOpenTo(AddressSet.Of([known])), range, entry);
            }
        }
    }

    /// <summary>EC2's XML in the words of a configuration item, which the core reads.</summary>
    private static JsonObject Permission(XElement item)
    {
        var permission = new JsonObject { ["ipProtocol"] = (string?)item.Element("ipProtocol") };
        foreach (var name in (ReadOnlySpan<string>)["fromPort", "toPort"])
        {
            if (long.TryParse((string?)item.Element(name), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var port))
            {
                permission[name] = port;
            }
        }

        permission["ipv4Ranges"] = List("ipRanges", "cidrIp");
        permission["ipv6Ranges"] = List("ipv6Ranges", "cidrIpv6");
        permission["prefixListIds"] = List("prefixListIds", "prefixListId");
        return permission;

        JsonArray List(string list, string name) => new([.. (item.Element(list)?.Elements("item") ?? []).Select(JsonNode? (block) =>
        {
            var entry = new JsonObject { [name] = (string?)block.Element(name) };
            if ((string?)block.Element("description") is { Length: > 0 } description)
            {
                entry["description"] = description;
            }

            return entry;
        })]);
    }

    private static IEnumerable<(string Name, string Value)> Parameters(JsonObject entry, int index)
    {
        var prefix = $"IpPermissions.{index}.";
        yield return (prefix + "IpProtocol", entry["protocol"]!.GetValue<string>());
        if ((long?)entry["from"] is { } from)
        {
            yield return (prefix + "FromPort", from.ToString(CultureInfo.InvariantCulture));
        }

        if ((long?)entry["to"] is { } to)
        {
            yield return (prefix + "ToPort", to.ToString(CultureInfo.InvariantCulture));
        }

        var cidr = entry["cidr"]!.GetValue<string>();
        var (list, name) = cidr.Contains(':', StringComparison.Ordinal) ? ("Ipv6Ranges", "CidrIpv6") : ("IpRanges", "CidrIp");
        yield return ($"{prefix}{list}.1.{name}", cidr);
        if ((string?)entry["description"] is { } description)
        {
            yield return ($"{prefix}{list}.1.Description", description);
        }
    }

    private static string Words(JsonNode entry) => DocText.Shown(
        $"{(string?)entry["cidr"]} on {((string?)entry["protocol"] is "-1" ? "every protocol" : (string?)entry["protocol"])}"
        + ((long?)entry["from"] is { } from
            ? $" {from}{((long?)entry["to"] is { } to && to != from ? $"-{to}" : string.Empty)}"
            : string.Empty));
}
