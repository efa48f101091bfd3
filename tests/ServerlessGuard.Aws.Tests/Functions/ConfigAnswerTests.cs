using System.Text.Json.Nodes;
using ServerlessGuard.Aws.Events;
using ServerlessGuard.Aws.Reporting;
using ServerlessGuard.Documents;
using ServerlessGuard.Evaluations;
using ServerlessGuard.Remediation;
using ServerlessGuard.Resources;
using ServerlessGuard.Rules;
using ServerlessGuard.Tables;
using ServerlessGuard.Verdicts;

namespace ServerlessGuard.Aws.Tests.Functions;

/// <summary>What AWS Config is told.</summary>
public sealed class ConfigAnswerTests
{
    private static async Task<JsonNode?> Answer(string payload, StubApi? api = null)
    {
        var host = new Host("scan", api);
        await host.InvokeAsync(payload);
        return host.Api.Bodies("PutEvaluations").SingleOrDefault();
    }

    [Theory]
    [InlineData(true, "OK", false, "NON_COMPLIANT")]
    [InlineData(true, "ResourceDiscovered", false, "NON_COMPLIANT")]
    [InlineData(true, "ResourceDeleted", false, "NOT_APPLICABLE")]
    [InlineData(true, "OK", true, "NOT_APPLICABLE")]
    public async Task The_word_follows_from_verdicts_status_and_scope(bool open, string status, bool leftScope, string word)
    {
        var answer = await Answer(Samples.ConfigRule(Samples.Bucket(open: open, status: status), leftScope: leftScope));
        var evaluation = Assert.Single(answer!["Evaluations"]!.AsArray())!;
        Assert.Equal(word, (string?)evaluation["ComplianceType"]);
        Assert.Equal("AWS::S3::Bucket", (string?)evaluation["ComplianceResourceType"]);
        Assert.Equal(Samples.At.ToUnixTimeSeconds(), (double)evaluation["OrderingTimestamp"]!);
        Assert.Equal("TOKEN", (string?)answer["ResultToken"]);
        Assert.Null(answer["TestMode"]);
    }

    [Fact]
    public async Task A_test_of_the_rule_is_answered_in_test_mode() =>
        Assert.True((bool)(await Answer(Samples.ConfigRule(Samples.Bucket(), token: "TESTMODE")))!["TestMode"]!);

    [Fact]
    public async Task An_event_of_a_bus_is_not_answered() => Assert.Null(await Answer(Samples.EventBridge(Samples.Bucket())));

    private static Evaluation Evaluation(Verdict verdict, string id = "SG-STOR-001") =>
        new(RuleCatalog.BuiltIn.Find("SG-STOR-001")!.Descriptor with { Id = id }, Item().Ref, verdict);

    private static Resource Item() => ((Incoming.Items)IncomingReader.Read(new Doc(System.Text.Json.JsonElement.Parse(Samples.EventBridge(Samples.Bucket()))))).Resources[0];

    /// <summary>Config tells people, and may start remediations of its own.</summary>
    [Fact]
    public void A_rule_in_preview_is_no_part_of_the_answer()
    {
        var preview = Evaluation(Verdict.NonCompliant("Open."));
        preview = preview with { Rule = preview.Rule with { Maturity = Maturity.Preview } };
        Assert.Equal("COMPLIANT", ConfigEvaluation.Of(Item(), [preview, Evaluation(Verdict.Compliant, "SG-STOR-002")], Samples.At)!.Word);
        Assert.Equal("NOT_APPLICABLE", ConfigEvaluation.Of(Item(), [preview], Samples.At)!.Word);
    }

