using System.Text.Json.Nodes;
using ServerlessGuard.Findings;
using ServerlessGuard.Recording;
using ServerlessGuard.Remediation;
using ServerlessGuard.Remediation.Seals;
using ServerlessGuard.Resources;
using ServerlessGuard.Rules;
using ServerlessGuard.Tables;
using ServerlessGuard.Tests.Findings;

namespace ServerlessGuard.Tests.Remediation;

/// <summary>Resources whose state is larger than a row: fixed and undone all the same, or refused with a reason.</summary>
public sealed class LargePlanTests
{
    /// <summary>A list of rules, one of which is to go; and one long text that stays.</summary>
    private sealed class ListCloud(JsonObject live) : Remediator
    {
        public JsonObject Live { get; private set; } = live;

        public override RemediatorDescriptor Descriptor { get; } = new()
        {
            Remediation = Remediations.BlockPublicAccess,
            Provider = Provider.Aws,
            NativeTypes = ["AWS::S3::Bucket"],
            Permissions = [],
            Risk = Risk.None,
        };

        public override Task<JsonNode?> ReadAsync(Finding finding, CancellationToken cancellation) => Task.FromResult<JsonNode?>(Live.DeepClone());

        public override Desired Desire(JsonNode live, Finding finding)
        {
            var to = live.DeepClone().AsObject();
            var rules = to["rules"]!.AsArray();
            return rules.FirstOrDefault(rule => rule!["source"]!.GetValue<string>() is "0.0.0.0/0") is { } open && rules.Remove(open)
                ? new Desired.Change(to, "Remove the rule that lets everybody in.", "fake:Remove")
                : new Desired.Nothing();
        }

        public override Task WriteAsync(Finding finding, JsonNode from, JsonNode to, CancellationToken cancellation)
        {
            Live = to.DeepClone().AsObject();
            return Task.CompletedTask;
        }
    }

    private static JsonObject Group(int rules, string text = "")
    {
        var list = new JsonArray();
        for (var i = 0; i < rules; i++)
        {
            list.Add(new JsonObject
            {
                ["name"] = $"allow-\"{i}\"",
                ["source"] = i == rules / 2 ? "0.0.0.0/0" : $"10.{i / 250}.{i % 250}.0/24",
                ["ports"] = new JsonArray("443", $"{8000 + i}"),
                ["description"] = $"opened for team {i * 7919 % 1009}, ticket {i * 104729 % 99991}",
            });
        }

        return new JsonObject { ["rules"] = list, ["policy"] = text };
    }

    private static async Task<(Scene Scene, ListCloud Cloud, Func<Task<RemedyOutcome>> Treat)> OpenAsync(JsonObject live)
    {
        var scene = new Scene();
        await scene.SeeAsync(compliant: false);
        var cloud = new ListCloud(live);
        var outbox = new OutboxPolicy(scene.Settings);
        return (scene, cloud, () => new Remedy(scene.Table, scene.Plans, [cloud], scene.Guard, scene.Guard.Remediation, scene.Guard.Approvals, scene.Controls, scene.Time, new Backoff(() => 0), outbox).HandleAsync(scene.Entry!, CancellationToken.None));
    }

    private static Task<UndoOutcome> UndoAsync(Scene scene, ListCloud cloud) =>
        new Undo(scene.Table, scene.Plans, [cloud], scene.Guard, scene.Guard.Remediation, scene.Controls, scene.Time, new Backoff(() => 0), _ => []).UndoAsync(Some.Partition, scene.Finding.Id, "kim", whileStopped: false, CancellationToken.None);

    [Theory]
    [InlineData(250)]
    [InlineData(1000)]
    public async Task A_network_group_of_many_rules_is_fixed_shown_and_undone(int rules)
    {
        var before = Group(rules);
        var (scene, cloud, treat) = await OpenAsync(before.DeepClone().AsObject());
        Assert.Equal(TreatmentState.Fixed, (await treat()).State);
        Assert.Equal(rules - 1, cloud.Live["rules"]!.AsArray().Count);

        var shown = scene.Treatment.Plan!;
        Assert.Contains("0.0.0.0/0", shown.Before, StringComparison.Ordinal);
        Assert.DoesNotContain("0.0.0.0/0", shown.After, StringComparison.Ordinal);
        Assert.InRange(shown.Before.Length, 1, 8_192);
        Assert.Contains("stored apart", shown.Apart, StringComparison.Ordinal);

        Assert.True((await UndoAsync(scene, cloud)).IsUndone);
        Assert.True(JsonNode.DeepEquals(before, cloud.Live));
        Assert.All(scene.Table.Rows, row => Assert.InRange(row.Document.Length, 1, TableRow.MaxDocument));
    }

    [Fact]
    public async Task A_policy_of_400_KB_is_fixed_and_undone()
    {
        var random = new Random(7);
        var policy = string.Concat(Enumerable.Range(0, 400_000).Select(_ => (char)random.Next(' ', '~')));
        var before = Group(3, policy);
        var (scene, cloud, treat) = await OpenAsync(before.DeepClone().AsObject());
        Assert.Equal(TreatmentState.Fixed, (await treat()).State);
        Assert.True((await UndoAsync(scene, cloud)).IsUndone);
        Assert.True(JsonNode.DeepEquals(before, cloud.Live));
    }

    [Fact]
    public async Task A_state_beyond_a_megabyte_compressed_is_refused_with_a_reason()
    {
        var random = new Random(7);
        var (scene, cloud, treat) = await OpenAsync(Group(3, string.Concat(Enumerable.Range(0, 2_000_000).Select(_ => (char)random.Next(' ', '~')))));
        Assert.Equal(TreatmentState.Refused, (await treat()).State);
        Assert.Contains("too large", scene.Treatment.Detail, StringComparison.Ordinal);
        Assert.Equal(3, cloud.Live["rules"]!.AsArray().Count);
    }

    [Fact]
    public async Task A_part_that_was_altered_writes_nothing()
    {
        var (scene, cloud, treat) = await OpenAsync(Group(250));
        Assert.Equal(TreatmentState.Fixed, (await treat()).State);
        var part = scene.Table.Rows.First(row => row.Key.StartsWith("part:", StringComparison.Ordinal));
        var evil = PlanParts.Pack(scene.Treatment.Plan! with { Before = Group(1000).ToJsonString(), After = Group(999).ToJsonString() });
        await scene.PlantAsync(part with { Document = evil[0] });
        var outcome = await UndoAsync(scene, cloud);
        Assert.Equal(new UndoOutcome(false, SealFault.Altered.Sentence()), outcome);
        Assert.Equal(249, cloud.Live["rules"]!.AsArray().Count);
    }

    [Theory]
    [InlineData("\"\"")]
    [InlineData("not base64")]
    [InlineData("\"AAAA\"")]
    public void Rubbish_is_no_part(string document) => Assert.Null(PlanParts.Unpack([document]));
}
