using ServerlessGuard.Facts;
using ServerlessGuard.Settings;
using ServerlessGuard.Verdicts;

namespace ServerlessGuard.Rules.Ai;

/// <summary>A model service accepts identities, not static keys.</summary>
public sealed class ModelRefusesStaticKeys : Rule<ModelKeyFacts>
{
    public override FactsKind Kind => FactsKind.ModelKey;

    public override RuleDescriptor Descriptor { get; } = new()
    {
        Id = "SG-AI-004",
        Title = "Model service accepts a static API key",
        Severity = Severity.High,
        Risk = "Keys for models leak through code and notebooks and are resold; identity tokens are not.",
        Remediation = Remediations.DisableModelKeys,
        Controls =
        [
            "nist-800-53-r5/IA-2", "nist-800-53-r5/IA-5", "nist-800-53-r5/AC-3",
            "mcsb-v1/IM-1",
            "mcsb-v2/IM-1",
            "attack/T1552", "attack/T1496", "attack/T1550",
        ],
        Aws = new CloudGuide
        {
            Types =
            [
                "AWS::IAM::User",
                "AWS::IAM::ServiceSpecificCredential",
            ],
            Subject = "the user",
            NonCompliantWhen =
                "An active service-specific credential for bedrock.amazonaws.com exists (critical when it never expires, or expires more than ten years ahead).",
            Notes =
            [
                "A configuration item shows none: InsufficientData without the answer of ListServiceSpecificCredentials. Inactive and expired ones do not count.",
            ],
            Fix =
                "Make it inactive: aws iam update-service-specific-credential --user-name NAME --service-specific-credential-id ID --status Inactive",
        },
        Azure = new CloudGuide
        {
            Types =
            [
                "Microsoft.CognitiveServices/accounts",
                "Microsoft.MachineLearningServices/workspaces/onlineEndpoints",
                "Microsoft.MachineLearningServices/workspaces/serverlessEndpoints",
            ],
            Subject = "the account or endpoint",
            NonCompliantWhen =
                "disableLocalAuth is not true; authMode is Key.",
            Notes =
            [
                "disableLocalAuth absent is false. authMode cannot be changed after creation in most cases.",
            ],
            Fix =
                "Move callers to Entra tokens, then: az resource update --ids ID --set properties.disableLocalAuth=true",
        },
        ExemptWhen = "A kind of account that only works with keys.",
    };

    protected override Verdict Evaluate(ModelKeyFacts facts, RuleSettings settings) => facts.AcceptsStaticKey.Value switch
    {
        true => Verdict.NonCompliant("A key that leaks calls the model, and is resold.", facts.AcceptsStaticKey.Evidence)
            .At(facts.NeverExpires ? Severity.Critical : Descriptor.Severity),
        false => Verdict.Compliant,
        null => facts.AcceptsStaticKey.Insufficient,
    };
}
