using System.Text.Json.Nodes;
using ServerlessGuard.Aws.Remediators;
using ServerlessGuard.Findings;
using ServerlessGuard.Remediation;
using ServerlessGuard.Testing.Servers;

namespace ServerlessGuard.Aws.Tests.Remediators;

[Collection(MotoTests.Name)]
public sealed class ComputeFixTests(MotoServer server)
{
    private const string Administrator = "arn:aws:iam::aws:policy/AdministratorAccess";

    private readonly Moto _moto = new(server);

    private async Task<(string Function, string Role, Finding Finding)> FunctionAsync(RemediatorDescriptor descriptor)
    {
        var role = await _moto.RoleAsync(Moto.LambdaTrust);
        var function = await _moto.FunctionAsync(role);
        return (function, role, Moto.Finding(descriptor, $"arn:aws:lambda:{Moto.Region}:{Moto.Account}:function:{function}"));
    }

    private Task<JsonNode> AllowAsync(string function, JsonObject permission) => _moto.LambdaAsync(HttpMethod.Post, $"/2015-03-31/functions/{function}/policy", permission);

    private async Task<string> GroupAsync()
    {
        var vpc = (await _moto.Ec2Async("CreateVpc", ("CidrBlock", "10.0.0.0/16"))).Descendants("vpcId").First().Value;
        return (await _moto.Ec2Async("CreateSecurityGroup", ("GroupName", Moto.Fresh("group")), ("GroupDescription", "d"), ("VpcId", vpc))).Descendants("groupId").First().Value;
    }

    private static Finding Group(string id) => Moto.Finding(RemediationCatalog.Aws.CloseAdminPorts, $"arn:aws:ec2:{Moto.Region}:{Moto.Account}:security-group/{id}");

    [MotoFact]
    public async Task The_permission_for_everyone_is_taken_back_and_other_permissions_stay()
    {
        var (function, _, finding) = await FunctionAsync(RemediationCatalog.Aws.RemovePublicInvocation);
        await AllowAsync(function, new JsonObject { ["StatementId"] = "public", ["Action"] = "lambda:InvokeFunction", ["Principal"] = "*" });
        await AllowAsync(function, new JsonObject { ["StatementId"] = "sns", ["Action"] = "lambda:InvokeFunction", ["Principal"] = "sns.amazonaws.com", ["SourceArn"] = "arn:aws:sns:us-east-1:123456789012:t" });
        await Moto.ThereAndBackAsync(_moto.Of<RemovePublicInvocation>(), finding, async _ =>
        {
            var policy = JsonNode.Parse((await _moto.LambdaAsync(HttpMethod.Get, $"/2015-03-31/functions/{function}/policy"))["Policy"]!.GetValue<string>())!;
            Assert.Equal("sns", (string?)Assert.Single(policy["Statement"]!.AsArray())!["Sid"]);
        });
    }

