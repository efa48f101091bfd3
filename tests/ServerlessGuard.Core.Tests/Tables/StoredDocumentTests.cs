using System.Text.Json;
using ServerlessGuard.Findings;
using ServerlessGuard.Tests.Findings;
using ServerlessGuard.Verdicts;

namespace ServerlessGuard.Tests.Tables;

public class StoredDocumentTests
{
    /// <summary>The source-generated serializer sets init-only members that a document leaves out to nothing: a list would be no list.</summary>
    [Fact]
    public void What_an_older_document_leaves_out_has_its_default()
    {
        const string old = """
            {"id":"x","ruleId":"SG-X-001","resource":{"provider":"Aws","nativeType":"t","id":"i"},"title":"t","severity":"High","status":"Open","reason":"r","revision":1,
            "capturedAt":"2026-01-01T00:00:00Z","openedAt":"2026-01-01T00:00:00Z","detectedBy":"Change","stages":{},"treatment":{"state":"Proposed","at":"2026-01-01T00:00:00Z"}}
            """;
        var finding = JsonSerializer.Deserialize(old, FindingsJson.Default.Finding)!;
        Assert.False(finding.Evidence.IsDefault);
        Assert.Equal(1, finding.Schema);
        Assert.False(finding.Treatment!.Fixes.IsDefault);
        Assert.NotEmpty(JsonSerializer.Serialize(finding, FindingsJson.Default.Finding));
        Assert.Empty(JsonSerializer.Deserialize("{}", FindingsJson.Default.Summary)!.Counts);
        Assert.False(JsonSerializer.Deserialize(
            """{"resource":{"provider":"Aws","nativeType":"t","id":"i"},"captures":{}}""", FindingsJson.Default.ResourceState)!.Gaps.IsDefault);
    }

    [Fact]
    public void A_finding_survives_the_table()
    {
        var finding = new Finding
        {
            Id = "SG-X-001-0",
            RuleId = "SG-X-001",
            Resource = Some.Bucket("\"\u2028</script>"),
            Title = "t",
            Severity = Severity.Low,
            Status = FindingStatus.Suppressed,
            Reason = "r",
            Evidence = [new Evidence("p", "\u0000v")],
            Revision = 7,
            CapturedAt = Some.Start,
            OpenedAt = Some.Start.AddTicks(1),
            DetectedBy = DetectedBy.Sweep,
            Stages = new FindingStages { Captured = Some.Start },
            Treatment = new Treatment
            {
                State = TreatmentState.Fixed,
                At = Some.Start,
                Fixes = [Some.Start],
                Plan = new RemediationPlan { Id = "p", Sentence = "s", Before = "{}", After = "{}", Call = "c", Permissions = ["a:b"], Risk = Risk.Irreversible, PlannedAt = Some.Start },
            },
        };
        var back = FindingRows.Finding(FindingRows.Row("p", finding, null));
        Assert.Equal(JsonSerializer.Serialize(finding, FindingsJson.Default.Finding), JsonSerializer.Serialize(back, FindingsJson.Default.Finding));
        Assert.Equal((finding.Resource, finding.OpenedAt, finding.Treatment.Plan.Permissions.Single()), (back.Resource, back.OpenedAt, back.Treatment!.Plan!.Permissions.Single()));
    }
}
