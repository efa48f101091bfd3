using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using ServerlessGuard.Decisions;
using ServerlessGuard.Exemptions;
using ServerlessGuard.Federation;
using ServerlessGuard.Findings;
using ServerlessGuard.Guards;
using ServerlessGuard.Resources;
using ServerlessGuard.Tables;
using ServerlessGuard.Tests.Federation;
using ServerlessGuard.Tests.Findings;
using ServerlessGuard.Verdicts;

namespace ServerlessGuard.Chat.Tests.Attacks;

/// <summary>
/// Holds all of Azure: its identity at AWS's federation entry, its keys, and a copy of every row of AWS's table. Not AWS's keys, nor what AWS says to a person in private.
/// Whatever it tries is by chance, and often nearly right: what is about the owner's rows names them as they are.
/// </summary>
internal sealed partial class Attacker(AttackedOwner owner, Random random)
{
    private static readonly string[] Partitions =
    [
        Some.Partition, RowKeys.Deployment(Provider.Aws), RowKeys.Sealed(Some.Partition), RowKeys.Directory, TwoClouds.Account(Provider.Azure), RowKeys.Deployment(Provider.Azure),
        Some.Partition.ToUpperInvariant(), "Aws:" + Some.Account, "AWS:guard", "aws:GUARD", "Sealed:" + Some.Partition, RowKeys.Sealed(TwoClouds.Account(Provider.Azure)), "GUARD",
        TwoClouds.Account(Provider.Azure).ToUpperInvariant(), "azure:" + Some.Account, "azure:" + Some.Partition, "azure:GUARD", " " + Some.Partition, Some.Partition + " ", string.Empty, ":", "azure:",
        "aws:999988887777", "azure:99999999-2222-3333-4444-555555555555", "azure:guard:" + Some.Partition,
    ];

    private static readonly Person[] People =
    [
        new("kim", "slack:" + AttackedOwner.Kim), new("sam", "entra:sam@acme.example"), new("root", "local:root"), new("kim", "SLACK:u0kim"), new("kim (by link)", "teams-link"),
        new("eve", "slack:U9", ["slack:" + AttackedOwner.Kim]), new("<!channel>", "slack:" + AttackedOwner.Kim, ["local:root"]),
    ];

    /// <summary>What it did, for whoever reads of a run that went wrong.</summary>
    public async Task<string> MoveAsync()
    {
        switch (random.Next(10))
        {
            case < 6:
                var rows = Enumerable.Range(0, random.Next(30) == 0 ? random.Next(2) * 120 : 1 + random.Next(3)).Select(_ => Row()).ToList();
                var body = new JsonObject { ["rows"] = new JsonObject { ["schema"] = Rarely(20) ? 9 : 1, ["rows"] = new JsonArray([.. rows]) } }.ToJsonString();
                var answer = await owner.ReceiveAsync(Encoding.UTF8.GetBytes(body));
                return $"{string.Join(' ', answer.Rows?.Rows.Select(row => $"{row.Verdict} {row.Reason};") ?? [answer.Error!])} of {(body.Length > 4000 ? body[..4000] : body)}";
            case < 9:
                return await AskAsync();
            default:
                var other = Rarely(2)
                    ? new FederationRequest { Digest = Pick(Partitions) }
                    : new FederationRequest { Revisions = new RevisionsRequest(Pick(Partitions), Pick(["", "r:", "plan:"])), Rows = Rarely(3) ? new FederationBatch { Rows = [] } : null };
                var bytes = JsonSerializer.SerializeToUtf8Bytes(other, FederationJson.Default.FederationRequest);
                await owner.ReceiveAsync(Rarely(5) ? bytes[..^random.Next(bytes.Length)] : bytes);
                return Encoding.UTF8.GetString(bytes);
        }
    }

    private JsonObject Row()
    {
        var row = random.Next(9) switch
        {
            < 4 => CommandRows.Row(Command(), version: null),
            4 => ExemptionRows.Row(Pick(Partitions), Exemption(Target()), version: null),
            5 => ControlRows.Row(Pick(Partitions), Control(), version: null),
            6 => FindingOrStep(),
            _ => Pick(owner.Table.Rows),
        };
        var document = JsonNode.Parse(row.Document)!.AsObject();
        if (Rarely(4) && document.Count > 0)
        {
            Spoil(document);
        }

        return new JsonObject
        {
            ["kind"] = Rarely(8) ? random.Next(-1, 32) : (int)row.Kind,
            ["partition"] = Rarely(5) ? Pick(Partitions) : row.Partition,
            ["schema"] = Rarely(10) ? Pick([0, -1, 2, 9, int.MaxValue]) : 1,
            ["document"] = Rarely(30) ? Pick<JsonNode>([1, "{}", new JsonArray(), new JsonObject()]) : document,
        };
    }

    /// <summary>A property is gone, of another type, of another document, or there a second time in another spelling.</summary>
    private void Spoil(JsonObject document)
    {
        var (name, value) = document.ElementAt(random.Next(document.Count));
        switch (random.Next(5))
        {
            case 0:
                document.Remove(name);
                break;
            case 1:
                document[name] = Pick<JsonNode?>([null, 1, -1, long.MaxValue, "x", "SG-STOR-001", true, new JsonArray(), new JsonObject()]);
                break;
            case 2:
                document[name.ToUpperInvariant()] = value?.DeepClone();
                break;
            case 3:
                var other = JsonNode.Parse(Pick(owner.Table.Rows).Document)!.AsObject();
                document[name] = other.ContainsKey(name) ? other[name]?.DeepClone() : name;
                break;
            default:
                document["revision"] = Revision(1);
                break;
        }
    }

    private Finding Target() => FindingRows.Finding(Pick([.. owner.Table.Rows.Where(row => row.Partition == Some.Partition && row.Kind is RowKind.Finding)]));

    private T Pick<T>(IReadOnlyList<T> some) => some[random.Next(some.Count)];

    private bool Rarely(int oneIn) => random.Next(oneIn) == 0;

    private long Revision(long known) => Pick([known, known + 1, known - 1, 1, 0, -1, known + FederationLimits.MaxJump, FederationLimits.MaxRevision, long.MaxValue]);

    private string Hex() => Convert.ToHexStringLower(Enumerable.Range(0, 16).Select(_ => (byte)random.Next(256)).ToArray());

    private Severity Severity() => (Severity)random.Next(1, 5);
}
