using ServerlessGuard.Facts;
using ServerlessGuard.Settings;
using ServerlessGuard.Verdicts;

namespace ServerlessGuard.Rules.Network;

/// <summary>No management or database port is open to the internet.</summary>
public sealed class AdminPortsAreClosedToInternet : Rule<NetworkExposureFacts>
{
    public override FactsKind Kind => FactsKind.NetworkExposure;

    public override RuleDescriptor Descriptor { get; } = new()
    {
        Id = "SG-NET-001",
        Title = "Management or database ports are open to the internet",
        Severity = Severity.High,
        Risk = "Remote-admin and data ports are scanned within minutes.",
        Remediation = Remediations.CloseAdminPorts,
        Controls =
        [
            "aws-fsbp/EC2.13", "aws-fsbp/EC2.14", "aws-fsbp/EC2.18", "aws-fsbp/EC2.19",
            "aws-config/INCOMING_SSH_DISABLED", "aws-config/RESTRICTED_INCOMING_TRAFFIC", "aws-config/VPC_SG_OPEN_ONLY_TO_AUTHORIZED_PORTS",
            "cis-aws-7.0/6.3", "cis-aws-7.0/6.4",
            "cis-aws-6.0/6.3", "cis-aws-6.0/6.4",
            "cis-aws-5.0/5.3", "cis-aws-5.0/5.4",
            "cis-aws-3.0/5.2", "cis-aws-3.0/5.3",
            "cis-azure-6.0/7.1", "cis-azure-6.0/7.2",
            "cis-azure-5.0/7.1", "cis-azure-5.0/7.2",
            "cis-azure-4.0/8.1", "cis-azure-4.0/8.2",
            "cis-azure-3.0/7.1", "cis-azure-3.0/7.2",
            "nist-800-53-r5/AC-4", "nist-800-53-r5/SC-7", "nist-800-53-r5/CM-7",
            "mcsb-v1/NS-3",
            "mcsb-v2/NS-3",
            "attack/T1190", "attack/T1046", "attack/T1110",
        ],
        Aws = new CloudGuide
        {
            Types =
            [
                "AWS::EC2::SecurityGroup",
                "AWS::EC2::PrefixList",
            ],
            Subject = "the security group",
            NonCompliantWhen =
                "An inbound permission whose sources together are wider than a /8 (IPv6: a /32) lets through a port of adminPorts, or everything.",
            Notes =
            [
                "Protocol -1 is everything; protocol numbers equal names; UDP counts for 3389 only; ICMP has no ports. A set of private addresses only is not the internet.",
                "A prefix list that is not in the scan: InsufficientData. A group that nothing uses has severity low; every port open is critical.",
            ],
            Fix =
                "Revoke the range, not the rule, and use Session Manager or a VPN instead: aws ec2 revoke-security-group-ingress --group-id ID --ip-permissions …",
        },
        Azure = new CloudGuide
        {
            Types =
            [
                "Microsoft.Network/networkSecurityGroups",
                "Microsoft.Network/networkSecurityGroups/securityRules",
            ],
            Subject = "the network security group",
            NonCompliantWhen =
                "An inbound Allow from *, Any, the tag Internet or more than a /8 of addresses that no earlier Deny of the same protocol, port, sources and destinations takes back lets through a port of adminPorts.",
            Notes =
            [
                "Rules count in priority order. Other service tags are not the internet. A securityRules child without its group in the scan: InsufficientData. A group without subnet or network interface has severity low.",
            ],
            Fix =
                "Set the rule's access to Deny, and use Bastion or just-in-time access instead: az network nsg rule update --ids RULE --access Deny",
        },
        ExemptWhen = "A bastion or a service that the public must reach on this very port, with its own authentication and rate limits.",
    };

    protected override Verdict Evaluate(NetworkExposureFacts facts, RuleSettings settings) => facts.AdminPortsOpen.Value switch
    {
        true => Verdict.NonCompliant("A management or database port is open to the internet.", facts.AdminPortsOpen.Evidence).At(facts switch
        {
            { Attached: false } => Severity.Low,
            { EveryPort: true } => Severity.Critical,
            _ => Descriptor.Severity,
        }),
        false => Verdict.Compliant,
        null => facts.AdminPortsOpen.Insufficient,
    };
}
