using System.Collections.Immutable;
using ServerlessGuard.Findings;
using ServerlessGuard.Recording;
using ServerlessGuard.Resources;
using ServerlessGuard.Tables;
using ServerlessGuard.Testing;
using ServerlessGuard.Verdicts;

namespace ServerlessGuard.Tests.Findings;

/// <summary>Words for arranging: verdicts on one bucket at minute n.</summary>
internal static class Some
{
    public const string Account = "111122223333";

    public static readonly DateTimeOffset Start = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    public static readonly string Partition = RowKeys.Partition(Provider.Aws, Account);

    public static ResourceRef Bucket(string name = "training-data") => new()
    {
        Provider = Provider.Aws,
        NativeType = "AWS::S3::Bucket",
        Id = "arn:aws:s3:::" + name,
        Account = Account,
        Region = "eu-central-1",
        Name = name,
    };

    public static DateTimeOffset Minute(int minute) => Start.AddMinutes(minute);

    public static RuleVerdict Rule(Compliance compliance, string rule = "SG-STOR-001", Severity severity = Severity.Critical, string reason = "everyone can read it") =>
        new(rule, "Title of " + rule, severity, compliance, compliance is Compliance.NonCompliant ? reason : string.Empty, [new Evidence("a.b", "true")], "block-public-access")
        {
            Missing = compliance is Compliance.InsufficientData ? "the account's block" : null,
        };

    public static SubjectVerdicts At(int minute, params RuleVerdict[] verdicts) => Of(Bucket(), minute, verdicts);

    public static SubjectVerdicts Of(ResourceRef subject, int minute, params RuleVerdict[] verdicts) => new(subject, subject.NativeType, Minute(minute))
    {
        Verdicts = [.. verdicts],
        DetectedBy = DetectedBy.Change,
        Actor = "arn:aws:iam::111122223333:user/sam",
        Stages = new FindingStages { Captured = Minute(minute) },
    };

    public static SubjectVerdicts Gone(int minute) => At(minute, Rule(Compliance.NotApplicable)) with { Deleted = true };

    public static FindingRecorder Recorder(ITable table, params IEnumerable<OutboxKind> kinds)
    {
        var outbox = kinds.ToImmutableArray();
        return new FindingRecorder(table, TimeProvider.System, new Backoff(() => 0), [], _ => outbox);
    }

    public static Finding? Finding(MemoryTable table, string rule = "SG-STOR-001") =>
        table.Rows.Where(row => row.Kind is RowKind.Finding).Select(FindingRows.Finding).SingleOrDefault(finding => finding.RuleId == rule);
}
