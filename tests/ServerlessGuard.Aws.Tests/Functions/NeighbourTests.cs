using System.Text.Json.Nodes;
using ServerlessGuard.Aws.Needs;
using ServerlessGuard.Facts;
using ServerlessGuard.Findings;
using ServerlessGuard.Testing;

namespace ServerlessGuard.Aws.Tests.Functions;

/// <summary>Verdicts that need more than the one item.</summary>
public sealed class NeighbourTests
{
    private static string Block(bool on) =>
        $"<PublicAccessBlockConfiguration xmlns=\"http://awss3control.amazonaws.com/doc/2018-08-20/\"><BlockPublicAcls>{Word(on)}</BlockPublicAcls><IgnorePublicAcls>{Word(on)}</IgnorePublicAcls>"
        + $"<BlockPublicPolicy>{Word(on)}</BlockPublicPolicy><RestrictPublicBuckets>{Word(on)}</RestrictPublicBuckets></PublicAccessBlockConfiguration>";

    private static string Word(bool on) => on ? "true" : "false";

    /// <summary>A bucket with public grants and no block of its own: the account's block decides.</summary>
    [Theory]
    [InlineData("on", false)]
    [InlineData("off", true)]
    [InlineData("never set", true)]
    public async Task The_accounts_block_decides_about_a_public_bucket(string block, bool open)
    {
        var api = new StubApi();
        if (block is "never set")
        {
            api.Fails("GetPublicAccessBlock", "NoSuchPublicAccessBlockConfiguration");
        }
        else
        {
            api.On("GetPublicAccessBlock", Block(block is "on"));
        }

        var host = new Host("scan", api);
        await host.InvokeAsync(Samples.EventBridge(Unblocked()));
        Assert.Equal(open, (await host.FindingsAsync(FindingStatus.Open)).Exists(finding => finding.RuleId == "SG-STOR-001"));
        Assert.Equal(Samples.Account, api.Calls.First(call => call.Operation == "GetPublicAccessBlock").Request.HostLabel);
    }

    [Fact]
    public async Task A_neighbour_that_cannot_be_read_is_insufficient_data_counted_and_no_failure()
    {
        var host = new Host("scan", new StubApi().Fails("SelectResourceConfig", "ThrottlingException", transient: true).Fails("GetPublicAccessBlock", "AccessDenied"));
        await host.InvokeAsync(Samples.EventBridge(Unblocked()));
        Assert.DoesNotContain(await host.FindingsAsync(FindingStatus.Open), finding => finding.RuleId == "SG-STOR-001");
        Assert.True(host.Metric("NeighbourFailures") >= 1);
        Assert.True(host.Metric("VerdictsInsufficientData") >= 1);
        Assert.Equal(0, host.Metric("Failures"));
    }

    [Fact]
    public async Task Answers_are_kept_for_a_minute()
    {
        var time = new ManualTime(Samples.At.AddMinutes(1));
        var host = new Host("scan", new StubApi().On("GetPublicAccessBlock", Block(true)), time: time);
        for (var i = 0; i < 5; i++)
        {
            await host.InvokeAsync(Samples.EventBridge(Unblocked()));
        }

        Assert.Single(host.Api.Bodies("GetPublicAccessBlock"));
        time.Now += TimeSpan.FromSeconds(61);
        await host.InvokeAsync(Samples.EventBridge(Unblocked()));
        Assert.Equal(2, host.Api.Bodies("GetPublicAccessBlock").Count());
    }

    [Fact]
    public async Task A_function_is_judged_with_its_role()
    {
        var function = JsonNode.Parse(Samples.Fixture("AWS-Lambda-Function/good.json"))!.AsObject();
        function["awsAccountId"] = Samples.Account;
        function["ARN"] = $"arn:aws:lambda:eu-west-1:{Samples.Account}:function:f";
        function["configuration"]!["role"] = $"arn:aws:iam::{Samples.Account}:role/app";
        var role = JsonNode.Parse(Samples.Fixture("AWS-IAM-Role/good.json"))!.AsObject();
        role["awsAccountId"] = Samples.Account;
        role["ARN"] = $"arn:aws:iam::{Samples.Account}:role/app";
        role["configuration"]!["arn"] = $"arn:aws:iam::{Samples.Account}:role/app";
        role["configuration"]!["attachedManagedPolicies"] = new JsonArray(new JsonObject { ["policyName"] = "AdministratorAccess", ["policyArn"] = "arn:aws:iam::aws:policy/AdministratorAccess" });
        role["configuration"]!.AsObject().Remove("permissionsBoundary");
        var host = new Host("scan", new StubApi().Selects(("AWS::IAM::Role", role)));
        await host.InvokeAsync(Samples.EventBridge(function));
        Assert.Contains(await host.FindingsAsync(FindingStatus.Open), finding => finding.RuleId == "SG-COMP-003");
    }

