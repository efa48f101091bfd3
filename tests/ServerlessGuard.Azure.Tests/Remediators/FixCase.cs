using System.Text.Json.Nodes;
using ServerlessGuard.Findings;
using ServerlessGuard.Resources;
using ServerlessGuard.Rules;
using ServerlessGuard.Verdicts;

namespace ServerlessGuard.Azure.Tests.Remediators;

/// <summary>One fix: what is there, and exactly what is sent to fix it.</summary>
/// <param name="Name">For the test's name.</param>
/// <param name="Rule">Whose finding it is.</param>
/// <param name="Id">Of the resource.</param>
/// <param name="Seeds">The documents that are there, by id.</param>
/// <param name="Writes">What the fix sends, in order.</param>
public sealed record FixCase(string Name, string Rule, string Id, (string Id, string Json)[] Seeds, params string[] Writes)
{
    private static readonly DateTimeOffset Now = new(2026, 11, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>What the plan risks, where it is not what the descriptor says.</summary>
    public Risk? Risk { get; init; }

    /// <summary>There is no way back.</summary>
    public bool IsOneWay { get; init; }

    public Finding Finding => Of(Rule, Id);

    public override string ToString() => Name;

    public static Finding Of(string rule, string id)
    {
        var descriptor = RuleCatalog.BuiltIn.Find(rule)!.Descriptor;
        var resource = new ResourceRef { Provider = Provider.Azure, NativeType = ArmId.Type(id)!, Id = id, Account = ArmId.Subscription(id), Name = ArmId.Name(id) };
        return new Finding
        {
            Id = FindingId.Of(rule, resource),
            RuleId = rule,
            Resource = resource,
            Title = descriptor.Title,
            Severity = Severity.High,
            Status = FindingStatus.Open,
            Reason = "it is so",
            Revision = 1,
            CapturedAt = Now,
            OpenedAt = Now,
            DetectedBy = DetectedBy.Change,
            Remediation = descriptor.Remediation,
            Stages = new FindingStages(),
        };
    }

    public static JsonObject Document(string id, string json)
    {
        var body = JsonNode.Parse(json)!.AsObject();
        body["id"] = id;
        body["name"] = ArmId.Name(id);
        body["type"] = ArmId.Type(id);
        return body;
    }
}
