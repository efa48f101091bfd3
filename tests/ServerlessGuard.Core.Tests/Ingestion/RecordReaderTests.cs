using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using ServerlessGuard.Documents;
using ServerlessGuard.Ingestion;
using ServerlessGuard.Resources;
using ServerlessGuard.Tests.Evaluations;

namespace ServerlessGuard.Tests.Ingestion;

/// <summary>One and the same bucket through every channel that AWS has, one and the same account through Azure's; told apart by content.</summary>
public sealed class RecordReaderTests
{
    private static readonly JsonNode Item = JsonNode.Parse(Repository.Fixture("aws/AWS-S3-Bucket/bad.json"))!;
    private static readonly JsonNode Account = JsonNode.Parse(Repository.Fixture("azure/Microsoft.Storage-storageAccounts/bad.json"))!;

    public static TheoryData<string, string> AwsForms
    {
        get
        {
            var notification = new JsonObject { ["configurationItemDiff"] = null, ["configurationItem"] = Item.DeepClone(), ["notificationCreationTime"] = "2026-10-30T09:12:45Z", ["messageType"] = "ConfigurationItemChangeNotification", ["recordVersion"] = "1.3" };
            var rule = new JsonObject { ["version"] = "1.0", ["invokingEvent"] = notification.ToJsonString(), ["ruleParameters"] = "{}", ["resultToken"] = "t", ["eventLeftScope"] = false, ["accountId"] = "111122223333" };
            var bridge = new JsonObject { ["version"] = "0", ["detail-type"] = "Config Configuration Item Change", ["source"] = "aws.config", ["account"] = "111122223333", ["region"] = "eu-west-1", ["detail"] = notification.DeepClone() };
            var sns = new JsonObject { ["Type"] = "Notification", ["MessageId"] = "m", ["TopicArn"] = "arn:aws:sns:eu-west-1:111122223333:config", ["Message"] = notification.ToJsonString() };
            var snsObject = new JsonObject { ["Type"] = "Notification", ["MessageId"] = "m", ["Message"] = notification.DeepClone() };
            var sqs = new JsonObject { ["Records"] = new JsonArray(new JsonObject { ["messageId"] = "m", ["receiptHandle"] = "r", ["body"] = sns.ToJsonString(), ["eventSource"] = "aws:sqs" }) };
            var lambdaSns = new JsonObject { ["Records"] = new JsonArray(new JsonObject { ["EventSource"] = "aws:sns", ["Sns"] = new JsonObject { ["Type"] = "Notification", ["Message"] = notification.ToJsonString() } }) };
            var history = History(Item);
            var select = new JsonObject { ["Results"] = new JsonArray(Item.ToJsonString()), ["QueryInfo"] = new JsonObject { ["SelectFields"] = new JsonArray() } };
            return new TheoryData<string, string>
            {
                { "a bare item", Item.ToJsonString() },
                { "a list of items", new JsonArray(Item.DeepClone()).ToJsonString() },
                { "a custom rule's event", rule.ToJsonString() },
                { "EventBridge", bridge.ToJsonString() },
                { "SNS", sns.ToJsonString() },
                { "SNS with the message as an object", snsObject.ToJsonString() },
                { "SQS with SNS inside, as Lambda gets it", sqs.ToJsonString() },
                { "SNS, as Lambda gets it", lambdaSns.ToJsonString() },
                { "a snapshot or history file", new JsonObject { ["fileVersion"] = "1.0", ["configSnapshotId"] = "s", ["configurationItems"] = new JsonArray(Item.DeepClone()) }.ToJsonString() },
                { "get-resource-config-history", new JsonObject { ["configurationItems"] = new JsonArray(history.DeepClone()) }.ToJsonString() },
                { "batch-get-resource-config", new JsonObject { ["baseConfigurationItems"] = new JsonArray(history.DeepClone()), ["unprocessedResourceKeys"] = new JsonArray() }.ToJsonString() },
                { "select-resource-config", select.ToJsonString() },
                { "an item as text inside text", JsonValue.Create(JsonValue.Create(Item.ToJsonString()).ToJsonString()).ToJsonString() },
            };
        }
    }

