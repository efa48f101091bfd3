using ServerlessGuard.Engine;
using ServerlessGuard.Exemptions;
using ServerlessGuard.Findings;
using ServerlessGuard.Guards;
using ServerlessGuard.Recording;
using ServerlessGuard.Remediation;
using ServerlessGuard.Remediation.Seals;
using ServerlessGuard.Resources;
using ServerlessGuard.Rules;
using ServerlessGuard.Tables;
using ServerlessGuard.Testing;
using ServerlessGuard.Verdicts;

namespace ServerlessGuard.Page.Tests;

/// <summary>Findings of a small company in both clouds, written by the real recorder and the real remedy, at times that are told.</summary>
internal sealed class Sample(ITable table, DateTimeOffset now)
{
    public const string Production = "111122223333";
    public const string Research = "444455556666";
    public const string Subscription = "11111111-2222-3333-4444-555555555555";

    private readonly ManualTime _time = new(now);
    private readonly Backoff _backoff = new(static () => 0);
    private readonly List<Exemption> _exemptions = [];

    public ManualTime Time => _time;

    /// <summary>What lies in an outbox afterwards; nothing unless told otherwise.</summary>
    public OutboxPolicy Outbox { get; set; } = new(RemediationSettings.Default);

    public static ResourceRef Bucket(string name, string account = Production) =>
        new() { Provider = Provider.Aws, NativeType = "AWS::S3::Bucket", Id = "arn:aws:s3:::" + name, Account = account, Region = "eu-west-1", Name = name };

    public static ResourceRef Thing(string type, string name, string account = Production) =>
        new() { Provider = Provider.Aws, NativeType = type, Id = $"arn:aws:x:eu-west-1:{account}:{name}", Account = account, Region = "eu-west-1", Name = name };

    public static ResourceRef Azure(string type, string name, string account = Subscription) => new()
    {
        Provider = Provider.Azure,
        NativeType = type,
        Id = $"/subscriptions/{account}/resourceGroups/ml-prod/providers/{type}/{name}",
        Account = account,
        Region = "westeurope",
        Name = name,
    };

    /// <summary>A change event that opens a finding: delivered 1.2 s after the capture, judged 40 ms later, recorded after 25 ms more.</summary>
    public async Task<Finding> OpenAsync(
        string rule, ResourceRef subject, TimeSpan ago, string? reason = null, string? actor = null, DetectedBy detectedBy = DetectedBy.Change, params Evidence[] evidence)
    {
        var descriptor = RuleCatalog.BuiltIn.Find(rule)!.Descriptor;
        var verdict = new RuleVerdict(
            rule, descriptor.Title, descriptor.Severity, Compliance.NonCompliant, reason ?? descriptor.Risk, [.. evidence], descriptor.Remediation);
        return await RecordAsync(subject, ago, verdict, actor, detectedBy);
    }

    public Task<Finding> ResolveAsync(string rule, ResourceRef subject, TimeSpan ago, string? actor = null)
    {
        var descriptor = RuleCatalog.BuiltIn.Find(rule)!.Descriptor;
        return RecordAsync(subject, ago, new RuleVerdict(rule, descriptor.Title, descriptor.Severity, Compliance.Compliant, string.Empty, [], null), actor, DetectedBy.Change);
    }

    public void Accept(Exemption exemption) => _exemptions.Add(exemption);

    /// <summary>What sealed a plan here is asked about it again when it is approved.</summary>
    internal static MemorySealer Sealer { get; } = new();

    /// <summary>The fix of a bucket, as far as the mode lets it go.</summary>
    public async Task TreatAsync(Finding finding, RemediationMode mode, SimulatedCloud cloud)
    {
        var partition = RowKeys.Partition(finding.Resource);
        var entry = new OutboxEntry
        {
            Kind = OutboxKind.Remediate,
            RuleId = finding.RuleId,
            Resource = finding.Resource,
            Revision = finding.Revision,
            Step = FindingStep.Opened,
            CreatedAt = _time.Now,
        };
        Assert.True(await table.CommitAsync(partition, [new TableWrite.Put(OutboxRows.Row(partition, entry, version: null))], CancellationToken.None));
        var settings = new RemediationSettings { Mode = mode, DryWindow = TimeSpan.Zero };
        await new Remedy(table, new SealedPlans(table, Sealer), [cloud], GuardSettings.Default with { Remediation = settings }, settings, ApprovalSettings.Default, new Controls(table, Provider.Aws, _time), _time, _backoff, Outbox).HandleAsync(entry, CancellationToken.None);
    }

    private async Task<Finding> RecordAsync(ResourceRef subject, TimeSpan ago, RuleVerdict verdict, string? actor, DetectedBy detectedBy)
    {
        var captured = now - ago;
        var delivered = captured + TimeSpan.FromMilliseconds(1200);
        var evaluated = delivered + TimeSpan.FromMilliseconds(40);
        _time.Now = evaluated + TimeSpan.FromMilliseconds(25);
        var recorder = new FindingRecorder(table, _time, _backoff, _exemptions, Outbox.After);
        var recorded = await recorder.RecordAsync(
            new SubjectVerdicts(subject, subject.NativeType, captured)
            {
                Verdicts = [verdict],
                DetectedBy = detectedBy,
                Actor = actor,
                Stages = new FindingStages { Captured = captured, Delivered = delivered, Evaluated = evaluated },
            },
            CancellationToken.None);
        return Assert.Single(recorded.Changes).After;
    }
}
