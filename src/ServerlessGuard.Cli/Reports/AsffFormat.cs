using System.Text.Json;
using ServerlessGuard.Evaluations;
using ServerlessGuard.Findings;
using ServerlessGuard.Guides;
using ServerlessGuard.Resources;
using ServerlessGuard.Rules;
using ServerlessGuard.Verdicts;

namespace ServerlessGuard.Cli.Reports;

/// <summary>
/// A JSON array of findings in the AWS Security Finding Format, for <c>BatchImportFindings</c> (100 a call). Only of AWS: Security Hub
/// takes no finding without an AWS account.
/// </summary>
/// <remarks>Source: AWS Security Hub API reference, AwsSecurityFinding, with its limits of length and number.</remarks>
internal sealed class AsffFormat : IReportFormat
{
    private const int MostRequirements = 32;
    private const int MostEvidence = 50;

    public string Name => "asff";

    public void Write(Report report, TextWriter output) => JsonText.Write(output, writer =>
    {
        writer.WriteStartArray();
        foreach (var evaluation in report.Shown.Where(one => AccountOf(one) is not null))
        {
            var verdict = evaluation.Verdict;
            if (report.AllVerdicts || verdict.Compliance is Compliance.NonCompliant)
            {
                One(writer, report, evaluation, evaluation.Rule.Id, evaluation.Rule.Title, evaluation.Severity, verdict.Compliance,
                    verdict.Reason, verdict.Evidence, report.Suppressions.Of(evaluation) is not null);
            }

            foreach (var found in verdict.SubFindings)
            {
                One(writer, report, evaluation, $"{evaluation.Rule.Id}/{found.Key}",
                    evaluation.Rule.SubFindings.GetValueOrDefault(found.Key, found.Key), evaluation.SeverityOf(found),
                    Compliance.NonCompliant, found.Reason, [found.Evidence], report.Suppressions.Of(evaluation, found) is not null);
            }

            JsonText.Pass(writer);
        }

        writer.WriteEndArray();
    });

    public string? Note(Report report) => report.Shown.Count(one => AccountOf(one) is null) is > 0 and var others
        ? $"{others} verdicts are not in the output: Security Hub takes only what belongs to an AWS account"
        : null;

    private static string? AccountOf(Evaluation evaluation) =>
        evaluation.Subject is { Provider: Provider.Aws, Account: { Length: 12 } account } && account.All(char.IsAsciiDigit)
            ? account
            : null;

