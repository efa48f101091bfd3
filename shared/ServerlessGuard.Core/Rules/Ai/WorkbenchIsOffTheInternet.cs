using System.Collections.Immutable;
using ServerlessGuard.Facts;
using ServerlessGuard.Settings;
using ServerlessGuard.Verdicts;

namespace ServerlessGuard.Rules.Ai;

/// <summary>A notebook, workspace or agent runtime is not wired straight to the internet.</summary>
public sealed class WorkbenchIsOffTheInternet : Rule<WorkbenchFacts>
{
    public override FactsKind Kind => FactsKind.Workbench;

    public override RuleDescriptor Descriptor { get; } = new()
    {
        Id = "SG-AI-002",
        Title = "AI workbench is wired straight to the internet",
        Severity = Severity.High,
        Risk = "Notebooks hold data, credentials and shells; direct internet turns them into an exfiltration gate.",
        Remediation = Remediations.CloseWorkbench,
        Controls =
        [
            "aws-fsbp/SageMaker.1", "aws-fsbp/SageMaker.2",
            "aws-config/SAGEMAKER_NOTEBOOK_NO_DIRECT_INTERNET_ACCESS", "aws-config/SAGEMAKER_NOTEBOOK_INSTANCE_INSIDE_VPC",
            "aws-config/SAGEMAKER_DOMAIN_IN_VPC",
            "nist-800-53-r5/AC-4", "nist-800-53-r5/SC-7", "nist-800-53-r5/SC-7(3)",
            "mcsb-v1/NS-2",
            "mcsb-v2/NS-2",
            "attack/T1190", "attack/T1048",
        ],
        Aws = new CloudGuide
        {
            Types =
            [
                "AWS::SageMaker::NotebookInstance",
                "AWS::SageMaker::Domain",
                "AWS::BedrockAgentCore::Runtime",
            ],
            Subject = "the notebook, domain or runtime",
            NonCompliantWhen =
                "DirectInternetAccess is not Disabled; AppNetworkAccessType is not VpcOnly; NetworkMode is PUBLIC.",
            Notes =
            [
                "DirectInternetAccess absent is Enabled; AppNetworkAccessType absent is PublicInternetOnly.",
            ],
            Fix =
                "Recreate the notebook in a subnet without direct internet access (it cannot be switched; stopping it contains it); move the domain: aws sagemaker update-domain --domain-id ID --app-network-access-type VpcOnly",
        },
        Azure = new CloudGuide
        {
            Types =
            [
                "Microsoft.MachineLearningServices/workspaces",
                "Microsoft.MachineLearningServices/workspaces/computes",
            ],
            Subject = "the workspace, or the compute for its own address",
            NonCompliantWhen =
                "publicNetworkAccess is neither Disabled nor SecuredByPerimeter (absent: allowPublicAccessWhenBehindVnet decides); a compute has a public address (enableNodePublicIp absent: it has) and SSH open.",
            Notes =
            [
                "A project has its hub's network: the hub not in the scan is InsufficientData. A private workspace without managed isolation is a sub-finding. Computes that are neither instance nor cluster are NotApplicable.",
            ],
            Fix =
                "Switch off public access once a private endpoint exists: az ml workspace update --name NAME --resource-group GROUP --public-network-access Disabled; recreate a compute without a public address: az ml compute create --file compute.yml with enable_node_public_ip: false",
        },
        ExemptWhen = "A sandbox workspace without data of anybody.",
        SubFindings = ImmutableDictionary.CreateRange(
        [
            KeyValuePair.Create("isolation", "A private workspace sends out what it likes"),
        ]),
    };

    protected override Verdict Evaluate(WorkbenchFacts facts, RuleSettings settings) =>
        facts.OnInternet.Forbids("An interactive, privileged environment is one step from the internet.");
}