    [MotoFact]
    public async Task A_public_url_asks_for_iam_and_is_public_again()
    {
        var (function, _, finding) = await FunctionAsync(RemediationCatalog.Aws.RemovePublicInvocation);
        await _moto.LambdaAsync(HttpMethod.Post, $"/2021-10-31/functions/{function}/url", new JsonObject { ["AuthType"] = "NONE" });
        await AllowAsync(function, new JsonObject { ["StatementId"] = "url", ["Action"] = "lambda:InvokeFunctionUrl", ["Principal"] = "*", ["FunctionUrlAuthType"] = "NONE" });
        var change = await Moto.ThereAndBackAsync(_moto.Of<RemovePublicInvocation>(), finding, async _ =>
            Assert.Equal("AWS_IAM", (string?)(await _moto.LambdaAsync(HttpMethod.Get, $"/2021-10-31/functions/{function}/url"))["AuthType"]));
        Assert.Contains("URL", change.Sentence, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"permissions":[{"StatementId":null,"Action":"lambda:InvokeFunction","Principal":"*"}],"openUrl":false}""", "no Sid")]
    [InlineData("""{"permissions":[{"StatementId":"s","unsayable":true}],"openUrl":false}""", "put back")]
    public void What_could_not_be_put_back_is_not_taken(string live, string reason)
    {
        var fix = _moto.Of<RemovePublicInvocation>();
        Assert.Contains(reason, Assert.IsType<Desired.Refuse>(fix.Desire(JsonNode.Parse(live)!, Moto.Finding(fix.Descriptor, "arn:aws:lambda:us-east-1:123456789012:function:f"))).Reason, StringComparison.Ordinal);
    }

    [MotoFact]
    public async Task Without_a_boundary_the_administrator_policy_is_detached_and_attached_again()
    {
        var (_, role, finding) = await FunctionAsync(RemediationCatalog.Aws.RemoveAdministratorRights);
        await _moto.IamAsync("CreatePolicy", ("PolicyName", role), ("PolicyDocument", """{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:GetObject","Resource":"*"}]}"""));
        await _moto.IamAsync("AttachRolePolicy", ("RoleName", role), ("PolicyArn", Administrator));
        await _moto.IamAsync("AttachRolePolicy", ("RoleName", role), ("PolicyArn", $"arn:aws:iam::{Moto.Account}:policy/{role}"));
        var fix = _moto.Of<RemoveAdministratorRights>();
        var before = (await fix.ReadAsync(finding, CancellationToken.None))!;
        var change = Assert.IsType<Desired.Change>(fix.Desire(before, finding));
        await fix.WriteAsync(finding, before, change.To, CancellationToken.None);
        Assert.Equal([role], (await _moto.IamAsync("ListAttachedRolePolicies", ("RoleName", role))).Descendants("PolicyName").Select(policy => policy.Value));
        await fix.WriteAsync(finding, change.To, before, CancellationToken.None);
        Assert.Equal(before.ToJsonString(), (await fix.ReadAsync(finding, CancellationToken.None))?.ToJsonString());
    }

    [MotoFact]
    public async Task The_configured_boundary_is_the_gentler_step()
    {
        var (_, role, finding) = await FunctionAsync(RemediationCatalog.Aws.RemoveAdministratorRights);
        var boundary = (await _moto.IamAsync("CreatePolicy", ("PolicyName", Moto.Fresh("boundary")), ("PolicyDocument", """{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*"}]}"""))).Descendants("Arn").Single().Value;
        await _moto.IamAsync("AttachRolePolicy", ("RoleName", role), ("PolicyArn", Administrator));
        await Moto.ThereAndBackAsync(_moto.Of<RemoveAdministratorRights>(options: new AwsRemediatorOptions(PermissionsBoundary: boundary)), finding, async _ =>
            Assert.Equal(boundary, (await _moto.IamAsync("GetRole", ("RoleName", role))).Descendants("PermissionsBoundaryArn").Single().Value));
    }

    [MotoFact]
    public async Task Rights_of_ones_own_making_are_left_to_a_person()
    {
        var (_, _, finding) = await FunctionAsync(RemediationCatalog.Aws.RemoveAdministratorRights);
        Assert.Contains("narrow", await Moto.RefusedAsync(_moto.Of<RemoveAdministratorRights>(), finding), StringComparison.Ordinal);
    }

    [MotoFact]
    public async Task An_instance_needs_tokens_and_does_not_again()
    {
        var image = (await _moto.Ec2Async("DescribeImages")).Descendants("imageId").First().Value;
        var instance = (await _moto.Ec2Async("RunInstances", ("ImageId", image), ("MinCount", "1"), ("MaxCount", "1"))).Descendants("instanceId").First().Value;
        await _moto.Ec2Async("ModifyInstanceMetadataOptions", ("InstanceId", instance), ("HttpTokens", "optional"), ("HttpEndpoint", "enabled"));
        var finding = Moto.Finding(RemediationCatalog.Aws.RequireMetadataTokens, $"arn:aws:ec2:{Moto.Region}:{Moto.Account}:instance/{instance}");
        await Moto.ThereAndBackAsync(_moto.Of<RequireMetadataTokens>(), finding);
        await _moto.Ec2Async("TerminateInstances", ("InstanceId.1", instance));
        await Moto.GoneAsync(_moto.Of<RequireMetadataTokens>(), finding);
    }

    [MotoFact]
    public async Task Only_the_open_ranges_are_revoked_and_their_descriptions_come_back()
    {
        var group = await GroupAsync();
        await _moto.Ec2Async(
            "AuthorizeSecurityGroupIngress",
            [
                ("GroupId", group),
                ("IpPermissions.1.IpProtocol", "tcp"), ("IpPermissions.1.FromPort", "22"), ("IpPermissions.1.ToPort", "22"),
                ("IpPermissions.1.IpRanges.1.CidrIp", "0.0.0.0/0"), ("IpPermissions.1.IpRanges.1.Description", "temporary, since 2019"),
                ("IpPermissions.1.IpRanges.2.CidrIp", "10.0.0.0/8"), ("IpPermissions.1.Ipv6Ranges.1.CidrIpv6", "::/0"),
                ("IpPermissions.2.IpProtocol", "tcp"), ("IpPermissions.2.FromPort", "443"), ("IpPermissions.2.ToPort", "443"), ("IpPermissions.2.IpRanges.1.CidrIp", "0.0.0.0/0"),
            ]);
        var change = await Moto.ThereAndBackAsync(_moto.Of<CloseAdminPorts>(), Group(group), async _ =>
        {
            var left = (await _moto.Ec2Async("DescribeSecurityGroups", ("GroupId.1", group))).Descendants("ipPermissions").Single();
            Assert.Equal(["0.0.0.0/0", "10.0.0.0/8"], left.Descendants("cidrIp").Select(cidr => cidr.Value).Order(StringComparer.Ordinal));
            Assert.Empty(left.Descendants("cidrIpv6"));
        });
        Assert.Null(change.Risk);
        var back = (await _moto.Ec2Async("DescribeSecurityGroups", ("GroupId.1", group))).Descendants("ipPermissions").Single();
        Assert.Contains("temporary, since 2019", back.Descendants("description").Select(text => text.Value));
    }

    [MotoFact]
    public async Task A_range_that_carries_other_traffic_too_is_a_risk_for_it()
    {
        var group = await GroupAsync();
        await _moto.Ec2Async("AuthorizeSecurityGroupIngress", ("GroupId", group), ("IpPermissions.1.IpProtocol", "-1"), ("IpPermissions.1.IpRanges.1.CidrIp", "0.0.0.0/0"));
        Assert.Equal(Risk.Availability, (await Moto.ThereAndBackAsync(_moto.Of<CloseAdminPorts>(), Group(group))).Risk);
    }

    [MotoFact]
    public async Task Many_ranges_that_are_wide_only_together_are_left_to_a_person()
    {
        var group = await GroupAsync();
        await _moto.Ec2Async(
            "AuthorizeSecurityGroupIngress",
            [
                ("GroupId", group), ("IpPermissions.1.IpProtocol", "tcp"), ("IpPermissions.1.FromPort", "22"), ("IpPermissions.1.ToPort", "22"),
                .. Enumerable.Range(0, 3).Select(n => ($"IpPermissions.1.IpRanges.{n + 1}.CidrIp", $"{20 + n}.0.0.0/8")),
            ]);
        Assert.Contains("many together", await Moto.RefusedAsync(_moto.Of<CloseAdminPorts>(), Group(group)), StringComparison.Ordinal);
    }

    [MotoFact]
    public async Task A_database_loses_its_public_address_and_gets_it_back()
    {
        var name = Moto.Fresh("db");
        await _moto.SendAsync(Aws.Api.AwsRequest.Form(
            Aws.Api.AwsRegion.Home, "rds", "CreateDBInstance", "2014-10-31", new("DBInstanceIdentifier", name), new("DBInstanceClass", "db.t3.micro"), new("Engine", "postgres"), new("AllocatedStorage", "20"), new("MasterUsername", "u"), new("MasterUserPassword", "password1"), new("PubliclyAccessible", "true")));
        await Moto.ThereAndBackAsync(_moto.Of<ClosePublicDatabase>(), Moto.Finding(RemediationCatalog.Aws.ClosePublicDatabase, $"arn:aws:rds:{Moto.Region}:{Moto.Account}:db:{name}"));
    }

    [MotoFact]
    public async Task A_warehouse_loses_its_public_address_and_gets_it_back()
    {
        var name = Moto.Fresh("dw");
        await _moto.SendAsync(Aws.Api.AwsRequest.Form(
            Aws.Api.AwsRegion.Home, "redshift", "CreateCluster", "2012-12-01", new("ClusterIdentifier", name), new("NodeType", "ra3.large"), new("MasterUsername", "u"), new("MasterUserPassword", "Password1"), new("PubliclyAccessible", "true")));
        var finding = Moto.Finding(RemediationCatalog.Aws.ClosePublicDatabase, $"arn:aws:redshift:{Moto.Region}:{Moto.Account}:cluster:{name}");
        await Moto.ThereAndBackAsync(_moto.Of<ClosePublicDatabase>(), finding with { Resource = finding.Resource with { NativeType = "AWS::Redshift::Cluster" } });
    }

    [MotoFact]
    public async Task A_notebook_is_stopped_and_started_again()
    {
        var name = Moto.Fresh("notebook");
        var role = await _moto.RoleAsync(Moto.LambdaTrust);
        await _moto.JsonAsync(JsonCalls.SageMaker(Aws.Api.AwsRegion.Home, "CreateNotebookInstance", ("NotebookInstanceName", name), ("InstanceType", "ml.t3.medium"), ("RoleArn", $"arn:aws:iam::{Moto.Account}:role/{role}")));
        await Moto.ThereAndBackAsync(_moto.Of<StopNotebook>(), Moto.Finding(RemediationCatalog.Aws.StopNotebook, $"arn:aws:sagemaker:{Moto.Region}:{Moto.Account}:notebook-instance/{name}"));
    }

    [MotoFact]
    public async Task What_is_gone_is_gone()
    {
        await Moto.GoneAsync(_moto.Of<RemovePublicInvocation>(), Moto.Finding(RemediationCatalog.Aws.RemovePublicInvocation, "arn:aws:lambda:us-east-1:123456789012:function:nobody"));
        await Moto.GoneAsync(_moto.Of<RemoveAdministratorRights>(), Moto.Finding(RemediationCatalog.Aws.RemoveAdministratorRights, "arn:aws:lambda:us-east-1:123456789012:function:nobody"));
        await Moto.GoneAsync(_moto.Of<CloseAdminPorts>(), Group("sg-0123456789abcdef0"));
        await Moto.GoneAsync(_moto.Of<RequireMetadataTokens>(), Moto.Finding(RemediationCatalog.Aws.RequireMetadataTokens, "arn:aws:ec2:us-east-1:123456789012:instance/i-0123456789abcdef0"));
        await Moto.GoneAsync(_moto.Of<ClosePublicDatabase>(), Moto.Finding(RemediationCatalog.Aws.ClosePublicDatabase, "arn:aws:rds:us-east-1:123456789012:db:nobody"));
    }
}
