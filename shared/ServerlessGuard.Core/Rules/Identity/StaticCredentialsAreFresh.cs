using ServerlessGuard.Facts;
using ServerlessGuard.Settings;
using ServerlessGuard.Verdicts;

namespace ServerlessGuard.Rules.Identity;

/// <summary>Long-lived credentials are young and in use.</summary>
public sealed class StaticCredentialsAreFresh : Rule<StaticCredentialFacts>
{
    public override FactsKind Kind => FactsKind.StaticCredential;

    public override RuleDescriptor Descriptor { get; } = new()
    {
        Id = "SG-ID-002",
        Title = "Static credential is old or unused",
        Severity = Severity.High,
        Risk = "Keys nobody uses are the ones nobody misses when they are stolen.",
        Remediation = Remediations.DisableStaleCredential,
        Controls =
        [
            "aws-fsbp/IAM.3", "aws-fsbp/IAM.8", "aws-fsbp/IAM.22",
            "aws-config/ACCESS_KEYS_ROTATED", "aws-config/IAM_USER_UNUSED_CREDENTIALS_CHECK",
            "cis-aws-7.0/2.11", "cis-aws-7.0/2.12",
            "cis-aws-6.0/2.11", "cis-aws-6.0/2.12", "cis-aws-6.0/2.13",
            "cis-aws-5.0/1.11", "cis-aws-5.0/1.12", "cis-aws-5.0/1.13",
            "cis-aws-3.0/1.12", "cis-aws-3.0/1.13", "cis-aws-3.0/1.14",
            "nist-800-53-r5/IA-5", "nist-800-53-r5/AC-2(3)", "nist-800-53-r5/IA-4",
            "attack/T1078", "attack/T1552",
        ],
        Aws = new CloudGuide
        {
            Types =
            [
                "AWS::IAM::User",
                "AWS::IAM::CredentialReportRow",
                "AWS::IAM::AccessKey",
            ],
            Subject = "the user",
            NonCompliantWhen =
                "An active access key is older than maxKeyAgeDays, unused for 45 days, or never used after 7 days; or two keys are active (critical for an administrator).",
            Notes =
            [
                "A configuration item shows no keys: InsufficientData without the credential report or ListAccessKeys. Root keys are another rule.",
            ],
            Fix =
                "Make the key inactive, and delete it when nobody misses it: aws iam update-access-key --user-name NAME --access-key-id KEY --status Inactive",
        },
        Azure = new CloudGuide
        {
            Types =
            [
                "Microsoft.Graph/applications",
                "Microsoft.Graph/servicePrincipals",
                "Microsoft.Graph/servicePrincipalSignInActivities",
                "Microsoft.Authorization/roleAssignments",
            ],
            Subject = "the application or service principal",
            NonCompliantWhen =
                "A password is older than maxKeyAgeDays, valid for more than 180 days, or expired (only expired: low); or a holder of one has not signed in for 45 days. Critical where the principal is administrator of a subscription.",
            Notes =
            [
                "passwordCredentials not selected in the query: InsufficientData. Sign-ins count where the report servicePrincipalSignInActivities is in the scan.",
            ],
            Fix =
                "Use a federated credential instead and remove the password: az ad app credential delete --id APP --key-id KEY; of a service principal: az ad sp credential delete --id PRINCIPAL --key-id KEY",
        },
        ExemptWhen = "A vendor that can only use a key, with a rotation of its own.",
    };

    protected override Verdict Evaluate(StaticCredentialFacts facts, RuleSettings settings) => facts.Stale.Value switch
    {
        true => Verdict.NonCompliant("A long-lived credential is old, unused or too long-lived.", facts.Stale.Evidence).At(facts switch
        {
            { OnlyExpired: true } => Severity.Low,
            { Administrator: true } => Severity.Critical,
            _ => Descriptor.Severity,
        }),
        false => Verdict.Compliant,
        null => facts.Stale.Insufficient,
    };
}
