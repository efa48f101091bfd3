using System.Text.Json.Nodes;
using ServerlessGuard.Aws.Remediators;
using ServerlessGuard.Aws.Tests.Api;
using ServerlessGuard.Engine;
using ServerlessGuard.Remediation;

namespace ServerlessGuard.Aws.Tests.Remediators;

/// <summary>
/// What moto has not: service-specific credentials and SageMaker domains, played by a simulated service that keeps the state and answers in the shapes of botocore's
/// service models (iam 2010-05-08, sagemaker 2017-07-24).
/// </summary>
public sealed class PlaybackFixTests
{
    private const string Identity = "<GetCallerIdentityResponse><GetCallerIdentityResult><Account>123456789012</Account></GetCallerIdentityResult></GetCallerIdentityResponse>";

    private static T Of<T>(Playback network)
        where T : Remediator => AwsRemediators.All(network.Api(), GuardSettings.Default, TimeProvider.System).OfType<T>().Single();

    [Fact]
    public async Task Bedrock_keys_are_made_inactive_and_active_again_page_by_page()
    {
        var keys = new SortedDictionary<string, string>(StringComparer.Ordinal) { ["ACCA1"] = "Active", ["ACCA2"] = "Inactive", ["ACCA3"] = "Active" };
        string Member(string id) => $"<member><UserName>u</UserName><Status>{keys[id]}</Status><ServiceUserName>x</ServiceUserName><ServiceSpecificCredentialId>{id}</ServiceSpecificCredentialId><ServiceName>bedrock.amazonaws.com</ServiceName></member>";
        string List(Sent sent) => sent.Field("Marker") is null
            ? $"<ListServiceSpecificCredentialsResponse xmlns=\"https://iam.amazonaws.com/doc/2010-05-08/\"><ListServiceSpecificCredentialsResult><ServiceSpecificCredentials>{Member("ACCA1")}{Member("ACCA2")}</ServiceSpecificCredentials><IsTruncated>true</IsTruncated><Marker>a/b+c=</Marker></ListServiceSpecificCredentialsResult></ListServiceSpecificCredentialsResponse>"
            : $"<ListServiceSpecificCredentialsResponse><ListServiceSpecificCredentialsResult><ServiceSpecificCredentials>{Member("ACCA3")}</ServiceSpecificCredentials><IsTruncated>false</IsTruncated></ListServiceSpecificCredentialsResult></ListServiceSpecificCredentialsResponse>";
        var network = new Playback(sent =>
        {
            switch (sent.Operation)
            {
                case "GetCallerIdentity":
                    return Playback.Answer(200, Identity);
                case "ListServiceSpecificCredentials":
                    Assert.Equal(("u", "bedrock.amazonaws.com", "iam.amazonaws.com"), (sent.Field("UserName"), sent.Field("ServiceName"), sent.Uri.Host));
                    Assert.True(sent.Field("Marker") is null or "a/b+c=");
                    return Playback.Answer(200, List(sent));
                case "UpdateServiceSpecificCredential":
                    keys[sent.Field("ServiceSpecificCredentialId")!] = sent.Field("Status")!;
                    return Playback.Answer(200, "<UpdateServiceSpecificCredentialResponse/>");
                default:
                    return Playback.Answer(400, "<ErrorResponse><Error><Code>InvalidAction</Code></Error></ErrorResponse>");
            }
        });
        await Moto.ThereAndBackAsync(Of<DisableModelKeys>(network), Moto.Finding(RemediationCatalog.Aws.DisableModelKeys, "arn:aws:iam::123456789012:user/u"), _ =>
        {
            Assert.All(keys.Values, status => Assert.Equal("Inactive", status));
            return Task.CompletedTask;
        });
        Assert.Equal(["Active", "Inactive", "Active"], keys.Values);
    }

    [Fact]
    public async Task A_domain_goes_through_its_vpc_and_back()
    {
        var access = "PublicInternetOnly";
        var network = new Playback(sent =>
        {
            switch (sent.Operation)
            {
                case "GetCallerIdentity":
                    return Playback.Answer(200, Identity);
                case "DescribeDomain":
                    Assert.Equal(("SageMaker.DescribeDomain", "api.sagemaker.us-east-1.amazonaws.com"), (sent.Headers["X-Amz-Target"], sent.Uri.Host));
                    return Playback.Answer(200, $$"""{"DomainArn":"arn","DomainId":"d-1","Status":"InService","AppNetworkAccessType":"{{access}}"}""");
                case "UpdateDomain":
                    var body = JsonNode.Parse(sent.Body)!;
                    Assert.Equal("d-1", (string?)body["DomainId"]);
                    access = (string)body["AppNetworkAccessType"]!;
                    return Playback.Answer(200, """{"DomainArn":"arn"}""");
                default:
                    return Playback.Answer(400, """{"__type":"UnknownOperationException"}""");
            }
        });
        await Moto.ThereAndBackAsync(Of<CloseWorkbenchDomain>(network), Moto.Finding(RemediationCatalog.Aws.CloseWorkbenchDomain, "arn:aws:sagemaker:us-east-1:123456789012:domain/d-1"));
        Assert.Equal("PublicInternetOnly", access);
    }

