using System.Text.Json.Nodes;
using ServerlessGuard.Findings;
using ServerlessGuard.Lab.Aws.Story;
using ServerlessGuard.Simulators.Aws.Account;
using ServerlessGuard.Simulators.Aws.Services;
using ServerlessGuard.Tables;

namespace ServerlessGuard.EndToEnd.Tests.Aws;

/// <summary>Faults of every part that the host talks to, and input that is not what it should be.</summary>
public sealed class FaultTests
{
    private const string Bucket = "northwind-training-data";

    [Fact]
    public async Task The_same_event_a_hundred_times_in_any_order_is_one_finding_in_its_latest_state()
    {
        await using var scene = await Scene.StartAsync("observe", settings => settings with { CustomRule = false, EventBridge = true });
        scene.Lab.LosesEvents = true;
        var changes = new List<ItemChange>();
        scene.Lab.Account.Changed = changes.Add;
        foreach (var rotates in (bool[])[false, true, false, true, false])
        {
            scene.Lab.Account.Change("AWS::KMS::Key", Scene.Key, "someone", item => ConfigItem.Supplementary(item)["KeyRotationStatus"] = rotates);
        }

        scene.Lab.LosesEvents = false;
        var copies = Enumerable.Range(0, 20).SelectMany(_ => changes).ToArray();
        new Random(17).Shuffle(copies);
        foreach (var change in copies)
        {
            scene.Lab.Announce(change);
        }

        await scene.IdleAsync();
        var finding = Assert.Single(await scene.FindingsAsync());
        Assert.Equal(FindingStatus.Open, finding.Status);

        // The latest capture is what is known of the resource. The finding rests on the capture that last changed it: while it stays open, a newer one that says the same writes no finding.
        var state = await scene.Table.FindAsync(Scene.Partition, FindingKeys.Resource(RowKeys.Hash(finding.Resource)), CancellationToken.None);
        Assert.Equal(changes[^1].At, FindingRows.Resource(state!).Captures.Values.Max());
        Assert.Contains(finding.CapturedAt, new[] { changes[0].At, changes[2].At, changes[4].At });
        Assert.InRange(finding.Revision, 1, 5);
        var summary = await new FindingReader(scene.Table).SummaryAsync(Scene.Partition, CancellationToken.None);
        Assert.Equal(1, summary.Counts.Values.Sum());
        Assert.Equal(1, summary[FindingStatus.Open, finding.Severity]);
        Assert.Equal(0, scene.Lab.DeadLetters.Count);
    }

    [Fact]
    public async Task A_table_that_throttles_breaks_and_loses_answers_changes_nothing_in_the_end()
    {
        await using var scene = await Scene.StartAsync("enforce");
        var faults = scene.Proxy.Faults;
        faults.Add("dynamodb", "TransactWriteItems", FaultKind.LostAnswer, 2);
        faults.Add("dynamodb", "TransactWriteItems", FaultKind.Throttle, 3);
        faults.Add("dynamodb", "Query", FaultKind.Throttle, 3);
        faults.Add("dynamodb", "GetItem", FaultKind.InternalError, 3);

        scene.Lab.Do("stop key rotation");
        await scene.UntilAsync("SG-KEY-002", FindingStatus.Resolved);
        await scene.IdleAsync();

        Assert.Equal(0, faults.Left);
        Assert.Single(scene.Lab.Account.Writes);
        Assert.Equal(TreatmentState.Fixed, (await scene.FindingAsync("SG-KEY-002"))!.Treatment!.State);
        Assert.Equal(0, scene.Lab.DeadLetters.Count);
    }

    [Fact]
    public async Task Services_that_throttle_break_hang_and_lose_answers_change_nothing_in_the_end()
    {
        await using var scene = await Scene.StartAsync("enforce", settings => settings with { MaxReceiveCount = 20 });
        var faults = scene.Lab.Api.Faults;
        faults.Add("config", "PutEvaluations", FaultKind.Throttle, 2);
        faults.Add("config", "PutEvaluations", FaultKind.LostAnswer, 1);
        faults.Add("kms", "GetKeyRotationStatus", FaultKind.InternalError, 2);
        faults.Add("kms", "GetKeyRotationStatus", FaultKind.Throttle, 2);
        faults.Add("kms", "EnableKeyRotation", FaultKind.LostAnswer, 1);
        faults.Add("sqs", "SendMessageBatch", FaultKind.InternalError, 1);

        scene.Lab.Do("stop key rotation");
        await scene.UntilAsync("SG-KEY-002", FindingStatus.Resolved);
        await scene.IdleAsync();

        Assert.Equal(0, faults.Left);
        var finding = (await scene.FindingAsync("SG-KEY-002"))!;
        Assert.Equal(TreatmentState.Fixed, finding.Treatment!.State);
        Assert.Single(finding.Treatment.Fixes);
        Assert.Equal("COMPLIANT", Assert.Single(scene.Lab.Config.Evaluations).Compliance);
        Assert.Equal(0, scene.Lab.DeadLetters.Count);
    }

    [Fact]
    public async Task A_fix_that_is_refused_is_said_and_not_tried_again()
    {
        await using var scene = await Scene.StartAsync("enforce");
        scene.Lab.Api.Faults.Add("kms", "EnableKeyRotation", FaultKind.AccessDenied, 1);

        scene.Lab.Do("stop key rotation");
        await Eventually.IsAsync(async () => (await scene.FindingAsync("SG-KEY-002"))?.Treatment?.State is TreatmentState.Failed, "the refusal is recorded");
        await scene.IdleAsync();

        var finding = (await scene.FindingAsync("SG-KEY-002"))!;
        Assert.Contains("AccessDenied", finding.Treatment!.Detail, StringComparison.Ordinal);
        Assert.Equal(FindingStatus.Open, finding.Status);
        Assert.Empty(scene.Lab.Account.Writes);
        Assert.Single(scene.Lab.Account.Calls, call => call.Operation == "EnableKeyRotation");
    }