    /// <summary>It was judged, and judged others, with the block of up to a minute ago.</summary>
    [Fact]
    public async Task An_event_about_the_accounts_block_ends_what_was_kept_of_it()
    {
        var host = new Host("scan", new StubApi().On("GetPublicAccessBlock", Block(true)));
        await host.InvokeAsync(Samples.EventBridge(Unblocked()));
        Assert.DoesNotContain(await host.FindingsAsync(FindingStatus.Open), finding => finding.RuleId == "SG-STOR-001");

        host.Api.On("GetPublicAccessBlock", Block(false));
        await host.InvokeAsync(Samples.EventBridge(BlockItem(on: false, Samples.At.AddSeconds(20))));
        await host.InvokeAsync(Samples.EventBridge(Unblocked()));
        Assert.Contains(await host.FindingsAsync(FindingStatus.Open), finding => finding.RuleId == "SG-STOR-001");
        Assert.Equal(2, host.Api.Bodies("GetPublicAccessBlock").Count());
    }

    /// <summary>Config's inventory may be slower than its own event.</summary>
    [Theory]
    [InlineData("OK")]
    [InlineData("ResourceDeleted")]
    public async Task An_event_about_the_accounts_block_counts_more_than_an_older_row_of_the_inventory(string status)
    {
        var host = new Host("scan", new StubApi().Selects(("'AWS::S3::AccountPublicAccessBlock'", BlockItem(on: true, Samples.At.AddSeconds(-60)))));
        await host.InvokeAsync(Samples.EventBridge(Unblocked()));
        Assert.DoesNotContain(await host.FindingsAsync(FindingStatus.Open), finding => finding.RuleId == "SG-STOR-001");
        await host.InvokeAsync(Samples.EventBridge(BlockItem(on: false, Samples.At.AddSeconds(20), status)));
        await host.InvokeAsync(Samples.EventBridge(Unblocked()));
        Assert.Contains(await host.FindingsAsync(FindingStatus.Open), finding => finding.RuleId == "SG-STOR-001");
    }

    /// <summary>What an event does not concern stays: the block is not asked for again because a role has changed.</summary>
    [Fact]
    public async Task An_event_about_something_else_leaves_what_was_kept()
    {
        var host = new Host("scan", new StubApi().On("GetPublicAccessBlock", Block(true)));
        await host.InvokeAsync(Samples.EventBridge(Unblocked()));
        var role = JsonNode.Parse(Samples.Fixture("AWS-IAM-Role/good.json"))!.AsObject();
        role["awsAccountId"] = Samples.Account;
        role["ARN"] = $"arn:aws:iam::{Samples.Account}:role/app";
        await host.InvokeAsync(Samples.EventBridge(role));
        await host.InvokeAsync(Samples.EventBridge(Unblocked()));
        Assert.Single(host.Api.Bodies("GetPublicAccessBlock"));
    }

    [Theory]
    [InlineData("plain", "'plain'")]
    [InlineData("o'brien", "'o''brien'")]
    [InlineData("x' OR resourceType = 'y", "'x'' OR resourceType = ''y'")]
    [InlineData("line\nbreak\0", "'linebreak'")]
    public void A_name_stays_inside_its_quotes(string value, string quoted) => Assert.Equal(quoted, ConfigInventory.Quoted(value));

    private static JsonObject BlockItem(bool on, DateTimeOffset at, string status = "OK") => new()
    {
        ["resourceType"] = "AWS::S3::AccountPublicAccessBlock",
        ["resourceId"] = Samples.Account,
        ["awsAccountId"] = Samples.Account,
        ["accountId"] = Samples.Account,
        ["awsRegion"] = "eu-west-1",
        ["configurationItemStatus"] = status,
        ["configurationItemCaptureTime"] = at.ToString("O"),
        ["configuration"] = status is "OK"
            ? new JsonObject { ["blockPublicAcls"] = on, ["ignorePublicAcls"] = on, ["blockPublicPolicy"] = on, ["restrictPublicBuckets"] = on }
            : null,
    };

    private static JsonObject Unblocked()
    {
        var bucket = Samples.Bucket();
        bucket["supplementaryConfiguration"]!.AsObject().Remove("PublicAccessBlockConfiguration");
        return bucket;
    }
}
