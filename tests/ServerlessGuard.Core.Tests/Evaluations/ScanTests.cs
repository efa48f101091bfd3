using System.Text.Json.Nodes;
using ServerlessGuard.Evaluations;
using ServerlessGuard.Findings;
using ServerlessGuard.Resources;
using ServerlessGuard.Verdicts;

namespace ServerlessGuard.Tests.Evaluations;

/// <summary>What a scan does beside single verdicts: captures, copies, order, severity by tag, identity.</summary>
public sealed class ScanTests
{
    private static readonly string Good = Repository.Fixture("aws/AWS-KMS-Key/good.json");

    [Fact]
    public void The_latest_capture_counts_in_any_order()
    {
        var older = With(Good, item => item["configurationItemCaptureTime"] = "2026-10-01T00:00:00Z", item => item["configuration"]!["keyState"] = "PendingDeletion");
        var newer = With(Good, item => item["configurationItemCaptureTime"] = "2026-10-02T00:00:00Z");
        Assert.Equal(Compliance.Compliant, OneScan.Of(older, newer).Verdict("SG-KEY-003").Compliance);
        Assert.Equal(Compliance.Compliant, OneScan.Of(newer, older).Verdict("SG-KEY-003").Compliance);
        Assert.Equal(1, OneScan.Of(newer, older).Resources);
    }

    [Fact]
    public void Copies_of_a_global_resource_are_one()
    {
        var role = Repository.Fixture("aws/AWS-IAM-Role/bad.json");
        var copy = With(role, item => item["configurationStateId"] = 1);
        var result = OneScan.Of(role, copy);
        Assert.Equal(1, result.Resources);
        Assert.Single(result.NonCompliant, evaluation => evaluation.Rule.Id == "SG-ID-004");
    }

    [Fact]
    public void A_full_answer_wins_over_an_abbreviated_one()
    {
        var vault = Repository.Fixture("azure/Microsoft.KeyVault-vaults/good.json");
        var abbreviated = With(vault, item => ((JsonObject)item).Remove("properties"), item => item["id"] = item["id"]!.GetValue<string>().ToUpperInvariant());
        Assert.Equal(Compliance.Compliant, OneScan.Of(vault, abbreviated).Verdict("SG-KEY-003").Compliance);
        Assert.Equal(Compliance.Compliant, OneScan.Of(abbreviated, vault).Verdict("SG-KEY-003").Compliance);
        Assert.Equal(Compliance.InsufficientData, OneScan.Of(abbreviated).Verdict("SG-KEY-003").Compliance);
    }

    [Theory]
    [InlineData("data-class", "restricted", Severity.Critical)]
    [InlineData("Data-Class", "RESTRICTED", Severity.Critical)]
    [InlineData("environment", "production", Severity.High)]
    // Nobody listed it: it used to be medium.
    [InlineData("environment", "sandbox", Severity.High)]
    public void A_tag_moves_the_severity_one_level(string tag, string value, Severity expected)
    {
        var group = With(Repository.Fixture("aws/AWS-EC2-SecurityGroup/bad.json"), item => item["tags"] = new JsonObject { [tag] = value });
        Assert.Equal(expected, OneScan.Of(group).NonCompliant.Single(evaluation => evaluation.Rule.Id == "SG-NET-001").Severity);
    }

    [Theory]
    [InlineData(Severity.Critical, -3, Severity.High)]
    [InlineData(Severity.Critical, 2, Severity.Critical)]
    [InlineData(Severity.Low, -1, Severity.Low)]
    [InlineData(Severity.High, -1, Severity.Medium)]
    public void A_tag_never_takes_a_critical_one_below_high(Severity severity, int levels, Severity expected) => Assert.Equal(expected, Evaluation.Shift(severity, levels));

    [Fact]
    public void Findings_come_worst_first()
    {
        var files = Directory.EnumerateFiles(Repository.Path("tests", "fixtures"), "*.json", SearchOption.AllDirectories).Select(File.ReadAllText);
        var failed = OneScan.Of(files).NonCompliant.ToList();
        Assert.True(failed.Count > 20);
        Assert.Equal(failed.OrderByDescending(evaluation => evaluation.Severity).Select(evaluation => evaluation.Severity), failed.Select(evaluation => evaluation.Severity));
    }

    [Fact]
    public void A_findings_identity_ignores_the_case_of_ARM_ids_and_nothing_else()
    {
        var lower = new ResourceRef { Provider = Provider.Azure, NativeType = "t", Id = "/subscriptions/s/resourcegroups/g" };
        Assert.Equal(FindingId.Of("SG-X-001", lower), FindingId.Of("SG-X-001", lower with { Id = "/SUBSCRIPTIONS/S/resourceGroups/G/" }));
        Assert.NotEqual(FindingId.Of("SG-X-001", lower), FindingId.Of("SG-X-002", lower));
        var arn = new ResourceRef { Provider = Provider.Aws, NativeType = "t", Id = "arn:aws:s3:::a" };
        Assert.NotEqual(FindingId.Of("SG-X-001", arn), FindingId.Of("SG-X-001", arn with { Id = "arn:aws:s3:::A" }));
        Assert.Matches("^SG-X-001-[0-9a-f]{32}$", FindingId.Of("SG-X-001", arn));
    }

    private static string With(string document, params ReadOnlySpan<Action<JsonNode>> changes)
    {
        var node = JsonNode.Parse(document)!;
        foreach (var change in changes)
        {
            change(node);
        }

        return node.ToJsonString();
    }
}
