using ServerlessGuard.Decisions;
using ServerlessGuard.EndToEnd.Tests.Aws;
using ServerlessGuard.EndToEnd.Tests.Azure;
using ServerlessGuard.EndToEnd.Tests.Crossing;
using ServerlessGuard.Exemptions;
using ServerlessGuard.Findings;
using ServerlessGuard.Guards;
using ServerlessGuard.Resources;
using ServerlessGuard.Tables;

namespace ServerlessGuard.EndToEnd.Tests.Attacks;

/// <summary>Through both published hosts: an attacker who writes Azure's table as he likes, against what AWS owns.</summary>
[Collection(SimulatedAzure.Name)]
public sealed class PeerAttackTests(AzureCloud cloud) : IDisposable
{
    private readonly string _settings = Path.Combine(Path.GetTempPath(), $"guard-{Guid.NewGuid():N}.yaml");

    public void Dispose() => File.Delete(_settings);

    /// <summary>It used to take five seconds from the row in Azure to the public bucket in AWS.</summary>
    [Fact]
    public async Task One_row_in_azure_makes_no_bucket_public_in_aws()
    {
        await File.WriteAllTextAsync(_settings, """
            remediation:
              mode: enforce
            approvals:
              approvers: [slack:U0KIM]
            notifications:
              minSeverity: low
            """);
        await using var scene = await TwoCloudsScene.StartAsync(cloud, "enforce", _settings);
        scene.Clouds.Aws.Do("make bucket public");
        await Eventually.IsAsync(
            async () => await TwoCloudsScene.FindingAsync(scene.AzureTable, TwoCloudsScene.AwsPartition, "SG-STOR-001") is { Status: FindingStatus.Resolved }, "the fix is known in Azure", scene.State);
        var known = (await TwoCloudsScene.FindingAsync(scene.AzureTable, TwoCloudsScene.AwsPartition, "SG-STOR-001"))!;
        var writes = scene.Clouds.Aws.Account.Writes.Count;

        // Everything that the peer may not have done: each by an approver's name, each with its outbox entry.
        var asked = new List<Command>();
        foreach (var kind in new[] { CommandKind.Undo, CommandKind.Approve, CommandKind.Exempt, CommandKind.Resume })
        {
            asked.Add(await ForgeAsync(scene, known, kind));
        }

        await Eventually.IsAsync(
            async () =>
            {
                await scene.Clouds.RunOutboxesAsync(CancellationToken.None);
                foreach (var command in asked)
                {
                    // Either the sender was told why not, or the owner asks the person himself.
                    var here = await scene.AzureTable.FindAsync(command.Partition, CommandRows.Key(command.Id), CancellationToken.None);
                    var there = await scene.AwsTable.FindAsync(command.Partition, CommandRows.Key(command.Id), CancellationToken.None);
                    if ((here is null || CommandRows.Read(here).State is CommandState.Pending) && (there is null || CommandRows.Read(there).State is CommandState.Pending))
                    {
                        return false;
                    }
                }

                return scene.Clouds.Aws.IsIdle && await scene.Clouds.Azure.IsSettledAsync(CancellationToken.None);
            },
            "each of them met its end",
            scene.State);

        foreach (var command in asked)
        {
            var there = await scene.AwsTable.FindAsync(command.Partition, CommandRows.Key(command.Id), CancellationToken.None);
            Assert.False(there is not null && CommandRows.Read(there).State is CommandState.Done, $"{command.Kind} was carried out");
        }

        Assert.Equal(writes, scene.Clouds.Aws.Account.Writes.Count);
        Assert.Equal(FindingStatus.Resolved, (await TwoCloudsScene.FindingAsync(scene.AwsTable, TwoCloudsScene.AwsPartition, "SG-STOR-001"))!.Status);
        var control = await scene.AwsTable.FindAsync(RowKeys.Deployment(Provider.Aws), ControlRows.Key, CancellationToken.None);
        Assert.True(control is null || ControlRows.Read(control).By is null, "nobody turned the switch");
    }

    private static async Task<Command> ForgeAsync(TwoCloudsScene scene, Finding finding, CommandKind kind)
    {
        var now = DateTimeOffset.UtcNow;
        var partition = kind is CommandKind.Resume ? RowKeys.Deployment(Provider.Aws) : TwoCloudsScene.AwsPartition;
        var command = new Command
        {
            Id = Guid.NewGuid().ToString("N"),
            Kind = kind,
            Partition = partition,
            FindingId = kind is CommandKind.Resume ? null : finding.Id,
            PlanId = finding.Treatment!.Plan!.Id,
            Reason = "planted",
            Exemption = kind is not CommandKind.Exempt ? null : new Exemption
            {
                Id = "planted",
                RuleId = "SG-STOR-001",
                Category = ExemptionCategory.Waiver,
                Reason = "planted",
                RequestedBy = "kim",
                ExpiresAt = now.AddDays(5),
            },
            By = new Person("kim", "slack:U0KIM"),
            IssuedIn = Provider.Azure,
            IssuedAt = now,
            ExpiresAt = now.AddDays(2),
            State = CommandState.Pending,
        };
        if (await scene.AzureTable.FindAsync(RowKeys.Directory, RowKeys.Account(partition), CancellationToken.None) is null)
        {
            await scene.AzureTable.CommitAsync(RowKeys.Directory, [new TableWrite.Insert(AccountRows.Row(partition))], CancellationToken.None);
        }

        var entry = OutboxRows.Row(partition, OutboxEntry.OfRow(OutboxKind.Command, partition, CommandRows.Key(command.Id), now), version: null);
        Assert.True(await scene.AzureTable.CommitAsync(partition, [new TableWrite.Insert(CommandRows.Row(command, version: null)), new TableWrite.Put(entry)], CancellationToken.None));
        return command;
    }
}