    private static void One(Utf8JsonWriter writer, Report report, Evaluation evaluation, string id, string title, Severity severity,
        Compliance compliance, string? reason, IEnumerable<Evidence> evidence, bool isAccepted)
    {
        var (rule, subject) = (evaluation.Rule, evaluation.Subject);
        var account = AccountOf(evaluation)!;
        var region = subject.Region is null or "global" ? "us-east-1" : subject.Region;
        var partition = PartitionOf(region);
        var time = (evaluation.CapturedAt ?? report.At).UtcDateTime;
        writer.WriteStartObject();
        writer.WriteString("SchemaVersion", "2018-10-08");
        writer.WriteString("Id", FindingId.Of(id, subject));
        writer.WriteString("ProductArn", Bounded($"arn:{partition}:securityhub:{region}:{account}:product/{account}/default", 2048));
        writer.WriteString("ProductName", "ServerlessGuard");
        writer.WriteString("CompanyName", "ServerlessGuard");
        writer.WriteString("Region", region);
        writer.WriteString("GeneratorId", Bounded(id, 512));
        writer.WriteString("AwsAccountId", account);
        writer.WriteStartArray("Types");
        writer.WriteStringValue("Software and Configuration Checks/AWS Security Best Practices");
        writer.WriteEndArray();
        writer.WriteString("CreatedAt", time);
        writer.WriteString("UpdatedAt", report.At.UtcDateTime);
        writer.WriteStartObject("Severity");
        writer.WriteString("Label", compliance is Compliance.NonCompliant ? severity.ToString().ToUpperInvariant() : "INFORMATIONAL");
        writer.WriteEndObject();
        writer.WriteString("Title", Bounded(title, 256));
        writer.WriteString("Description", Bounded(reason ?? rule.Risk, 1024));
        Remediation(writer, rule);
        Resource(writer, subject, region, partition, evidence);
        writer.WriteStartObject("Compliance");
        writer.WriteString("Status", Status(compliance));
        writer.WriteStartArray("RelatedRequirements");
        foreach (var control in RuleGuides.Of(rule).Controls.Take(MostRequirements))
        {
            writer.WriteStringValue(Bounded(control, 64));
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
        writer.WriteStartObject("Workflow");
        writer.WriteString("Status", isAccepted ? "SUPPRESSED" : compliance is Compliance.Compliant ? "RESOLVED" : "NEW");
        writer.WriteEndObject();
        writer.WriteString("RecordState", "ACTIVE");
        writer.WriteEndObject();
    }

    private static void Remediation(Utf8JsonWriter writer, RuleDescriptor rule)
    {
        if (RuleGuides.Of(rule).Aws?.Fix is { Length: > 0 } fix)
        {
            writer.WriteStartObject("Remediation");
            writer.WriteStartObject("Recommendation");
            writer.WriteString("Text", Bounded(fix, 512));
            writer.WriteEndObject();
            writer.WriteEndObject();
        }
    }

    private static void Resource(Utf8JsonWriter writer, ResourceRef subject, string region, string partition,
        IEnumerable<Evidence> evidence)
    {
        writer.WriteStartArray("Resources");
        writer.WriteStartObject();
        writer.WriteString("Type", TypeOf(subject.NativeType));
        writer.WriteString("Id", Bounded(subject.NativeType is "AWS::::Account" ? $"AWS::::Account:{subject.Account}" : subject.Id, 512));
        writer.WriteString("Partition", partition);
        writer.WriteString("Region", region);
        var shown = evidence.Where(one => one.Path.Length > 0).DistinctBy(one => Bounded(one.Path, 128), StringComparer.Ordinal)
            .Take(MostEvidence).ToList();
        if (shown.Count > 0)
        {
            writer.WriteStartObject("Details");
            writer.WriteStartObject("Other");
            foreach (var one in shown)
            {
                writer.WriteString(Bounded(one.Path, 128), Bounded(one.Value, 1024));
            }

            writer.WriteEndObject();
            writer.WriteEndObject();
        }

        writer.WriteEndObject();
        writer.WriteEndArray();
    }

    /// <summary>Security Hub's own names of types; it has none for the rest.</summary>
    private static string TypeOf(string nativeType) => nativeType switch
    {
        "AWS::::Account" => "AwsAccount",
        "AWS::S3::Bucket" => "AwsS3Bucket",
        "AWS::EC2::SecurityGroup" => "AwsEc2SecurityGroup",
        "AWS::EC2::Instance" => "AwsEc2Instance",
        "AWS::RDS::DBInstance" => "AwsRdsDbInstance",
        "AWS::RDS::DBCluster" => "AwsRdsDbCluster",
        "AWS::Redshift::Cluster" => "AwsRedshiftCluster",
        "AWS::Lambda::Function" => "AwsLambdaFunction",
        "AWS::IAM::Role" => "AwsIamRole",
        "AWS::IAM::User" => "AwsIamUser",
        "AWS::IAM::Group" => "AwsIamGroup",
        "AWS::IAM::Policy" => "AwsIamPolicy",
        "AWS::KMS::Key" => "AwsKmsKey",
        "AWS::CloudTrail::Trail" => "AwsCloudTrailTrail",
        "AWS::SageMaker::NotebookInstance" => "AwsSageMakerNotebookInstance",
        "AWS::SQS::Queue" => "AwsSqsQueue",
        "AWS::SNS::Topic" => "AwsSnsTopic",
        "AWS::SecretsManager::Secret" => "AwsSecretsManagerSecret",
        _ => "Other",
    };

    private static string PartitionOf(string region) =>
        region.StartsWith("cn-", StringComparison.Ordinal) ? "aws-cn"
        : region.StartsWith("us-gov-", StringComparison.Ordinal) ? "aws-us-gov"
        : "aws";

    private static string Status(Compliance compliance) => compliance switch
    {
        Compliance.Compliant => "PASSED",
        Compliance.NonCompliant => "FAILED",
        Compliance.NotApplicable => "NOT_AVAILABLE",
        Compliance.InsufficientData => "WARNING",
    };

    /// <summary>Never empty, and never cut within a character.</summary>
    private static string Bounded(string text, int most)
    {
        var safe = string.IsNullOrWhiteSpace(text) ? "-" : text;
        if (safe.Length <= most)
        {
            return safe;
        }

        var end = char.IsHighSurrogate(safe[most - 2]) ? most - 2 : most - 1;
        return safe[..end] + "…";
    }
}