    [Fact]
    public void Insufficient_data_is_never_said()
    {
        var unknown = Evaluation(Verdict.InsufficientData("x", "not seen"), "SG-STOR-002");
        Assert.Null(ConfigEvaluation.Of(Item(), [unknown], Samples.At));
        var compliant = ConfigEvaluation.Of(Item(), [unknown, Evaluation(Verdict.Compliant)], Samples.At)!;
        Assert.Equal("COMPLIANT", compliant.Word);
        Assert.Contains("SG-STOR-002", compliant.Annotation, StringComparison.Ordinal);
        Assert.Equal("NON_COMPLIANT", ConfigEvaluation.Of(Item(), [Evaluation(Verdict.NonCompliant("Open.")), unknown], Samples.At)!.Word);
        Assert.Equal("NOT_APPLICABLE", ConfigEvaluation.Of(Item(), [], Samples.At)!.Word);
    }

    [Fact]
    public void A_resource_is_not_to_blame_for_its_account()
    {
        var account = Evaluation(Verdict.NonCompliant("Open."), "SG-STOR-003") with { Subject = ResourceRef.AwsAccount(Samples.Account) };
        Assert.Equal("COMPLIANT", ConfigEvaluation.Of(Item(), [account, Evaluation(Verdict.Compliant)], Samples.At)!.Word);
        Assert.Equal("NON_COMPLIANT", ConfigEvaluation.Of(Item(), [account], Samples.At)!.Word);
    }

    [Fact]
    public void An_annotation_names_the_rules_and_stays_within_256_characters()
    {
        var many = Enumerable.Range(1, 40).Select(i => Evaluation(Verdict.NonCompliant("Anybody can read it 🚀🚀🚀."), $"SG-STOR-{i:D3}")).ToList();
        var annotation = ConfigEvaluation.Of(Item(), many, Samples.At)!.Annotation!;
        Assert.StartsWith("SG-STOR-001, SG-STOR-002", annotation, StringComparison.Ordinal);
        Assert.InRange(annotation.Length, 200, ConfigEvaluation.MaxAnnotation);
        for (var length = 240; length < 260; length++)
        {
            var cut = ConfigEvaluation.Of(Item(), [Evaluation(Verdict.NonCompliant(new string('x', length) + "🚀🚀🚀🚀🚀🚀"))], Samples.At)!.Annotation!;
            Assert.InRange(cut.Length, 1, ConfigEvaluation.MaxAnnotation);
            Assert.False(char.IsHighSurrogate(cut[^2]) && !char.IsLowSurrogate(cut[^1]));
        }
    }

    [Fact]
    public async Task A_call_has_at_most_a_hundred_evaluations_and_failed_ones_are_sent_again()
    {
        var first = true;
        var api = new StubApi().On("PutEvaluations", body =>
        {
            var failed = first ? new JsonArray(body["Evaluations"]![3]!.DeepClone()) : [];
            first = false;
            return new JsonObject { ["FailedEvaluations"] = failed }.ToJsonString();
        });
        var reporter = new ConfigReporter(api, TimeProvider.System, new Backoff(static () => 0.01));
        await reporter.ReportAsync(
            new ConfigCall("TOKEN"), [.. Enumerable.Range(0, 250).Select(i => new ConfigEvaluation("AWS::S3::Bucket", $"b{i}", "COMPLIANT", null, Samples.At))], CancellationToken.None);
        Assert.Equal([100, 1, 100, 50], api.Bodies("PutEvaluations").Select(body => body["Evaluations"]!.AsArray().Count));
        Assert.Equal("b3", (string?)api.Bodies("PutEvaluations").ElementAt(1)["Evaluations"]![0]!["ComplianceResourceId"]);
    }

    [Fact]
    public async Task Evaluations_that_are_never_taken_are_an_error()
    {
        var api = new StubApi().On("PutEvaluations", body => new JsonObject { ["FailedEvaluations"] = body["Evaluations"]!.DeepClone() }.ToJsonString());
        var fault = await Assert.ThrowsAsync<CloudCallException>(() => Answer(Samples.ConfigRule(Samples.Bucket()), api));
        Assert.True(fault.IsTransient);
    }

    [Fact]
    public void The_token_is_in_no_text_of_the_call() => Assert.DoesNotContain("SECRET", new ConfigCall("SECRET").ToString(), StringComparison.Ordinal);
}
