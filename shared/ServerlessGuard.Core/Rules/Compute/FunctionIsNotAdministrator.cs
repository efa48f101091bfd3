using System.Collections.Immutable;
using ServerlessGuard.Facts;
using ServerlessGuard.Settings;
using ServerlessGuard.Verdicts;

namespace ServerlessGuard.Rules.Compute;

/// <summary>The identity of a function is not an administrator.</summary>
public sealed class FunctionIsNotAdministrator : Rule<WorkloadPrivilegeFacts>
{
    public override FactsKind Kind => FactsKind.WorkloadPrivilege;

    public override RuleDescriptor Descriptor { get; } = new()
    {
        Id = "SG-COMP-003",
        Title = "Function identity holds administrator rights",
        Severity = Severity.Critical,
        Risk = "Turns any bug in one function into an account or subscription takeover.",
        Remediation = Remediations.RemoveAdministratorRights,
        Controls =
        [
            "aws-fsbp/IAM.1",
            "aws-config/IAM_POLICY_NO_STATEMENTS_WITH_ADMIN_ACCESS",
            "cis-aws-7.0/2.14",
            "cis-aws-6.0/2.15",
            "cis-aws-5.0/1.15",
            "cis-aws-3.0/1.16",
            "nist-800-53-r5/AC-6", "nist-800-53-r5/AC-3", "nist-800-53-r5/AC-2",
            "attack/T1078", "attack/T1098", "attack/T1648",
        ],
        Aws = new CloudGuide
        {
            Types =
            [
                "AWS::Lambda::Function",
                "AWS::IAM::Role",
                "AWS::IAM::Policy",
            ],
            Subject = "the function (its role is evidence)",
            NonCompliantWhen =
                "Its role holds AdministratorAccess, PowerUserAccess or IAMFullAccess, or an inline or attached customer policy that allows, without a condition, everything, iam:*, sts:* or iam:PassRole for every role, and no permissions boundary that is not itself administrator.",
            Notes =
            [
                "A role, attached customer policy or boundary that is not in the scan: InsufficientData, unless what is there already decides. Service control policies are not in Config.",
            ],
            Fix =
                "Detach the policy, or set a permissions boundary as the gentler first step: aws iam put-role-permissions-boundary --role-name ROLE --permissions-boundary ARN",
        },
        Azure = new CloudGuide
        {
            Types =
            [
                "Microsoft.Web/sites",
                "Microsoft.Authorization/roleAssignments",
                "Microsoft.Authorization/roleDefinitions",
                "Microsoft.ManagedIdentity/userAssignedIdentities",
            ],
            Subject = "the function app",
            NonCompliantWhen =
                "One of its identities is Owner, Contributor, User Access Administrator or RBAC Administrator, or has a custom role that changes access, at subscription, management group or root.",
            Notes =
            [
                "Resource-group scope and conditional assignments are sub-findings. Role assignments that are not in the scan: InsufficientData. An app without an identity is Compliant.",
            ],
            Fix =
                "Delete the assignment and give the app the data-plane roles that it needs: az role assignment delete --ids ID",
        },
        ExemptWhen = "A function whose job is to administer, kept apart, with reviewed code and its own account.",
        SubFindings = ImmutableDictionary.CreateRange(
        [
            KeyValuePair.Create("resource-group", "The app is administrator of a resource group"),
            KeyValuePair.Create("conditional", "The app is administrator under a condition"),
        ]),
    };

    protected override Verdict Evaluate(WorkloadPrivilegeFacts facts, RuleSettings settings) =>
        facts.Administrator.Forbids("One bug in the function is a takeover of the account or subscription.");
}
