using ServerlessGuard.Facts;
using ServerlessGuard.Settings;
using ServerlessGuard.Verdicts;

namespace ServerlessGuard.Rules.Network;

/// <summary>A managed database does not answer on the public internet.</summary>
public sealed class DatabaseIsNotPublic : Rule<DatabaseNetworkFacts>
{
    public override FactsKind Kind => FactsKind.DatabaseNetwork;

    public override RuleDescriptor Descriptor { get; } = new()
    {
        Id = "SG-NET-002",
        Title = "Managed database answers on the public internet",
        Severity = Severity.High,
        Risk = "Feature stores and customer data end up one password away from anyone.",
        Remediation = Remediations.ClosePublicDatabase,
        Controls =
        [
            "aws-fsbp/RDS.2",
            "aws-config/RDS_INSTANCE_PUBLIC_ACCESS_CHECK",
            "cis-aws-7.0/3.2.3",
            "cis-aws-6.0/3.2.3",
            "cis-aws-5.0/2.2.3",
            "cis-aws-3.0/2.3.3",
            "cis-azure-3.0/5.1.2", "cis-azure-3.0/5.4.1",
            "nist-800-53-r5/AC-4", "nist-800-53-r5/SC-7",
            "mcsb-v1/NS-2",
            "mcsb-v2/NS-2",
            "attack/T1190", "attack/T1110",
        ],
        Aws = new CloudGuide
        {
            Types =
            [
                "AWS::RDS::DBInstance",
                "AWS::RDS::DBCluster",
                "AWS::Redshift::Cluster",
                "AWS::EC2::SecurityGroup",
            ],
            Subject = "the instance or cluster",
            NonCompliantWhen =
                "publiclyAccessible is true.",
            Notes =
            [
                "An Aurora cluster has no such switch: its instances have. Missing while the database is created: InsufficientData. Critical when a security group of the scan leaves the engine's port open.",
            ],
            Fix =
                "Switch it off: aws rds modify-db-instance --db-instance-identifier NAME --no-publicly-accessible --apply-immediately; Redshift: aws redshift modify-cluster --cluster-identifier NAME --no-publicly-accessible",
        },
        Azure = new CloudGuide
        {
            Types =
            [
                "Microsoft.Sql/servers",
                "Microsoft.Sql/servers/firewallRules",
                "Microsoft.DBforPostgreSQL/flexibleServers",
                "Microsoft.DBforPostgreSQL/flexibleServers/firewallRules",
                "Microsoft.DBforMySQL/flexibleServers",
                "Microsoft.DBforMySQL/flexibleServers/firewallRules",
                "Microsoft.DocumentDB/databaseAccounts",
            ],
            Subject = "the server or account (firewall rules are evidence)",
            NonCompliantWhen =
                "Public access is on, and the firewall rules together let in more than a /8 or all of Azure (0.0.0.0); Cosmos DB: also without any rule and without a virtual network filter.",
            Notes =
            [
                "publicNetworkAccess absent is Enabled; SecuredByPerimeter and a server inside a virtual network are not public. Firewall rules that are not in the scan: InsufficientData.",
            ],
            Fix =
                "Switch off public access and use a private endpoint: az sql server update --ids ID --enable-public-network false; flexible servers: az postgres (or mysql) flexible-server update --ids ID --public-access Disabled; Cosmos DB: az cosmosdb update --ids ID --public-network-access DISABLED",
        },
        ExemptWhen = "A database with public data and read-only users, for a limited time.",
    };

    protected override Verdict Evaluate(DatabaseNetworkFacts facts, RuleSettings settings) => facts.Public.Value switch
    {
        true when facts.PortOpen is { } open => Verdict.NonCompliant("The database is public, and a security group lets the internet in.", facts.Public.Evidence, open)
            .At(Severity.Critical),
        true => Verdict.NonCompliant("The database answers on the public internet.", facts.Public.Evidence),
        false => Verdict.Compliant,
        null => facts.Public.Insufficient,
    };
}