    [Fact]
    public async Task An_item_too_large_for_its_event_is_read_and_one_that_vanished_is_kept_as_a_dead_letter()
    {
        await using var scene = await Scene.StartAsync("observe", settings => settings with
        {
            CustomRule = false,
            EventBridge = true,
            MaxReceiveCount = 2,
            Oversized = new HashSet<string>(StringComparer.Ordinal) { "AWS::KMS::Key" },
        });
        var gone = AccountItems.Item(scene.Lab.Account, "AWS::KMS::Key", "gone", "gone", $"arn:aws:kms:eu-west-1:{Scene.Account}:key/gone", []);

        scene.Lab.Do("stop key rotation");
        scene.Lab.Account.Put(gone, "someone");
        scene.Lab.Account.Forget("AWS::KMS::Key", "gone");
        await scene.UntilAsync("SG-KEY-002", FindingStatus.Open);
        await scene.IdleAsync();

        Assert.Contains("\"gone\"", Assert.Single(scene.Lab.DeadLetters.Bodies), StringComparison.Ordinal);
        Assert.Single(await scene.FindingsAsync());
    }

    [Fact]
    public async Task One_poison_event_in_a_batch_of_ten_leaves_nine_findings_and_one_dead_letter()
    {
        await using var scene = await Scene.StartAsync("observe", settings => settings with { CustomRule = false, EventBridge = true, MaxReceiveCount = 3 });
        scene.Lab.LosesEvents = true;
        var changes = new List<ItemChange>();
        scene.Lab.Account.Changed = changes.Add;
        for (var number = 1; number <= 9; number++)
        {
            var key = JsonNode.Parse(scene.Lab.Account.Find("AWS::KMS::Key", Scene.Key)!.ToJsonString().Replace(Scene.Key, "key-" + number, StringComparison.Ordinal))!.AsObject();
            ConfigItem.Supplementary(key)["KeyRotationStatus"] = false;
            scene.Lab.Account.Put(key, "someone");
        }

        // Sent at once, so that they come in one batch.
        foreach (var body in changes.Select(change => ConfigEvents.EventBridge(scene.Lab.Account, change)).Append("""{"detail-type":"Config Configuration Item Change","source":"aws.config","detail":{"configurationItem":7}}"""))
        {
            scene.Lab.WorkQueue.Send(body);
        }

        await scene.IdleAsync();
        Assert.Equal(9, (await scene.FindingsAsync()).Count(finding => finding is { RuleId: "SG-KEY-002", Status: FindingStatus.Open }));
        Assert.Contains("\"configurationItem\":7", Assert.Single(scene.Lab.DeadLetters.Bodies), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_event_of_another_account_is_refused()
    {
        await using var scene = await Scene.StartAsync("enforce", settings => settings with { CustomRule = false, EventBridge = true, MaxReceiveCount = 2 });
        scene.Lab.LosesEvents = true;
        ItemChange? change = null;
        scene.Lab.Account.Changed = seen => change = seen;
        scene.Lab.Do("stop key rotation");

        var foreign = ConfigEvents.EventBridge(scene.Lab.Account, change!).Replace(Scene.Account, "999988887777", StringComparison.Ordinal);
        scene.Lab.WorkQueue.Send(foreign);
        await scene.IdleAsync();

        Assert.Equal([foreign], scene.Lab.DeadLetters.Bodies);
        Assert.Empty(await scene.FindingsAsync());
        Assert.Empty(await scene.FindingsAsync("aws:999988887777"));
        Assert.Empty(scene.Lab.Account.Writes);
    }

    [Fact]
    public async Task The_sweep_finds_what_a_lost_event_missed_and_closes_what_vanished()
    {
        await using var scene = await Scene.StartAsync("observe", settings => settings with { CustomRule = false, EventBridge = true });
        scene.Lab.LosesEvents = true;
        scene.Lab.Do("stop key rotation");
        var bucket = Seeds.Bucket(scene.Lab.Account, "northwind-scratch");
        ConfigItem.Supplementary(bucket)["BucketVersioningConfiguration"] = new JsonObject { ["status"] = "Off", ["isMfaDeleteEnabled"] = null };
        scene.Lab.Account.Put(bucket, "someone");

        var first = await scene.Lab.RunSweepAsync();
        await scene.IdleAsync();
        Assert.True(first.Succeeded, first.Payload);
        var rotation = (await scene.FindingAsync("SG-KEY-002"))!;
        var versioning = (await scene.FindingAsync("SG-STOR-008", "northwind-scratch"))!;
        Assert.Equal((FindingStatus.Open, DetectedBy.Sweep), (rotation.Status, rotation.DetectedBy));
        Assert.Equal((FindingStatus.Open, DetectedBy.Sweep), (versioning.Status, versioning.DetectedBy));

        scene.Lab.Account.Delete("AWS::S3::Bucket", "northwind-scratch", "someone");
        Assert.True((await scene.Lab.RunSweepAsync()).Succeeded);
        await scene.IdleAsync();

        Assert.Equal(FindingStatus.Resolved, (await scene.FindingAsync("SG-STOR-008", "northwind-scratch"))!.Status);
        Assert.Equal(FindingStatus.Open, (await scene.FindingAsync("SG-KEY-002"))!.Status);
        Assert.Equal(0, scene.Lab.DeadLetters.Count);
    }
}
