using System.Collections.Immutable;
using ServerlessGuard.Facts;
using ServerlessGuard.Settings;
using ServerlessGuard.Verdicts;

namespace ServerlessGuard.Rules.Keys;

/// <summary>Nobody outside may use a key or reach a vault.</summary>
public sealed class KeyIsOursAlone : Rule<KeyAccessFacts>
{
    public override FactsKind Kind => FactsKind.KeyAccess;

    public override RuleDescriptor Descriptor { get; } = new()
    {
        Id = "SG-KEY-001",
        Title = "Key or vault is usable by outsiders",
        Severity = Severity.Critical,
        Risk = "Whoever may use the key may read everything it protects.",
        Remediation = Remediations.RestrictKeyAccess,
        Controls =
        [
            "aws-fsbp/KMS.5",
            "aws-config/KMS_KEY_POLICY_NO_PUBLIC_ACCESS",
            "cis-aws-7.0/2.21",
            "cis-azure-6.0/8.3.6", "cis-azure-6.0/8.3.7", "cis-azure-6.0/8.3.8",
            "cis-azure-5.0/8.3.6", "cis-azure-5.0/8.3.7", "cis-azure-5.0/8.3.8",
            "cis-azure-4.0/9.3.6", "cis-azure-4.0/9.3.8",
            "cis-azure-3.0/3.3.6", "cis-azure-3.0/3.3.7",
            "nist-800-53-r5/AC-3", "nist-800-53-r5/SC-12", "nist-800-53-r5/SC-7",
            "mcsb-v1/DP-8", "mcsb-v1/NS-2", "mcsb-v1/PA-7",
            "mcsb-v2/DP-8", "mcsb-v2/NS-2", "mcsb-v2/PA-7",
            "attack/T1552", "attack/T1555", "attack/T1530",
        ],
        Aws = new CloudGuide
        {
            Types =
            [
                "AWS::KMS::Key",
            ],
            Subject = "the key",
            NonCompliantWhen =
                "The key policy allows using or administering the key to everyone, or to an account that is neither ours nor in trustedAccounts, without a confining condition of our own or trusted values.",
            Notes =
            [
                "Service principals are not outsiders. kms:CallerAccount confines; kms:ViaService alone does not. AWS managed keys are NotApplicable. Grants are not in the item.",
            ],
            Fix =
                "Remove the statement from the key policy, leaving BypassPolicyLockoutSafetyCheck off: aws kms put-key-policy --key-id ID --policy-name default --policy file://policy.json",
        },
        Azure = new CloudGuide
        {
            Types =
            [
                "Microsoft.KeyVault/vaults",
            ],
            Subject = "the vault",
            NonCompliantWhen =
                "publicNetworkAccess is neither Disabled nor SecuredByPerimeter, and networkAcls.defaultAction is not Deny or the ipRules together let in more than a /8 (severity high); or an access policy is for a tenant that is neither the vault's own nor in approvedTenants.",
            Notes =
            [
                "publicNetworkAccess absent is Enabled; networkAcls absent is Allow. RBAC switched off is a sub-finding; switched on, access policies are ignored. A request to recover a vault is NotApplicable.",
            ],
            Fix =
                "Deny by default and name the networks that need it: az keyvault update --name NAME --default-action Deny",
        },
        ExemptWhen = "A partner account that is trusted by contract: put it into trustedAccounts instead.",
        SubFindings = ImmutableDictionary.CreateRange(
        [
            KeyValuePair.Create("rbac", "Access is by vault policies, not by role assignments"),
        ]),
    };

    protected override Verdict Evaluate(KeyAccessFacts facts, RuleSettings settings) => facts.OpenToOutsiders.Value switch
    {
        true when facts.NetworkOnly => Verdict.NonCompliant("The vault answers any network.", facts.OpenToOutsiders.Evidence).At(Severity.High),
        true => Verdict.NonCompliant("Somebody outside may use the key.", facts.OpenToOutsiders.Evidence),
        false => Verdict.Compliant,
        null => facts.OpenToOutsiders.Insufficient,
    };
}
