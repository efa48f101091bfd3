using System.Collections.Immutable;
using ServerlessGuard.Facts;
using ServerlessGuard.Settings;
using ServerlessGuard.Verdicts;

namespace ServerlessGuard.Rules.Identity;

/// <summary>People sign in through the corporate identity provider.</summary>
public sealed class PeopleSignInThroughIdentityProvider : Rule<HumanAccessFacts>
{
    public override FactsKind Kind => FactsKind.HumanAccess;

    public override RuleDescriptor Descriptor { get; } = new()
    {
        Id = "SG-ID-001",
        Title = "Human signs in with a cloud-native account outside the identity provider",
        Severity = Severity.High,
        Risk = "Such accounts miss joiner-leaver control, conditional access and the single timeline.",
        Remediation = Remediations.QuarantineLocalUser,
        Controls =
        [
            "aws-fsbp/IAM.5", "aws-fsbp/IAM.19",
            "aws-config/IAM_USER_MFA_ENABLED", "aws-config/MFA_ENABLED_FOR_IAM_CONSOLE_ACCESS",
            "cis-aws-7.0/2.10", "cis-aws-7.0/2.19",
            "cis-aws-6.0/2.20", "cis-aws-6.0/2.9",
            "cis-aws-5.0/1.20", "cis-aws-5.0/1.9",
            "cis-aws-3.0/1.10", "cis-aws-3.0/1.21",
            "cis-azure-6.0/5.3.2",
            "cis-azure-5.0/5.15", "cis-azure-5.0/5.3.2",
            "cis-azure-4.0/6.15",
            "cis-azure-3.0/2.15",
            "nist-800-53-r5/IA-2", "nist-800-53-r5/AC-2", "nist-800-53-r5/IA-8",
            "mcsb-v1/PA-1", "mcsb-v1/PA-4",
            "mcsb-v2/PA-1", "mcsb-v2/PA-4",
            "attack/T1078", "attack/T1136",
        ],
        Aws = new CloudGuide
        {
            Types =
            [
                "AWS::IAM::User",
                "AWS::IAM::CredentialReportRow",
                "AWS::IAM::LoginProfile",
            ],
            Subject = "the user",
            NonCompliantWhen =
                "The user has a console password and is not in breakGlassUsers (critical for an administrator).",
            Notes =
            [
                "A configuration item shows no password: InsufficientData without the credential report or GetLoginProfile.",
            ],
            Fix =
                "Quarantine the user with a policy that denies everything, then delete the login profile: aws iam delete-login-profile --user-name NAME",
        },
        Azure = new CloudGuide
        {
            Types =
            [
                "Microsoft.Authorization/roleAssignments",
                "Microsoft.Graph/users",
                "Microsoft.Graph/groups",
            ],
            Subject = "the role assignment",
            NonCompliantWhen =
                "It is held by a guest, directly or through a group, and the groups inside it (critical for an administrator role).",
            Notes =
            [
                "Users and groups need their Graph objects in the scan: InsufficientData without, and where userType was not selected. Foreign groups are SG-ID-004. A blocked account is a sub-finding.",
            ],
            Fix =
                "Delete the assignment, and give the person an account in the directory: az role assignment delete --ids ID",
        },
        ExemptWhen = "An emergency account: put it into breakGlassUsers instead.",
        SubFindings = ImmutableDictionary.CreateRange(
        [
            KeyValuePair.Create("blocked-account", "The role is held by a blocked account"),
        ]),
    };

    protected override Verdict Evaluate(HumanAccessFacts facts, RuleSettings settings) => facts.OutsideIdentityProvider.Value switch
    {
        true => Verdict.NonCompliant("A person signs in with an account that the identity provider cannot revoke.", facts.OutsideIdentityProvider.Evidence)
            .At(facts.Administrator ? Severity.Critical : Descriptor.Severity),
        false => Verdict.Compliant,
        null => facts.OutsideIdentityProvider.Insufficient,
    };
}
