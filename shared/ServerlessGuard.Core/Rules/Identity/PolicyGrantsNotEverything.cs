using ServerlessGuard.Facts;
using ServerlessGuard.Settings;
using ServerlessGuard.Verdicts;

namespace ServerlessGuard.Rules.Identity;

/// <summary>No policy or role definition allows everything.</summary>
public sealed class PolicyGrantsNotEverything : Rule<GrantFacts>
{
    public override FactsKind Kind => FactsKind.Grant;

    public override RuleDescriptor Descriptor { get; } = new()
    {
        Id = "SG-ID-005",
        Title = "Policy or role definition grants everything",
        Severity = Severity.High,
        Risk = "Least privilege fails at the root when one document allows all actions.",
        Remediation = Remediations.NarrowGrant,
        Controls =
        [
            "aws-fsbp/IAM.1", "aws-fsbp/IAM.21",
            "aws-config/IAM_POLICY_NO_STATEMENTS_WITH_ADMIN_ACCESS", "aws-config/IAM_POLICY_NO_STATEMENTS_WITH_FULL_ACCESS",
            "cis-aws-7.0/2.14",
            "cis-aws-6.0/2.15",
            "cis-aws-5.0/1.15",
            "cis-aws-3.0/1.16",
            "cis-azure-6.0/5.4",
            "cis-azure-5.0/5.23",
            "cis-azure-4.0/6.23",
            "cis-azure-3.0/2.23",
            "nist-800-53-r5/AC-6", "nist-800-53-r5/AC-2", "nist-800-53-r5/AC-3",
            "mcsb-v1/PA-7",
            "mcsb-v2/PA-7",
            "attack/T1078", "attack/T1098",
        ],
        Aws = new CloudGuide
        {
            Types =
            [
                "AWS::IAM::Policy",
                "AWS::IAM::Role",
                "AWS::IAM::User",
                "AWS::IAM::Group",
            ],
            Subject = "the policy, role, user or group",
            NonCompliantWhen =
                "The default version, or an inline policy, allows Action * (or a NotAction that leaves nearly everything) on Resource * without a condition; or AdministratorAccess is attached to the role, user or group.",
            Notes =
            [
                "A Deny elsewhere does not clear it. A policy that is attached to nothing has severity low. Documents that are not in the item: InsufficientData. Service-linked roles are NotApplicable.",
            ],
            Fix =
                "Replace it with a policy for what is used (IAM Access Analyzer generates one), then detach this one",
        },
        Azure = new CloudGuide
        {
            Types =
            [
                "Microsoft.Authorization/roleDefinitions",
            ],
            Subject = "the role definition",
            NonCompliantWhen =
                "A permission object of a custom role has * in actions, its own notActions leave Microsoft.Authorization/roleAssignments/write, and the role is assignable at a subscription, a management group or the root; or it has * in dataActions.",
            Notes =
            [
                "Built-in roles are NotApplicable. notActions subtract from their own permission object only.",
            ],
            Fix =
                "Name the actions that the role needs: az role definition update --role-definition role.json",
        },
        ExemptWhen = "The one administrator role of an account, held by nobody all the time.",
    };

    protected override Verdict Evaluate(GrantFacts facts, RuleSettings settings) => facts.GrantsEverything.Value switch
    {
        true => Verdict.NonCompliant("Whoever holds it may do everything.", facts.GrantsEverything.Evidence).At(facts.Lowered ?? Descriptor.Severity),
        false => Verdict.Compliant,
        null => facts.GrantsEverything.Insufficient,
    };
}
