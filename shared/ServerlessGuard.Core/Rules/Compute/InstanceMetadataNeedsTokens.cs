using ServerlessGuard.Facts;
using ServerlessGuard.Settings;
using ServerlessGuard.Verdicts;

namespace ServerlessGuard.Rules.Compute;

/// <summary>The metadata service of an instance asks for session tokens.</summary>
public sealed class InstanceMetadataNeedsTokens : Rule<InstanceMetadataFacts>
{
    public override FactsKind Kind => FactsKind.InstanceMetadata;

    public override RuleDescriptor Descriptor { get; } = new()
    {
        Id = "SG-COMP-006",
        Title = "Instance metadata service still answers version 1",
        Severity = Severity.High,
        Risk = "A server-side request forgery turns into stolen role credentials.",
        Remediation = Remediations.RequireMetadataTokens,
        Controls =
        [
            "aws-fsbp/EC2.8",
            "aws-config/EC2_IMDSV2_CHECK",
            "cis-aws-7.0/6.7",
            "cis-aws-6.0/6.7",
            "cis-aws-5.0/5.7",
            "cis-aws-3.0/5.6",
            "nist-800-53-r5/AC-6", "nist-800-53-r5/SC-7",
            "attack/T1552", "attack/T1190",
        ],
        Aws = new CloudGuide
        {
            Types =
            [
                "AWS::EC2::Instance",
            ],
            Subject = "the instance",
            NonCompliantWhen =
                "metadataOptions.httpEndpoint is enabled and httpTokens is not required.",
            Notes =
            [
                "Without an instance profile there is no role to steal: severity medium. metadataOptions absent (old items): InsufficientData. Terminated instances are NotApplicable.",
            ],
            Fix =
                "Require tokens after a look at the MetadataNoToken metric: aws ec2 modify-instance-metadata-options --instance-id ID --http-tokens required",
        },
        NotInAzure = "Azure's metadata service always demands its own header and refuses forwarded requests.",
        ExemptWhen = "Software on the instance that cannot use session tokens, for a limited time.",
    };

    protected override Verdict Evaluate(InstanceMetadataFacts facts, RuleSettings settings) => facts.TokensRequired.Value switch
    {
        true => Verdict.Compliant,
        false => Verdict.NonCompliant("A request that the instance can be tricked into reads the role's credentials.", facts.TokensRequired.Evidence)
            .At(facts.HasRole ? Descriptor.Severity : Severity.Medium),
        null => facts.TokensRequired.Insufficient,
    };
}
