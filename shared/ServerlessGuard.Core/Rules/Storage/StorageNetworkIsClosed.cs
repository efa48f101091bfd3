using System.Collections.Immutable;
using ServerlessGuard.Facts;
using ServerlessGuard.Settings;
using ServerlessGuard.Verdicts;

namespace ServerlessGuard.Rules.Storage;

/// <summary>A storage account answers known networks only.</summary>
public sealed class StorageNetworkIsClosed : Rule<StorageNetworkFacts>
{
    public override FactsKind Kind => FactsKind.StorageNetwork;

    public override RuleDescriptor Descriptor { get; } = new()
    {
        Id = "SG-STOR-006",
        Title = "Storage account is open to every network",
        Severity = Severity.Medium,
        Risk = "With the firewall open a stolen key, SAS or token works from anywhere.",
        Remediation = Remediations.CloseStorageNetwork,
        Controls =
        [
            "cis-azure-6.0/9.3.2.2", "cis-azure-6.0/9.3.2.3",
            "cis-azure-5.0/9.3.2.2", "cis-azure-5.0/9.3.2.3",
            "cis-azure-4.0/10.3.2.2", "cis-azure-4.0/10.3.2.3", "cis-azure-4.0/2.2.1.2",
            "cis-azure-3.0/4.6", "cis-azure-3.0/4.7",
            "nist-800-53-r5/AC-4", "nist-800-53-r5/SC-7", "nist-800-53-r5/SC-7(3)",
            "mcsb-v1/NS-2",
            "mcsb-v2/NS-2",
            "attack/T1530", "attack/T1190",
        ],
        NotInAws = "S3 endpoints are public by design; a VPC-endpoint condition is read by SG-STOR-001.",
        Azure = new CloudGuide
        {
            Types =
            [
                "Microsoft.Storage/storageAccounts",
            ],
            Subject = "the storage account",
            NonCompliantWhen =
                "publicNetworkAccess is neither Disabled nor SecuredByPerimeter, and networkAcls.defaultAction is not Deny or the ipRules together let in more than a /8.",
            Notes =
            [
                "publicNetworkAccess absent is Enabled; networkAcls absent is Allow. Severity is high where shared keys are accepted as well. A private endpoint does not close the public door.",
            ],
            Fix =
                "Name the networks that need it first (az storage account network-rule add --account-name NAME --ip-address RANGE), then deny the rest: az storage account update --ids ID --default-action Deny; a rule that is too wide goes with az storage account network-rule remove --account-name NAME --ip-address RANGE",
        },
        ExemptWhen = "The account serves public content by design.",
        SubFindings = ImmutableDictionary.CreateRange(
        [
            KeyValuePair.Create("foreign-tenant", "A resource of another tenant may pass the firewall"),
        ]),
    };

    protected override Verdict Evaluate(StorageNetworkFacts facts, RuleSettings settings) => facts.OpenToEveryNetwork.Value switch
    {
        true => Verdict.NonCompliant("A stolen key, signature or token works from anywhere.", facts.OpenToEveryNetwork.Evidence)
            .At(facts.SharedKeyAllowed ? Severity.High : Descriptor.Severity),
        false => Verdict.Compliant,
        null => facts.OpenToEveryNetwork.Insufficient,
    };
}
