using System.Text.Json.Nodes;
using ServerlessGuard.Aws.Api;
using ServerlessGuard.Findings;
using ServerlessGuard.Remediation;

namespace ServerlessGuard.Aws.Remediators;

/// <summary>SG-NET-002: the public switch of an RDS instance or a Redshift cluster. Clients outside the VPC lose access at once.</summary>
/// <remarks>ModifyDBCluster has no PubliclyAccessible: a Multi-AZ DB cluster is left to a person.</remarks>
public sealed class ClosePublicDatabase(AwsAccess access) : AwsRemediator(access)
{
    public override RemediatorDescriptor Descriptor => RemediationCatalog.Aws.ClosePublicDatabase;

    protected override async Task<JsonObject?> SliceAsync(Finding finding, CancellationToken cancellation)
    {
        var answer = await Access.XmlAsync(
            finding,
            IsRedshift(finding) ? Redshift("DescribeClusters", finding) : Rds("DescribeDBInstances", finding),
            cancellation);
        var database = answer.Descendants(IsRedshift(finding) ? "Cluster" : "DBInstance").FirstOrDefault();
        if ((string?)database?.Element(IsRedshift(finding) ? "ClusterStatus" : "DBInstanceStatus") is "modifying")
        {
            // Between two states: what comes out is not known yet, so this is asked again later.
            throw new CloudCallException("DatabaseModifying", $"database {Shown(finding)} is being modified", isTransient: true);
        }

        // A change that is under way shows in the pending values before it shows in the state.
        var value = (string?)database?.Element("PendingModifiedValues")?.Element("PubliclyAccessible")
            ?? (string?)database?.Element("PubliclyAccessible");
        return database is null ? null : new JsonObject { ["publiclyAccessible"] = value is "true" };
    }

    protected override Desired Desire(JsonObject live, Finding finding) => live["publiclyAccessible"]!.GetValue<bool>()
        ? new Desired.Change(
            With(live, "publiclyAccessible", false),
            $"Remove the public address of database {Shown(finding)}: clients outside its VPC lose access at once.",
            $"{(IsRedshift(finding) ? "redshift:ModifyCluster" : "rds:ModifyDBInstance")} {Shown(finding)} PubliclyAccessible=false")
        : new Desired.Nothing();

    protected override Task ChangeAsync(Finding finding, JsonObject from, JsonObject to, CancellationToken cancellation)
    {
        var value = to["publiclyAccessible"]!.GetValue<bool>() ? "true" : "false";
        return SendAsync(
            finding,
            IsRedshift(finding)
                ? Redshift("ModifyCluster", finding, ("PubliclyAccessible", value))
                : Rds("ModifyDBInstance", finding, ("PubliclyAccessible", value), ("ApplyImmediately", "true")),
            cancellation);
    }

    private static bool IsRedshift(Finding finding) =>
        finding.Resource.NativeType.StartsWith("AWS::Redshift", StringComparison.OrdinalIgnoreCase);

    private static AwsRequest Rds(string action, Finding finding, params (string Name, string Value)[] more) =>
        Form("rds", action, "2014-10-31", "DBInstanceIdentifier", finding, more);

    private static AwsRequest Redshift(string action, Finding finding, params (string Name, string Value)[] more) =>
        Form("redshift", action, "2012-12-01", "ClusterIdentifier", finding, more);

    private static AwsRequest Form(string service, string action, string version, string id, Finding finding,
        (string Name, string Value)[] more) => AwsRequest.Form(
        Where(finding), service, action, version,
        more.Prepend((id, Name(finding))).Select(parameter => KeyValuePair.Create(parameter.Item1, parameter.Item2)));
}