    [Theory]
    [MemberData(nameof(AwsForms))]
    public void Bucket_arrives_as(string form, string record)
    {
        Assert.NotEmpty(form);
        var resource = Assert.IsType<Reading.Found>(Assert.Single(OneScan.Read(record))).Resource;
        Assert.Equal("arn:aws:s3:::northwind-exports", resource.Ref.Id);
        Assert.Equal("AWS::S3::Bucket", resource.Ref.NativeType);
        Assert.Equal("111122223333", resource.Ref.Account);
        Assert.Equal("eu-west-1", resource.Ref.Region);
        Assert.Equal(ResourceStatus.Recorded, resource.Status);
        Assert.Equal("northwind-exports", resource.Configuration["name"].Text);
        Assert.Equal(new DateTimeOffset(2026, 10, 30, 9, 12, 44, TimeSpan.Zero), resource.CapturedAt!.Value.AddMilliseconds(-resource.CapturedAt.Value.Millisecond));
        var verdicts = OneScan.Of(record, Repository.Fixture("aws/AWS-Account/good.json"));
        Assert.Equal(ServerlessGuard.Verdicts.Compliance.NonCompliant, verdicts.Verdict("SG-STOR-001", resource.Ref.Id).Compliance);
        Assert.Equal(ServerlessGuard.Verdicts.Compliance.NonCompliant, verdicts.Verdict("SG-STOR-002", resource.Ref.Id).Compliance);
    }

    public static TheoryData<string, string> AzureForms => new()
    {
        { "a GET", Account.ToJsonString() },
        { "an array", new JsonArray(Account.DeepClone()).ToJsonString() },
        { "a list answer", new JsonObject { ["value"] = new JsonArray(Account.DeepClone()), ["nextLink"] = "https://x" }.ToJsonString() },
        { "Resource Graph", new JsonObject { ["totalRecords"] = 1, ["count"] = 1, ["data"] = new JsonArray(GraphRow()) }.ToJsonString() },
        { "Resource Graph as a table", new JsonObject { ["data"] = Table() }.ToJsonString() },
        { "another spelling of the id", With(Account, "id", Account["id"]!.GetValue<string>().Replace("resourceGroups", "resourcegroups", StringComparison.Ordinal)) },
        { "an id without a leading slash", With(Account, "id", Account["id"]!.GetValue<string>()[1..]) },
    };

    [Theory]
    [MemberData(nameof(AzureForms))]
    public void Account_arrives_as(string form, string record)
    {
        Assert.NotEmpty(form);
        var resource = Assert.IsType<Reading.Found>(Assert.Single(OneScan.Read(record))).Resource;
        Assert.Equal(ArmId.Key(Account["id"]!.GetValue<string>()), resource.Ref.Key);
        Assert.Equal("microsoft.storage/storageaccounts", resource.Ref.NativeType.ToLowerInvariant());
        Assert.Equal("11111111-2222-3333-4444-555555555555", resource.Ref.Account);
        Assert.Equal("westeurope", resource.Ref.Region);
        Assert.Equal(ServerlessGuard.Verdicts.Compliance.NonCompliant, OneScan.Of(record).Verdict("SG-STOR-005").Compliance);
    }

