using System.Collections.Immutable;
using ServerlessGuard.Facts;
using ServerlessGuard.Settings;
using ServerlessGuard.Verdicts;

namespace ServerlessGuard.Rules.Identity;

/// <summary>No role or subscription is open to an account or tenant that is not ours.</summary>
public sealed class TrustStaysInside : Rule<ForeignTrustFacts>
{
    public override FactsKind Kind => FactsKind.ForeignTrust;

    public override RuleDescriptor Descriptor { get; } = new()
    {
        Id = "SG-ID-004",
        Title = "Role or subscription is open to a foreign account or tenant",
        Severity = Severity.Critical,
        Risk = "Cross-account and cross-tenant trust is shadow access that no directory shows.",
        Remediation = Remediations.RemoveForeignTrust,
        Controls =
        [
            "nist-800-53-r5/AC-3", "nist-800-53-r5/AC-6", "nist-800-53-r5/AC-20",
            "attack/T1199", "attack/T1078",
        ],
        Aws = new CloudGuide
        {
            Types =
            [
                "AWS::IAM::Role",
            ],
            Subject = "the role",
            NonCompliantWhen =
                "sts:AssumeRole is allowed to everyone, or to an account that is neither ours nor in trustedAccounts without a fixed sts:ExternalId, and no aws:PrincipalOrgID, PrincipalOrgPaths, PrincipalAccount, PrincipalArn, SourceAccount or SourceArn of our own or trusted values confines it.",
            Notes =
            [
                "aws:PrincipalTag does not confine. A deleted principal is a sub-finding. Service-linked roles and those of IAM Identity Center are NotApplicable.",
            ],
            Fix =
                "Remove the statement, or name the organisation: aws iam update-assume-role-policy --role-name ROLE --policy-document file://trust.json",
        },
        Azure = new CloudGuide
        {
            Types =
            [
                "Microsoft.ManagedServices/registrationAssignments",
                "Microsoft.ManagedServices/registrationDefinitions",
                "Microsoft.Authorization/roleAssignments",
            ],
            Subject = "the registration assignment or role assignment",
            NonCompliantWhen =
                "A Lighthouse delegation gives Owner, Contributor or User Access Administrator, or is to a tenant that is not in approvedTenants; or a role is assigned to a foreign group.",
            Notes =
            [
                "Eligible authorizations count as well. A definition that is not in the scan: InsufficientData.",
            ],
            Fix =
                "Delete the delegation: az managedservices assignment delete --assignment ID; for a foreign group: az role assignment delete --ids ID",
        },
        ExemptWhen = "A managed service provider under contract: put its tenant into approvedTenants instead.",
        SubFindings = ImmutableDictionary.CreateRange(
        [
            KeyValuePair.Create("deleted-principal", "A deleted principal is still trusted"),
        ]),
    };

    protected override Verdict Evaluate(ForeignTrustFacts facts, RuleSettings settings) => facts.OpenToForeigners.Value switch
    {
        true => Verdict.NonCompliant("Somebody outside may take this role.", facts.OpenToForeigners.Evidence).At(facts.Known ? Severity.High : Descriptor.Severity),
        false => Verdict.Compliant,
        null => facts.OpenToForeigners.Insufficient,
    };
}
