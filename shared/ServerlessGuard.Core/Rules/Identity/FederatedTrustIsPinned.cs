using System.Collections.Immutable;
using ServerlessGuard.Facts;
using ServerlessGuard.Settings;
using ServerlessGuard.Verdicts;

namespace ServerlessGuard.Rules.Identity;

/// <summary>A trust in a token issuer names its own caller.</summary>
public sealed class FederatedTrustIsPinned : Rule<FederatedTrustFacts>
{
    public override FactsKind Kind => FactsKind.FederatedTrust;

    public override RuleDescriptor Descriptor { get; } = new()
    {
        Id = "SG-ID-003",
        Title = "Federated trust does not pin subject and audience",
        Severity = Severity.Critical,
        Risk = "A role that trusts a shared issuer without naming the caller lets any tenant or repository of that issuer walk in: the pivot between clouds.",
        Remediation = Remediations.PinFederatedTrust,
        Controls =
        [
            "nist-800-53-r5/AC-3", "nist-800-53-r5/IA-2", "nist-800-53-r5/IA-8", "nist-800-53-r5/AC-20",
            "mcsb-v2/IM-3",
            "attack/T1199", "attack/T1550", "attack/T1078",
        ],
        Aws = new CloudGuide
        {
            Types =
            [
                "AWS::IAM::Role",
                "AWS::IAM::OIDCProvider",
            ],
            Subject = "the role",
            NonCompliantWhen =
                "A web identity statement does not test subject and audience, positively, under the issuer's own keys, with values that name the caller; or a SAML statement does not test SAML:aud for the AWS sign-in endpoint.",
            Notes =
            [
                "repo:* is critical, repo:org/* medium, repo:org/name:* names the caller; a wildcard in the subject beside a fixed job_workflow_ref is pinned by that. ForAllValues and IfExists pin nothing. An issuer of one's own whose provider has exactly one client id may leave the audience out. Cognito: aud and amr authenticated.",
                "A fixed value of another claim (repository_id) confines as well. Service-linked roles are NotApplicable.",
            ],
            Fix =
                "Add StringEquals conditions for the issuer's sub and aud to the trust policy: aws iam update-assume-role-policy --role-name ROLE --policy-document file://trust.json",
        },
        Azure = new CloudGuide
        {
            Types =
            [
                "Microsoft.ManagedIdentity/userAssignedIdentities/federatedIdentityCredentials",
                "Microsoft.Graph/federatedIdentityCredentials",
            ],
            Subject = "the federated credential",
            NonCompliantWhen =
                "The audience is not the exchange audience, the issuer stands for every tenant or is not in approvedIdentityProviders (where that is set), the subject is any pull request, or a claims-matching expression has a wildcard.",
            Notes =
            [
                "A classic subject is compared literally: a wildcard in it is a broken credential, a sub-finding. Neither subject nor expression in the answer: InsufficientData.",
            ],
            Fix =
                "Name the workload and the exchange audience: az identity federated-credential update --identity-name ID --name NAME --resource-group GROUP --subject SUBJECT --audiences api://AzureADTokenExchange; of an application: az ad app federated-credential update --id APP --federated-credential-id ID --parameters @credential.json",
        },
        ExemptWhen = "An issuer of your own that only this workload can get tokens from.",
        SubFindings = ImmutableDictionary.CreateRange(
        [
            KeyValuePair.Create("broken-subject", "A wildcard in a literal subject matches nothing"),
        ]),
    };

    protected override Verdict Evaluate(FederatedTrustFacts facts, RuleSettings settings) => facts.Pinned.Value switch
    {
        true => Verdict.Compliant,
        false => Verdict.NonCompliant("The trust lets in more callers than the one it is for.", facts.Pinned.Evidence).At(facts.Breadth ?? Descriptor.Severity),
        null => facts.Pinned.Insufficient,
    };
}