    [Fact]
    public void Children_inside_a_resource_are_resources_however_they_are_written()
    {
        const string Id = "/subscriptions/s/resourceGroups/g/providers/Microsoft.Storage/storageAccounts/a";
        var record = """
            {"id":"ID","name":"a","type":"Microsoft.Storage/storageAccounts","properties":{},"resources":[
              {"id":"ID/blobServices/default","name":"default","type":"Microsoft.Storage/storageAccounts/blobServices","properties":{}},
              {"name":"ID/blobServices/default/containers/c","properties":{"publicAccess":"None"}},
              {"name":"noid","type":"Microsoft.Storage/storageAccounts/blobServices/containers","properties":{}},
              {"id":"ID/providers/microsoft.insights/diagnosticSettings/m","name":"m","type":"microsoft.storage/storageaccounts","properties":{}},
              {"name":"current","type":"Microsoft.Security/DefenderForStorageSettings","properties":{}},
              {"id":"/subscriptions/s/resourceGroups/g/providers/Microsoft.Storage/storageAccounts/OTHER/providers/microsoft.insights/diagnosticSettings/x","type":"x/y","properties":{}}]}
            """.Replace("ID", Id, StringComparison.Ordinal);
        var found = OneScan.Read(record).Cast<Reading.Found>().Select(reading => reading.Resource).ToList();
        Assert.Equal(7, found.Count);
        Assert.Equal(
            [
                "Microsoft.Storage/storageAccounts", "Microsoft.Storage/storageAccounts/blobServices", "Microsoft.Storage/storageAccounts/blobServices/containers",
                "Microsoft.Storage/storageAccounts/blobServices/containers", "microsoft.insights/diagnosticSettings", "Microsoft.Security/DefenderForStorageSettings",
                "microsoft.insights/diagnosticSettings",
            ],
            found.Select(resource => resource.Ref.NativeType));
        Assert.Equal(ArmId.Key(Id) + "/blobservices/default", found[2].ParentKey);
        Assert.Equal(Id + "/blobServices/default/containers/noid", found[3].Ref.Id);
        Assert.Equal(ArmId.Key(Id) + "/blobservices/default", found[3].ParentKey);
        Assert.All(found.Skip(4), child => Assert.Equal(ArmId.Key(Id), child.ParentKey));
    }

    [Theory]
    [InlineData("OK", false, ResourceStatus.Recorded)]
    [InlineData("ResourceDiscovered", false, ResourceStatus.Recorded)]
    [InlineData("ResourceDeleted", false, ResourceStatus.Deleted)]
    [InlineData("ResourceDeletedNotRecorded", true, ResourceStatus.Deleted)]
    [InlineData("ResourceNotRecorded", false, ResourceStatus.NotRecorded)]
    [InlineData("OK", true, ResourceStatus.LeftScope)]
    public void Status_is(string status, bool leftScope, ResourceStatus expected)
    {
        var item = Item.DeepClone();
        item["configurationItemStatus"] = status;
        item["configuration"] = status.StartsWith("ResourceDeleted", StringComparison.Ordinal) ? null : item["configuration"]!.DeepClone();
        var rule = new JsonObject { ["invokingEvent"] = new JsonObject { ["configurationItem"] = item, ["messageType"] = "ConfigurationItemChangeNotification" }.ToJsonString(), ["eventLeftScope"] = leftScope };
        Assert.Equal(expected, Assert.IsType<Reading.Found>(Assert.Single(OneScan.Read(rule.ToJsonString()))).Resource.Status);
    }

    [Theory]
    [InlineData("{\"messageType\":\"ScheduledNotification\",\"awsAccountId\":\"1\"}", "ScheduledNotification")]
    [InlineData("{\"configurationItemSummary\":{\"resourceType\":\"AWS::S3::Bucket\"},\"messageType\":\"OversizedConfigurationItemChangeNotification\"}", "get-resource-config-history")]
    [InlineData("{\"id\":\"e\",\"eventType\":\"Microsoft.Resources.ResourceWriteSuccess\",\"subject\":\"/subscriptions/s\",\"data\":{}}", "no state")]
    [InlineData("{\"specversion\":\"1.0\",\"type\":\"Microsoft.Resources.ResourceWriteSuccess\",\"data\":{}}", "no state")]
    // What is about a resource and names it as an item does, but shows nothing of it.
    [InlineData("{\"detail-type\":\"Config Rules Compliance Change\",\"source\":\"aws.config\",\"account\":\"111122223333\",\"detail\":{\"resourceId\":\"sg-1\",\"resourceType\":\"AWS::EC2::SecurityGroup\",\"awsAccountId\":\"111122223333\",\"configRuleName\":\"restricted-ssh\",\"messageType\":\"ComplianceChangeNotification\",\"newEvaluationResult\":{\"complianceType\":\"NON_COMPLIANT\"}}}", "ComplianceChangeNotification")]
    [InlineData("{\"Type\":\"Notification\",\"Message\":\"{\\\"resourceId\\\":\\\"sg-1\\\",\\\"resourceType\\\":\\\"AWS::EC2::SecurityGroup\\\",\\\"messageType\\\":\\\"ComplianceChangeNotification\\\"}\"}", "ComplianceChangeNotification")]
    [InlineData("{\"resourceId\":\"111122223333\",\"resourceType\":\"AWS::::Account\",\"messageType\":\"ComplianceChangeNotification\"}", "ComplianceChangeNotification")]
    [InlineData("{\"resourceId\":\"sg-1\",\"resourceType\":\"AWS::EC2::SecurityGroup\",\"configRuleName\":\"restricted-ssh\",\"complianceType\":\"COMPLIANT\"}", "without a configuration item")]
    [InlineData("{\"resourceId\":\"b\",\"resourceType\":\"AWS::S3::Bucket\",\"remediationAction\":\"AWS-DisableS3BucketPublicReadWrite\"}", "without a configuration item")]
    [InlineData("{\"resourceId\":\"b\",\"resourceType\":\"AWS::S3::Bucket\",\"eventName\":\"PutBucketAcl\"}", "without a configuration item")]
    public void A_record_without_a_resource_says_why(string record, string reason) =>
        Assert.Contains(reason, Assert.IsType<Reading.Empty>(Assert.Single(OneScan.Read(record))).Reason, StringComparison.Ordinal);

