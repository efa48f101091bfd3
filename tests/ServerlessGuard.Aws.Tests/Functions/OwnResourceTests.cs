using System.Text.Json.Nodes;
using ServerlessGuard.Aws.Remediators;
using ServerlessGuard.Aws.Runtime;
using ServerlessGuard.Engine;
using ServerlessGuard.Findings;
using ServerlessGuard.Guards;
using ServerlessGuard.Remediation;
using ServerlessGuard.Testing;

namespace ServerlessGuard.Aws.Tests.Functions;

/// <summary>The product's own chat endpoint is public by design, and its roles are what keeps strangers out of the fixes.</summary>
public sealed class OwnResourceTests
{
    private const string Own = "aws:eu-west-1:111122223333,function/guard-chatops,role/serverlessguard/guard-RemediateRole,queue/guard-work,table/guard,key/11111111-2222-3333-4444-555555555555";

    private static JsonObject PublicFunction(string name)
    {
        var arn = $"arn:aws:lambda:eu-west-1:{Samples.Account}:function:{name}";
        return new JsonObject
        {
            ["resourceType"] = "AWS::Lambda::Function",
            ["resourceId"] = name,
            ["resourceName"] = name,
            ["ARN"] = arn,
            ["awsAccountId"] = Samples.Account,
            ["awsRegion"] = "eu-west-1",
            ["configurationItemStatus"] = "OK",
            ["configurationItemCaptureTime"] = Samples.At.ToString("O"),
            ["configuration"] = new JsonObject { ["functionName"] = name, ["functionArn"] = arn },
            ["supplementaryConfiguration"] = new JsonObject { ["Policy"] = Policy(arn) },
            ["tags"] = new JsonObject { ["serverlessguard"] = "own", ["aws:cloudformation:stack-name"] = "serverlessguard" },
        };
    }

    private static string Policy(string arn) => new JsonObject
    {
        ["Version"] = "2012-10-17",
        ["Statement"] = new JsonArray(new JsonObject { ["Sid"] = "open", ["Effect"] = "Allow", ["Principal"] = "*", ["Action"] = "lambda:InvokeFunctionUrl", ["Resource"] = arn }),
    }.ToJsonString();

    private static Finding Opened(string name) => Remediators.Moto.Finding(
        RemediationCatalog.Aws.RemovePublicInvocation, $"arn:aws:lambda:eu-west-1:{Samples.Account}:function:{name}", "SG-COMP-001", name, Samples.Account);

    private static StubApi Lambda(string name) => new StubApi()
        .On("GetCallerIdentity", $"<R><Account>{Samples.Account}</Account></R>")
        .On("GetFunctionConfiguration", new JsonObject { ["FunctionName"] = name, ["Role"] = $"arn:aws:iam::{Samples.Account}:role/serverlessguard/guard-RemediateRole" }.ToJsonString())
        .On("GetFunctionUrlConfig", "{\"AuthType\":\"NONE\"}")
        .On("GetPolicy", new JsonObject { ["Policy"] = Policy("arn") }.ToJsonString())
        .On("RemovePermission", "{}")
        .On("UpdateFunctionUrlConfig", "{}");

    [Fact]
    public async Task Our_own_chat_endpoint_is_found_and_never_closed()
    {
        var (host, api) = await TreatAsync("guard-chatops");
        var finding = Assert.Single(await host.FindingsAsync(FindingStatus.Open), finding => finding.RuleId == "SG-COMP-001");
        Assert.Equal((TreatmentState.Refused, OwnResources.Reason), (finding.Treatment!.State, finding.Treatment.Detail));
        Assert.DoesNotContain(api.Calls, call => call.Request.Method != HttpMethod.Get && call.Request.Service is "lambda");
    }

    [Fact]
    public async Task A_stranger_that_calls_and_tags_itself_like_us_is_closed()
    {
        var (_, api) = await TreatAsync("guard-chatops-2");
        Assert.Contains(api.Calls, call => call.Operation is "RemovePermission");
    }

    /// <summary>Through the back door: a function of a stranger that runs under a role of ours.</summary>
    [Fact]
    public async Task A_strangers_function_under_our_role_does_not_make_us_change_that_role()
    {
        var api = Lambda("strangers");
        var options = new AwsRemediatorOptions(Own: OwnArns.Read(Own));
        var fix = AwsRemediators.All(api, GuardSettings.Default, TimeProvider.System, options).OfType<RemoveAdministratorRights>().Single();
        var fault = await Assert.ThrowsAsync<CloudCallException>(() => fix.ReadAsync(Opened("strangers"), CancellationToken.None));
        Assert.Equal(("OwnResource", false), (fault.Code, fault.IsTransient));
        Assert.DoesNotContain(api.Calls, call => call.Request.Service is "iam");
    }

    [Theory]
    [InlineData("arn:aws:lambda:eu-west-1:111122223333:function:guard-chatops")]
    [InlineData("arn:aws:iam::111122223333:role/serverlessguard/guard-RemediateRole")]
    [InlineData("arn:aws:sqs:eu-west-1:111122223333:guard-work")]
    [InlineData("arn:aws:dynamodb:eu-west-1:111122223333:table/guard")]
    [InlineData("arn:aws:kms:eu-west-1:111122223333:key/11111111-2222-3333-4444-555555555555")]
    public void The_short_names_stand_for_these_arns(string arn) => Assert.True(OwnArns.Read(Own).Has(arn));

    [Theory]
    [InlineData("function/guard-chatops")]
    [InlineData("aws:eu-west-1:1,function/x")]
    [InlineData("aws:eu-west-1:111122223333,bucket/x")]
    [InlineData("aws:eu-west-1:111122223333,function/")]
    public void What_is_not_understood_keeps_the_function_from_starting(string text) =>
        Assert.Contains("GUARD_OWN_RESOURCES", Assert.Throws<SettingsException>(() => OwnArns.Read(text)).Message, StringComparison.Ordinal);

    private static async Task<(Host Host, StubApi Api)> TreatAsync(string name)
    {
        (string, string)[] environment = [GuardYaml.Mode("enforce"), ("GUARD_OWN_RESOURCES", Own)];
        var scan = new Host("scan", environment: environment);
        await scan.InvokeAsync(Samples.EventBridge(PublicFunction(name)));
        var kicks = scan.Api.Messages.Select(message => message.Body).Where(body => body.Contains("SG-COMP-001", StringComparison.Ordinal)).ToArray();
        Assert.NotEmpty(kicks);
        var api = Lambda(name);
        var remediate = new Host("remediate", api, scan.Table, AwsRemediators.All(api, GuardSettings.Default, TimeProvider.System), environment: environment);
        Assert.Empty(await remediate.BatchAsync(kicks));
        return (scan, api);
    }
}
