using ServerlessGuard.Aws.Remediators;
using ServerlessGuard.Engine;
using ServerlessGuard.Findings;
using ServerlessGuard.Guards;
using ServerlessGuard.Recording;
using ServerlessGuard.Remediation;
using ServerlessGuard.Remediation.Seals;
using ServerlessGuard.Resources;
using ServerlessGuard.Tables;
using ServerlessGuard.Testing;
using ServerlessGuard.Testing.Servers;
using ServerlessGuard.Verdicts;

namespace ServerlessGuard.Aws.Tests.Remediators;

/// <summary>Recorder, remedy, undo, table and a real remediator together, against moto.</summary>
[Collection(MotoTests.Name)]
public sealed class WholeRemedyTests(MotoServer server)
{
    private readonly Moto _moto = new(server);
    private readonly MemoryTable _table = new();

    private static IEnumerable<OutboxKind> Outbox(FindingChange change) => change.Event.Step is FindingStep.Opened or FindingStep.Reopened ? [OutboxKind.Remediate] : [];

    private Finding Finding => _table.Rows.Where(row => row.Kind is RowKind.Finding).Select(FindingRows.Finding).Single();

    private Task<RecordedChanges> SeeAsync(ResourceRef bucket, int minute, Compliance compliance) => new FindingRecorder(_table, TimeProvider.System, new Backoff(() => 0), [], Outbox).RecordAsync(
        new SubjectVerdicts(bucket, bucket.NativeType, DateTimeOffset.UnixEpoch.AddMinutes(minute))
        {
            Verdicts = [new RuleVerdict("SG-STOR-001", "t", Severity.Critical, compliance, "everyone can read it", [], Rules.Remediations.BlockPublicAccess)],
            DetectedBy = DetectedBy.Change,
            Stages = new FindingStages(),
        },
        CancellationToken.None);

    [MotoFact]
    public async Task Opened_enforced_fixed_resolved_undone_and_then_only_proposed()
    {
        var name = await _moto.BucketAsync();
        var bucket = Moto.Finding(RemediationCatalog.Aws.BlockPublicAccess, "arn:aws:s3:::" + name).Resource;
        var remediators = AwsRemediators.All(_moto.Api, GuardSettings.Default, TimeProvider.System);
        var settings = new RemediationSettings { Mode = RemediationMode.Enforce, DryWindow = TimeSpan.Zero };
        var guard = GuardSettings.Default with { Remediation = settings };
        var plans = new SealedPlans(_table, new MemorySealer());
        var controls = new Controls(_table, Provider.Aws, TimeProvider.System);
        async Task<RemedyOutcome> TreatAsync()
        {
            var entry = _table.Rows.Where(row => row.Kind is RowKind.Outbox).Select(OutboxRows.Read).First();
            return await new Remedy(_table, plans, remediators, guard, guard.Remediation, guard.Approvals, controls, TimeProvider.System, new Backoff(Random.Shared.NextDouble), new OutboxPolicy(settings)).HandleAsync(entry, CancellationToken.None);
        }

        async Task<bool> IsBlockedAsync()
        {
            try
            {
                return (await _moto.S3Async(HttpMethod.Get, name, "publicAccessBlock")).Xml().Elements().All(flag => flag.Value.Equals("true", StringComparison.OrdinalIgnoreCase));
            }
            catch (CloudCallException exception) when (exception.Code is "NoSuchPublicAccessBlockConfiguration")
            {
                return false;
            }
        }

        await SeeAsync(bucket, 1, Compliance.NonCompliant);
        Assert.Equal(TreatmentState.Fixed, (await TreatAsync()).State);
        Assert.True(await IsBlockedAsync());
        await SeeAsync(bucket, 2, Compliance.Compliant);
        Assert.Equal(FindingStatus.Resolved, Finding.Status);

        var undo = new Undo(_table, plans, remediators, guard, guard.Remediation, controls, TimeProvider.System, new Backoff(Random.Shared.NextDouble), Outbox);
        var outcome = await undo.UndoAsync(RowKeys.Partition(bucket), Finding.Id, "kim", whileStopped: false, CancellationToken.None);
        Assert.True(outcome.IsUndone, outcome.Detail);
        Assert.False(await IsBlockedAsync());

        await SeeAsync(bucket, 3, Compliance.NonCompliant);
        Assert.Equal(TreatmentState.Proposed, (await TreatAsync()).State);
        Assert.False(await IsBlockedAsync());
    }
}
