using System.Globalization;
using System.Text.Json.Nodes;
using System.Xml.Linq;
using ServerlessGuard.Simulators.Aws.Account;

namespace ServerlessGuard.Simulators.Aws.Services;

/// <summary>Ingress permissions between Config's JSON, EC2's XML and EC2's parameters.</summary>
internal static class Ec2Groups
{
    public static XElement Write(XNamespace ns, JsonObject item)
    {
        var configuration = ConfigItem.Configuration(item);
        return new XElement(
            ns + "item",
            new XElement(ns + "ownerId", (string?)configuration["ownerId"]),
            new XElement(ns + "groupId", (string?)configuration["groupId"]),
            new XElement(ns + "groupName", (string?)configuration["groupName"]),
            new XElement(ns + "vpcId", (string?)configuration["vpcId"]),
            new XElement(ns + "ipPermissions",
                configuration["ipPermissions"]!.AsArray().Select(permission => Permission(ns, permission!.AsObject()))));
    }

    /// <summary>One permission per range that the call names.</summary>
    public static IEnumerable<JsonObject> Read(ApiRequest request)
    {
        for (var i = 1; request.Form.TryGetValue($"IpPermissions.{i}.IpProtocol", out var protocol); i++)
        {
            for (var range = 1; request.Form.TryGetValue($"IpPermissions.{i}.IpRanges.{range}.CidrIp", out var cidr); range++)
            {
                yield return Single(request, i, protocol, cidr, "ipv4Ranges", "cidrIp");
            }

            for (var range = 1; request.Form.TryGetValue($"IpPermissions.{i}.Ipv6Ranges.{range}.CidrIpv6", out var cidr); range++)
            {
                yield return Single(request, i, protocol, cidr, "ipv6Ranges", "cidrIpv6");
            }
        }
    }

    public static void Revoke(JsonArray permissions, IReadOnlyList<JsonObject> asked)
    {
        foreach (var one in asked)
        {
            var (list, name, cidr) = Range(one);
            var hit = permissions.FirstOrDefault(permission => Same(permission!.AsObject(), one)
                && Ranges(permission, list).Any(range => (string?)range![name] == cidr))
                ?? throw new ApiFaultException(400, "InvalidPermission.NotFound",
                    "The specified rule does not exist in this security group.");
            var ranges = Ranges(hit, list);
            ranges.Remove(ranges.First(range => (string?)range![name] == cidr));
            Mirror(hit);
            if (Ranges(hit, "ipv4Ranges").Count + Ranges(hit, "ipv6Ranges").Count + Ranges(hit, "prefixListIds")
                .Count + Ranges(hit, "userIdGroupPairs").Count == 0)
            {
                permissions.Remove(hit);
            }
        }
    }

    public static void Authorize(JsonArray permissions, IReadOnlyList<JsonObject> asked)
    {
        foreach (var one in asked)
        {
            var (list, name, cidr) = Range(one);
            if (permissions.Any(permission => Same(permission!.AsObject(), one)
                && Ranges(permission, list).Any(range => (string?)range![name] == cidr)))
            {
                throw new ApiFaultException(400, "InvalidPermission.Duplicate", "the specified rule already exists");
            }

            var added = one.DeepClone();
            Mirror(added);
            permissions.Add(added);
        }
    }

    private static JsonObject Single(ApiRequest request, int index, string protocol, string cidr, string list, string name)
    {
        var permission = new JsonObject
        {
            ["ipProtocol"] = protocol,
            ["ipv4Ranges"] = new JsonArray(),
            ["ipv6Ranges"] = new JsonArray(),
            ["prefixListIds"] = new JsonArray(),
            ["userIdGroupPairs"] = new JsonArray(),
        };
        foreach (var (parameter, member) in ((string, string)[])[("FromPort", "fromPort"), ("ToPort", "toPort")])
        {
            if (request.Form.TryGetValue($"IpPermissions.{index}.{parameter}", out var port))
            {
                permission[member] = int.Parse(port, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
            }
        }

        permission[list]!.AsArray().Add((JsonNode)new JsonObject { [name] = cidr });
        return permission;
    }

    private static (string List, string Name, string Cidr) Range(JsonObject one) => Ranges(one, "ipv4Ranges") is [{ } four]
        ? ("ipv4Ranges", "cidrIp", (string)four["cidrIp"]!)
        : ("ipv6Ranges", "cidrIpv6", (string)Ranges(one, "ipv6Ranges")[0]!["cidrIpv6"]!);

    private static bool Same(JsonObject permission, JsonObject other) => (string?)permission["ipProtocol"] == (string?)other["ipProtocol"]
        && (int?)permission["fromPort"] == (int?)other["fromPort"] && (int?)permission["toPort"] == (int?)other["toPort"];

    private static JsonArray Ranges(JsonNode permission, string list)
    {
        if (permission[list] is not JsonArray ranges)
        {
            permission[list] = ranges = [];
        }

        return ranges;
    }

    /// <summary>Items repeat the IPv4 ranges in an older form.</summary>
    private static void Mirror(JsonNode permission) =>
        permission["ipRanges"] =
            new JsonArray([.. Ranges(permission, "ipv4Ranges").Select(range => JsonValue.Create((string)range!["cidrIp"]!))]);

    private static XElement Permission(XNamespace ns, JsonObject permission) => new(
        ns + "item",
        new XElement(ns + "ipProtocol", (string?)permission["ipProtocol"]),
        permission["fromPort"] is { } from ? new XElement(ns + "fromPort", (int)from) : null,
        permission["toPort"] is { } to ? new XElement(ns + "toPort", (int)to) : null,
        new XElement(ns + "ipRanges", Ranges(permission, "ipv4Ranges").Select(range => Entry(ns, range!, "cidrIp"))),
        new XElement(ns + "ipv6Ranges", Ranges(permission, "ipv6Ranges").Select(range => Entry(ns, range!, "cidrIpv6"))),
        new XElement(ns + "prefixListIds", Ranges(permission, "prefixListIds").Select(list => Entry(ns, list!, "prefixListId"))));

    private static XElement Entry(XNamespace ns, JsonNode entry, string name) => new(
        ns + "item",
        new XElement(ns + name, (string?)entry[name]),
        (string?)entry["description"] is { } description ? new XElement(ns + "description", description) : null);
}
