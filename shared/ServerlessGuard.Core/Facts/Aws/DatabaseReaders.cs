using System.Collections.Immutable;
using ServerlessGuard.Documents;
using ServerlessGuard.Resources;

namespace ServerlessGuard.Facts.Aws;

/// <summary>
/// <c>AWS::RDS::DBInstance</c>: <c>publiclyAccessible</c>, <c>storageEncrypted</c>. The members of an Aurora cluster share the cluster's
/// storage, so its encryption is judged there.
/// </summary>
/// <remarks>Source: aws-config-rdk example item; RDS API reference, DBInstance.</remarks>
public sealed class RdsInstanceReader : FactReader
{
    public override string NativeType => "AWS::RDS::DBInstance";

    public override IReadOnlyList<FactsKind> Gives => [FactsKind.DatabaseNetwork, FactsKind.DatabaseEncryption];

    public override void Read(Resource resource, FactContext context, ICollection<SubjectFacts> facts)
    {
        var configuration = resource.Configuration;
        facts.Add(RdsNetworkJoin.Read(resource) with { OutOfReach = Switchless(configuration) });
        facts.Add(new DatabaseEncryptionFacts(resource.Ref)
        {
            Encrypted = Fact.Of(configuration["storageEncrypted"], "configuration.storageEncrypted"),
            OutOfReach = SharesStorage(configuration) ? "a member of a cluster: the cluster's storage decides" : null,
        });
    }

    internal static bool IsAurora(Doc configuration) => Starts(configuration, "aurora");

    /// <summary>
    /// DocumentDB and Neptune appear among the databases of RDS. Neither their clusters nor the members have a public switch, but for
    /// those of Neptune where it was turned on.
    /// </summary>
    /// <remarks>Source: Amazon DocumentDB and Amazon Neptune API references, DBInstance.PubliclyAccessible.</remarks>
    internal static string? Switchless(Doc configuration) =>
        (Starts(configuration, "docdb") || Starts(configuration, "neptune")) && configuration["publiclyAccessible"].Flag is not true
            ? $"{configuration["engine"]} has no public switch: it answers inside its VPC"
            : null;

    private static bool SharesStorage(Doc configuration) =>
        IsAurora(configuration) || Starts(configuration, "docdb") || Starts(configuration, "neptune");

    private static bool Starts(Doc configuration, string engine) =>
        configuration["engine"].Text?.StartsWith(engine, StringComparison.OrdinalIgnoreCase) == true;
}

/// <summary>
/// <c>AWS::RDS::DBCluster</c>. A Multi-AZ DB cluster has a public switch of its own; an Aurora cluster has none, its instances have.
/// </summary>
/// <remarks>Source: RDS API reference, DBCluster.PubliclyAccessible ("only for non-Aurora Multi-AZ DB clusters").</remarks>
public sealed class RdsClusterReader : FactReader
{
    public override string NativeType => "AWS::RDS::DBCluster";

    public override IReadOnlyList<FactsKind> Gives => [FactsKind.DatabaseNetwork, FactsKind.DatabaseEncryption];

    public override void Read(Resource resource, FactContext context, ICollection<SubjectFacts> facts)
    {
        var configuration = resource.Configuration;
        facts.Add(RdsNetworkJoin.Read(resource) with
        {
            OutOfReach = RdsInstanceReader.IsAurora(configuration)
                ? "an Aurora cluster has no public switch of its own: its instances have"
                : RdsInstanceReader.Switchless(configuration),
        });
        facts.Add(new DatabaseEncryptionFacts(resource.Ref)
        {
            Encrypted = Fact.Of(configuration["storageEncrypted"], "configuration.storageEncrypted"),
        });
    }
}

/// <summary><c>AWS::Redshift::Cluster</c>: <c>publiclyAccessible</c>.</summary>
/// <remarks>Source: aws-config-resource-schema, AWS::Redshift::Cluster.</remarks>
public sealed class RedshiftReader : FactReader
{
    public override string NativeType => "AWS::Redshift::Cluster";

    public override IReadOnlyList<FactsKind> Gives => [FactsKind.DatabaseNetwork];

    public override void Read(Resource resource, FactContext context, ICollection<SubjectFacts> facts) =>
        facts.Add(RdsNetworkJoin.Read(resource));
}

/// <summary>A database's public switch, waiting for the security groups around it.</summary>
public sealed record RdsNetworkJoin(ResourceRef Subject, Fact Public, long? Port, ImmutableArray<string> Groups) : JoinedFacts(Subject)
{
    public override FactsKind Kind => FactsKind.DatabaseNetwork;

    public static RdsNetworkJoin Read(Resource resource)
    {
        const string Path = "configuration.publiclyAccessible";
        var configuration = resource.Configuration;
        var status = configuration["dBInstanceStatus"].Text ?? configuration["status"].Text ?? configuration["clusterStatus"].Text;
        var creating = status?.Contains("creating", StringComparison.OrdinalIgnoreCase) == true;
        return new RdsNetworkJoin(
            resource.Ref,
            configuration["publiclyAccessible"].Exists
                ? Fact.Of(configuration["publiclyAccessible"], Path)
                : Fact.Unknown(Path, creating ? "not in the item while the database is being created" : "not in the item"),
            configuration["endpoint", "port"].Number ?? configuration["port"].Number ?? configuration["dbInstancePort"].Number,
            [.. configuration["vpcSecurityGroups"].Items.All().Select(group => group["vpcSecurityGroupId"].Text).OfType<string>()]);
    }

    public override SubjectFacts Complete(Neighbours neighbours)
    {
        var open = Groups.Select(group => neighbours.One<SecurityGroupFacts>(group)).OfType<SecurityGroupFacts>()
            .SelectMany(group => group.Open.Select(rule => (group, rule)))
            .FirstOrDefault(pair => Port is { } port && pair.rule.Transport is not Networks.Transport.Udp && pair.rule.Lets((int)port));
        return new DatabaseNetworkFacts(Subject)
        {
            Public = Public,
            PortOpen = open.rule is null ? null : new Verdicts.Evidence(open.group.Subject.Id, open.rule.Shown),
            OutOfReach = OutOfReach,
        };
    }
}
