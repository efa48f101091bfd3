using System.Text.Json.Nodes;
using ServerlessGuard.Aws.Remediators;
using ServerlessGuard.Aws.Tests.Api;
using ServerlessGuard.Engine;
using ServerlessGuard.Remediation;
using ServerlessGuard.Settings;

namespace ServerlessGuard.Aws.Tests.Remediators;

/// <summary>The tags of a resource right before a write, in the shapes of botocore's models (resourcegroupstaggingapi 2017-01-26, iam 2010-05-08).</summary>
public sealed class LiveTagTests
{
    private const string Identity = "<GetCallerIdentityResponse><GetCallerIdentityResult><Account>123456789012</Account></GetCallerIdentityResult></GetCallerIdentityResponse>";

    private static T Of<T>(Playback network)
        where T : Remediator => AwsRemediators.All(network.Api(), GuardSettings.Default, TimeProvider.System).OfType<T>().Single();

    [Theory]
    [InlineData("{\"PaginationToken\":\"\",\"ResourceTagMappingList\":[{\"ResourceARN\":\"arn:aws:s3:::b\",\"Tags\":[{\"Key\":\"guard-never-touch\",\"Value\":\"\"},{\"Key\":\"owner\",\"Value\":\"sam\"}]}]}", "guard-never-touch owner")]
    [InlineData("{\"ResourceTagMappingList\":[]}", "")]
    public async Task A_bucket_is_asked_by_its_arn_in_its_own_region(string answer, string names)
    {
        var network = new Playback(sent =>
        {
            if (sent.Operation is "GetCallerIdentity")
            {
                return Playback.Answer(200, Identity);
            }

            Assert.Equal(("GetResources", "tagging.us-east-1.amazonaws.com", "{\"ResourceARNList\":[\"arn:aws:s3:::b\"]}"), (sent.Operation, sent.Uri.Host, sent.Body));
            return Playback.Answer(200, answer);
        });
        var tags = await Of<BlockPublicAccess>(network).ReadTagsAsync(Moto.Finding(RemediationCatalog.Aws.BlockPublicAccess, "arn:aws:s3:::b"), CancellationToken.None);
        Assert.Equal(names, string.Join(' ', tags!.Keys));
    }

    [Fact]
    public async Task A_user_is_asked_of_IAM()
    {
        var network = new Playback(sent => sent.Operation is "GetCallerIdentity" ? Playback.Answer(200, Identity)
            : sent.Operation is "ListUserTags" && sent.Field("UserName") is "u" ? Playback.Answer(200, "<ListUserTagsResponse xmlns=\"https://iam.amazonaws.com/doc/2010-05-08/\"><ListUserTagsResult><Tags><member><Key>guard-never-touch</Key><Value>1</Value></member></Tags><IsTruncated>false</IsTruncated></ListUserTagsResult></ListUserTagsResponse>")
            : Playback.Answer(400, "<ErrorResponse><Error><Code>InvalidAction</Code></Error></ErrorResponse>"));
        var tags = await Of<DisableModelKeys>(network).ReadTagsAsync(Moto.Finding(RemediationCatalog.Aws.DisableModelKeys, "arn:aws:iam::123456789012:user/u"), CancellationToken.None);
        Assert.Equal(["guard-never-touch"], tags!.Keys);
    }

    [Theory]
    [InlineData(403, "{\"__type\":\"AccessDeniedException\"}", false)]
    [InlineData(503, "{\"__type\":\"ServiceUnavailable\"}", true)]
    public async Task Tags_that_cannot_be_read_stop_the_write(int status, string answer, bool isTransient)
    {
        var network = new Playback(sent => sent.Operation is "GetCallerIdentity" ? Playback.Answer(200, Identity) : Playback.Answer(status, answer));
        var thrown = await WriteAsync(network, "arn:aws:s3:::b");
        Assert.Equal(isTransient, thrown.IsTransient);
        Assert.DoesNotContain(network.Sent, sent => sent.Operation is not ("GetCallerIdentity" or "GetResources"));
    }