    [Theory]
    [InlineData("5")]
    [InlineData("null")]
    [InlineData("\"text\"")]
    [InlineData("{}")]
    [InlineData("{\"configuration\":{},\"supplementaryConfiguration\":{}}")]
    [InlineData("{\"resourceType\":\"AWS::S3::Bucket\",\"configuration\":{}}")]
    [InlineData("{\"type\":\"no/dots\"}")]
    public void Anything_else_is_unreadable_with_a_reason(string record) =>
        Assert.NotEmpty(Assert.IsType<Reading.Unreadable>(Assert.Single(OneScan.Read(record))).Reason);

    [Fact]
    public void Envelopes_without_end_are_given_up()
    {
        var record = "{}";
        for (var i = 0; i < 30; i++)
        {
            record = new JsonObject { ["Type"] = "Notification", ["Message"] = record.Length < 100_000 ? record : "{}" }.ToJsonString();
        }

        Assert.IsType<Reading.Unreadable>(Assert.Single(OneScan.Read(record)));
    }

    [Fact]
    public void Credential_report_rows_are_resources_in_csv_and_in_the_api_answer()
    {
        var csv = Repository.Fixture("aws/AWS-IAM-CredentialReport/report.csv");
        var rows = CredentialReport.Read(csv).Cast<Reading.Found>().ToList();
        Assert.Equal(["<root_account>", "jane", "pipeline"], rows.Select(row => row.Resource.Ref.Name));
        var answer = new JsonObject { ["Content"] = Convert.ToBase64String(Encoding.UTF8.GetBytes(csv)), ["ReportFormat"] = "text/csv", ["GeneratedTime"] = "2026-11-01T00:00:00Z" };
        Assert.Equal(rows.Select(row => row.Resource.Ref), OneScan.Read(answer.ToJsonString()).Cast<Reading.Found>().Select(row => row.Resource.Ref));
        Assert.IsType<Reading.Unreadable>(CredentialReport.Read("user,arn,x\na,b\n").Single());
    }

    [Theory]
    [InlineData("{\"@odata.context\":\"https://graph.microsoft.com/v1.0/$metadata#users(id,userType)\",\"value\":[{\"id\":\"u\",\"userType\":\"Guest\"}]}", GraphTypes.User)]
    [InlineData("{\"@odata.context\":\"https://graph.microsoft.com/v1.0/$metadata#applications\",\"value\":[{\"id\":\"a\"}]}", GraphTypes.Application)]
    [InlineData("{\"id\":\"a\",\"appId\":\"b\",\"passwordCredentials\":[]}", GraphTypes.Application)]
    [InlineData("{\"id\":\"a\",\"appId\":\"b\",\"servicePrincipalType\":\"Application\"}", GraphTypes.ServicePrincipal)]
    [InlineData("{\"id\":\"g\",\"securityEnabled\":true}", GraphTypes.Group)]
    [InlineData("{\"@odata.type\":\"#microsoft.graph.group\",\"id\":\"g\"}", GraphTypes.Group)]
    [InlineData("{\"id\":\"f\",\"issuer\":\"https://x\",\"subject\":\"s\",\"audiences\":[]}", GraphTypes.FederatedCredential)]
    public void Graph_object_is(string record, string type) =>
        Assert.Equal(type, Assert.IsType<Reading.Found>(Assert.Single(OneScan.Read(record))).Resource.Ref.NativeType);