    [Fact]
    public async Task A_denied_call_is_for_good_and_says_which_call_it_was()
    {
        var network = new Playback(sent => sent.Operation is "GetCallerIdentity" ? Playback.Answer(200, Identity)
            : Playback.Answer(400, """{"__type":"AccessDeniedException","Message":"User: x is not authorized to perform: sagemaker:DescribeDomain"}"""));
        var finding = Moto.Finding(RemediationCatalog.Aws.CloseWorkbenchDomain, "arn:aws:sagemaker:us-east-1:123456789012:domain/d-1");
        var thrown = await Assert.ThrowsAsync<CloudCallException>(() => Of<CloseWorkbenchDomain>(network).ReadAsync(finding, CancellationToken.None));
        Assert.Equal(("AccessDeniedException", false), (thrown.Code, thrown.IsTransient));
        Assert.StartsWith("api.sagemaker DescribeDomain: 400 AccessDeniedException", thrown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_notebook_that_is_not_there_is_gone_and_one_that_is_stopping_is_asked_again_later()
    {
        var status = "RecordNotFound";
        var network = new Playback(sent => sent.Operation switch
        {
            "GetCallerIdentity" => Playback.Answer(200, Identity),
            "DescribeNotebookInstance" when status is "RecordNotFound" => Playback.Answer(400, """{"__type":"ValidationException","message":"RecordNotFound"}"""),
            "DescribeNotebookInstance" => Playback.Answer(200, $$"""{"NotebookInstanceStatus":"{{status}}"}"""),
            _ => Playback.Answer(400, """{"__type":"ValidationException","message":"Status (Stopping) not in ([Stopped, Failed])."}"""),
        });
        var finding = Moto.Finding(RemediationCatalog.Aws.StopNotebook, "arn:aws:sagemaker:us-east-1:123456789012:notebook-instance/n");
        var fix = Of<StopNotebook>(network);
        Assert.Null(await fix.ReadAsync(finding, CancellationToken.None));
        status = "Stopping";
        var (stopped, running) = (JsonNode.Parse("""{"running":false}""")!, JsonNode.Parse("""{"running":true}""")!);
        Assert.True((await Assert.ThrowsAsync<CloudCallException>(() => fix.WriteAsync(finding, stopped, running, CancellationToken.None))).IsTransient);
        status = "Updating";
        Assert.True((await Assert.ThrowsAsync<CloudCallException>(() => fix.ReadAsync(finding, CancellationToken.None))).IsTransient);
    }

    [Theory]
    [InlineData("AWS::RDS::DBInstance", "<R><DBInstance><PubliclyAccessible>true</PubliclyAccessible><DBInstanceStatus>modifying</DBInstanceStatus></DBInstance></R>")]
    [InlineData("AWS::Redshift::Cluster", "<R><Cluster><PubliclyAccessible>true</PubliclyAccessible><ClusterStatus>modifying</ClusterStatus></Cluster></R>")]
    public async Task A_database_between_two_states_is_asked_again_later(string type, string answer)
    {
        var network = new Playback(sent => Playback.Answer(200, sent.Operation is "GetCallerIdentity" ? Identity : answer));
        var finding = Moto.Finding(RemediationCatalog.Aws.ClosePublicDatabase, "arn:aws:rds:us-east-1:123456789012:db:d");
        finding = finding with { Resource = finding.Resource with { NativeType = type } };
        Assert.True((await Assert.ThrowsAsync<CloudCallException>(() => Of<ClosePublicDatabase>(network).ReadAsync(finding, CancellationToken.None))).IsTransient);
    }

    [Fact]
    public async Task A_change_that_is_under_way_in_a_warehouse_counts()
    {
        const string Answer = "<R><Cluster><PubliclyAccessible>true</PubliclyAccessible><ClusterStatus>available</ClusterStatus><PendingModifiedValues><PubliclyAccessible>false</PubliclyAccessible></PendingModifiedValues></Cluster></R>";
        var network = new Playback(sent => Playback.Answer(200, sent.Operation is "GetCallerIdentity" ? Identity : Answer));
        var finding = Moto.Finding(RemediationCatalog.Aws.ClosePublicDatabase, "arn:aws:redshift:us-east-1:123456789012:cluster:d");
        finding = finding with { Resource = finding.Resource with { NativeType = "AWS::Redshift::Cluster" } };
        Assert.Equal("""{"publiclyAccessible":false}""", (await Of<ClosePublicDatabase>(network).ReadAsync(finding, CancellationToken.None))?.ToJsonString());
    }

    [Fact]
    public void A_trail_that_only_leaves_events_out_is_left_to_the_team()
    {
        var fix = Of<RestoreAuditTrail>(new Playback(_ => Playback.Answer(500)));
        var live = JsonNode.Parse("""{"IsLogging":true,"IsMultiRegionTrail":true,"LogFileValidationEnabled":true,"IncludeGlobalServiceEvents":true,"HasCustomEventSelectors":true}""")!;
        Assert.IsType<Desired.Refuse>(fix.Desire(live, Moto.Finding(fix.Descriptor, "arn:aws:cloudtrail:us-east-1:123456789012:trail/t")));
    }
}
