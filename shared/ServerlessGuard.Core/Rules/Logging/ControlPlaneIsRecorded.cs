using ServerlessGuard.Facts;
using ServerlessGuard.Settings;
using ServerlessGuard.Verdicts;

namespace ServerlessGuard.Rules.Logging;

/// <summary>Every change of the control plane is recorded and exported.</summary>
public sealed class ControlPlaneIsRecorded : Rule<AuditTrailFacts>
{
    public override FactsKind Kind => FactsKind.AuditTrail;

    public override RuleDescriptor Descriptor { get; } = new()
    {
        Id = "SG-LOG-001",
        Title = "Control-plane audit trail is missing or weakened",
        Severity = Severity.High,
        Risk = "No trail, no timeline: the first thing an intruder turns off.",
        Remediation = Remediations.RestoreAuditTrail,
        Controls =
        [
            "aws-fsbp/CloudTrail.1", "aws-fsbp/CloudTrail.2", "aws-fsbp/CloudTrail.4",
            "aws-config/MULTI_REGION_CLOUD_TRAIL_ENABLED", "aws-config/CLOUD_TRAIL_ENABLED",
            "aws-config/CLOUD_TRAIL_LOG_FILE_VALIDATION_ENABLED", "aws-config/CLOUD_TRAIL_ENCRYPTION_ENABLED",
            "cis-aws-7.0/4.1", "cis-aws-7.0/4.2", "cis-aws-7.0/4.5",
            "cis-aws-6.0/4.1", "cis-aws-6.0/4.2", "cis-aws-6.0/4.5",
            "cis-aws-5.0/3.1", "cis-aws-5.0/3.2", "cis-aws-5.0/3.5",
            "cis-aws-3.0/3.1", "cis-aws-3.0/3.2", "cis-aws-3.0/3.5",
            "cis-azure-6.0/6.1.1.1", "cis-azure-6.0/6.1.1.2", "cis-azure-6.0/6.1.1.7", "cis-azure-6.0/6.1.1.8", "cis-azure-6.0/6.1.4",
            "cis-azure-5.0/6.1.1.1", "cis-azure-5.0/6.1.1.2", "cis-azure-5.0/6.1.1.8", "cis-azure-5.0/6.1.1.9", "cis-azure-5.0/6.1.4",
            "cis-azure-4.0/7.1.1.1", "cis-azure-4.0/7.1.1.2",
            "cis-azure-3.0/6.1.1", "cis-azure-3.0/6.1.2",
            "nist-800-53-r5/AU-2", "nist-800-53-r5/AU-3", "nist-800-53-r5/AU-9", "nist-800-53-r5/AU-12",
            "attack/T1562.008",
        ],
        Aws = new CloudGuide
        {
            Types =
            [
                "AWS::CloudTrail::Trail",
            ],
            Subject = "the trail, or the account where there is none",
            NonCompliantWhen =
                "No trail of the account is multi-region, validated, with global service events and management events (reads and writes), and logging.",
            Notes =
            [
                "One good trail is enough for all. Whether a trail is logging is in no item: the best an item alone can give is InsufficientData, unless a property already fails and no other trail of the scan may do. An account is NonCompliant where its only trail was deleted, and InsufficientData where no trail is in the scan.",
            ],
            Fix =
                "aws cloudtrail start-logging --name ARN; aws cloudtrail update-trail --name ARN --is-multi-region-trail --enable-log-file-validation --include-global-service-events",
        },
        Azure = new CloudGuide
        {
            Types =
            [
                "Microsoft.Insights/diagnosticSettings",
                "Microsoft.Resources/subscriptions",
            ],
            Subject = "the subscription",
            NonCompliantWhen =
                "The subscription's diagnostic settings together do not send Administrative, Security, Alert and Policy somewhere.",
            Notes =
            [
                "A setting without a destination sends nothing. No setting of the subscription in the scan: InsufficientData.",
            ],
            Fix =
                "Add a setting for the four categories: az monitor diagnostic-settings subscription create --name serverlessguard --location LOCATION --workspace ID --logs '[{\"category\":\"Administrative\",\"enabled\":true},{\"category\":\"Security\",\"enabled\":true},{\"category\":\"Policy\",\"enabled\":true},{\"category\":\"Alert\",\"enabled\":true}]'",
        },
        ExemptWhen = "The activity is recorded by an organisation trail of another account.",
    };

    protected override Verdict Evaluate(AuditTrailFacts facts, RuleSettings settings) =>
        facts.Recorded.Requires("Changes leave no trace: there is no timeline.");
}