    [Theory]
    [InlineData("arn:aws:s3:::other:b")]
    [InlineData("arn:aws-cn:s3:::b")]
    [InlineData("arn:aws:s3:us-east-1:123456789012:b")]
    [InlineData("arn:aws:lambda:us-east-1:123456789012:function:b")]
    [InlineData("b")]
    public async Task A_planted_id_whose_tags_are_another_resources_writes_nothing(string id)
    {
        var network = new Playback(sent => sent.Operation is "GetCallerIdentity" ? Playback.Answer(200, Identity) : Playback.Answer(200, "{\"ResourceTagMappingList\":[]}"));
        var thrown = await WriteAsync(network, id);
        Assert.Contains("is not the ARN of what would be written", thrown.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(network.Sent, sent => sent.Operation is not "GetCallerIdentity");
    }

    [Fact]
    public async Task Every_type_that_a_fix_is_for_is_asked_for_its_tags()
    {
        (string Type, string Id)[] ids =
        [
            ("AWS::S3::Bucket", "arn:aws:s3:::b"), ("AWS::Lambda::Function", "arn:aws:lambda:us-east-1:123456789012:function:f"),
            ("AWS::EC2::Instance", "arn:aws:ec2:us-east-1:123456789012:instance/i-1"), ("AWS::EC2::SecurityGroup", "arn:aws:ec2:us-east-1:123456789012:security-group/sg-1"),
            ("AWS::RDS::DBInstance", "arn:aws:rds:us-east-1:123456789012:db:d"), ("AWS::Redshift::Cluster", "arn:aws:redshift:us-east-1:123456789012:cluster:c"),
            ("AWS::KMS::Key", "arn:aws:kms:us-east-1:123456789012:key/k"), ("AWS::IAM::User", "arn:aws:iam::123456789012:user/u"),
            ("AWS::IAM::Role", "arn:aws:iam::123456789012:role/r"), ("AWS::IAM::Policy", "arn:aws:iam::123456789012:policy/p"),
            ("AWS::SageMaker::NotebookInstance", "arn:aws:sagemaker:us-east-1:123456789012:notebook-instance/n"),
            ("AWS::SageMaker::Domain", "arn:aws:sagemaker:us-east-1:123456789012:domain/d-1"), ("AWS::CloudTrail::Trail", "arn:aws:cloudtrail:us-east-1:123456789012:trail/t"),
            ("AWS::Cognito::IdentityPool", "arn:aws:cognito-identity:us-east-1:123456789012:identitypool/us-east-1:11111111-aaaa-bbbb-cccc-000000000001"),
        ];
        Assert.Equal(
            RemediationCatalog.Aws.All.SelectMany(one => one.NativeTypes).Where(type => type is not "AWS::::Account").Distinct().Order(StringComparer.Ordinal),
            ids.Select(one => one.Type).Order(StringComparer.Ordinal));
        var network = new Playback(sent => Playback.Answer(200, sent.Operation switch
        {
            "GetCallerIdentity" => Identity,
            "GetResources" => "{\"ResourceTagMappingList\":[{\"Tags\":[{\"Key\":\"t\",\"Value\":\"v\"}]}]}",
            var operation => $"<{operation}Response><{operation}Result><Tags><member><Key>t</Key><Value>v</Value></member></Tags></{operation}Result></{operation}Response>",
        }));
        foreach (var (type, id) in ids)
        {
            var finding = Moto.Finding(RemediationCatalog.Aws.BlockPublicAccess, id);
            finding = finding with { Resource = finding.Resource with { NativeType = type } };
            Assert.Equal([KeyValuePair.Create("t", "v")], (await Of<BlockPublicAccess>(network).ReadTagsAsync(finding, CancellationToken.None))!);
        }
    }

    private static Task<CloudCallException> WriteAsync(Playback network, string id)
    {
        var tags = RuleSettings.DefaultNeverTouchTags.SetItem("guard-never-touch", ["payments-team"]);
        var touchChecked = new TouchChecked(Of<BlockPublicAccess>(network), GuardSettings.Default with { NeverTouchTags = tags });
        var finding = Moto.Finding(RemediationCatalog.Aws.BlockPublicAccess, id);
        return Assert.ThrowsAsync<CloudCallException>(() => touchChecked.WriteAsync(finding, new JsonObject(), new JsonObject { ["x"] = 1 }, CancellationToken.None));
    }
}
