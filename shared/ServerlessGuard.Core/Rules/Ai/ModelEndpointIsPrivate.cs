using ServerlessGuard.Facts;
using ServerlessGuard.Settings;
using ServerlessGuard.Verdicts;

namespace ServerlessGuard.Rules.Ai;

/// <summary>A model can be called from known networks only.</summary>
public sealed class ModelEndpointIsPrivate : Rule<ModelEndpointFacts>
{
    public override FactsKind Kind => FactsKind.ModelEndpoint;

    public override RuleDescriptor Descriptor { get; } = new()
    {
        Id = "SG-AI-003",
        Title = "Model endpoint is reachable from any network",
        Severity = Severity.High,
        Risk = "An open model endpoint invites key theft abuse, prompt attacks and cost theft.",
        Remediation = Remediations.CloseModelEndpoint,
        Controls =
        [
            "aws-config/SERVICE_VPC_ENDPOINT_ENABLED",
            "nist-800-53-r5/AC-4", "nist-800-53-r5/SC-7",
            "mcsb-v1/NS-2",
            "mcsb-v2/NS-2",
            "attack/T1190", "attack/T1496",
        ],
        Aws = new CloudGuide
        {
            Types =
            [
                "AWS::EC2::VPCEndpoint",
            ],
            Subject = "the VPC endpoint of a model service",
            NonCompliantWhen =
                "Needs the endpoint's policy and the account's use of Bedrock or SageMaker, which no item carries.",
            Notes =
            [
                "InsufficientData from items alone. Endpoints of other services are NotApplicable. A public OpenSearch domain is SG-AI-012.",
            ],
            Fix =
                "Create an interface endpoint for the runtime and confine model calls with aws:SourceVpce: aws ec2 create-vpc-endpoint --vpc-id VPC --vpc-endpoint-type Interface --service-name com.amazonaws.REGION.bedrock-runtime --subnet-ids SUBNETS --security-group-ids GROUPS",
        },
        Azure = new CloudGuide
        {
            Types =
            [
                "Microsoft.CognitiveServices/accounts",
                "Microsoft.MachineLearningServices/workspaces/onlineEndpoints",
            ],
            Subject = "the account or online endpoint",
            NonCompliantWhen =
                "publicNetworkAccess is neither Disabled nor SecuredByPerimeter, and (for accounts) networkAcls.defaultAction is not Deny or the ipRules are wider than a /8.",
            Notes =
            [
                "publicNetworkAccess absent is Enabled; networkAcls absent is Allow. Network rules need a custom subdomain.",
            ],
            Fix =
                "Deny by default with the callers named, then switch public access off: az cognitiveservices account network-rule add …; az resource update --ids ID --set properties.networkAcls.defaultAction=Deny",
        },
        ExemptWhen = "A public demo with a quota of its own and no data behind it.",
    };

    protected override Verdict Evaluate(ModelEndpointFacts facts, RuleSettings settings) =>
        facts.ReachableFromAnyNetwork.Forbids("The model answers any network: a stolen key or token is enough.");
}