    [Theory]
    [InlineData("/subscriptions/s", null, "Microsoft.Resources/subscriptions")]
    [InlineData("/subscriptions/s/resourceGroups/g", null, "Microsoft.Resources/resourceGroups")]
    [InlineData("/subscriptions/s/resourceGroups/g/providers/A.B/c/d", null, "A.B/c")]
    [InlineData("/subscriptions/s/resourceGroups/g/providers/A.B/c/d/e/f", "/subscriptions/s/resourceGroups/g/providers/A.B/c/d", "A.B/c/e")]
    [InlineData("/subscriptions/s/providers/A.B/c/d", "/subscriptions/s", "A.B/c")]
    [InlineData("/subscriptions/s/resourceGroups/g/providers/A.B/c/d/providers/E.F/g/h", "/subscriptions/s/resourceGroups/g/providers/A.B/c/d", "E.F/g")]
    [InlineData("/providers/Microsoft.Authorization/roleAssignments/x", null, "Microsoft.Authorization/roleAssignments")]
    public void Arm_id_says_its_parent_and_type(string id, string? parent, string type)
    {
        Assert.Equal(type, ArmId.Type(id));
        if (parent is not null)
        {
            Assert.Equal(parent, ArmId.Parent(id));
        }
    }

    [Fact]
    public void Documents_are_read_without_regard_to_case_and_the_last_of_duplicates_counts()
    {
        var doc = new Doc(JsonElement.Parse("""{"Name":"a","name":"b","NAME":"c","kmsKeyArn":1,"text":"{\"inner\":{\"x\":\"true\"}}","f":22.0}"""));
        Assert.Equal("b", doc["name"].Text);
        Assert.Equal(1, doc["KMSKEYARN"].Number);
        Assert.True(doc["TEXT", "inner", "X"].Flag);
        Assert.Equal(22, doc["f"].Number);
        Assert.False(doc["absent", "deeper", "still"].Exists);
        Assert.Empty(doc["absent"].Items.All());
    }

    private static JsonObject History(JsonNode item)
    {
        var supplementary = new JsonObject();
        foreach (var (name, value) in item["supplementaryConfiguration"]!.AsObject())
        {
            supplementary[name] = value!.ToJsonString();
        }

        return new JsonObject
        {
            ["version"] = "1.3",
            ["accountId"] = "111122223333",
            ["configurationItemCaptureTime"] = 1793351564.311,
            ["configurationItemStatus"] = "OK",
            ["configurationStateId"] = "1793351564311",
            ["arn"] = item["ARN"]!.GetValue<string>(),
            ["resourceType"] = "AWS::S3::Bucket",
            ["resourceId"] = item["resourceId"]!.GetValue<string>(),
            ["awsRegion"] = "eu-west-1",
            ["tags"] = new JsonObject(),
            ["relationships"] = new JsonArray(),
            ["configuration"] = item["configuration"]!.ToJsonString(),
            ["supplementaryConfiguration"] = supplementary,
        };
    }

    private static JsonObject GraphRow()
    {
        var row = Account.DeepClone().AsObject();
        row["type"] = "microsoft.storage/storageaccounts";
        row["subscriptionId"] = "11111111-2222-3333-4444-555555555555";
        row["tenantId"] = "aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee";
        return row;
    }

    private static JsonObject Table()
    {
        var row = GraphRow();
        return new JsonObject
        {
            ["columns"] = new JsonArray([.. row.Select(pair => new JsonObject { ["name"] = pair.Key, ["type"] = "object" })]),
            ["rows"] = new JsonArray(new JsonArray([.. row.Select(pair => pair.Value?.DeepClone())])),
        };
    }

    private static string With(JsonNode node, string name, string value)
    {
        var copy = node.DeepClone();
        copy[name] = value;
        return copy.ToJsonString();
    }
}
