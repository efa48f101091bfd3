using System.Text;
using System.Text.Json.Nodes;
using ServerlessGuard.Aws.Api;
using ServerlessGuard.Aws.Needs;
using ServerlessGuard.Facts.Aws;
using ServerlessGuard.Findings;
using ServerlessGuard.Remediation;
using ServerlessGuard.Resources;

namespace ServerlessGuard.Aws.Tests.Functions;

/// <summary>What IAM and Cognito say beside AWS Config: root, second factors, SAML metadata, roles of identity pools.</summary>
public sealed class IdentityReadTests
{
    private const string Header = "user,arn,password_enabled,password_last_used,mfa_active,access_key_1_active,access_key_2_active";

    private static string Report(string used) => $"<R><GetCredentialReportResult><Content>{Convert.ToBase64String(Encoding.UTF8.GetBytes(
        $"{Header}\n<root_account>,arn:aws:iam::{Samples.Account}:root,not_supported,{used},true,false,false\n"))}</Content></GetCredentialReportResult></R>";

    private static string Summary(int keys, int factors, int passwords = 1) => "<R><GetAccountSummaryResult><SummaryMap>"
        + $"<entry><key>AccountAccessKeysPresent</key><value>{keys}</value></entry><entry><key>AccountMFAEnabled</key><value>{factors}</value></entry>"
        + $"<entry><key>AccountPasswordPresent</key><value>{passwords}</value></entry></SummaryMap></GetAccountSummaryResult></R>";

    /// <summary>Root that acts on itself names nobody: it used to end in the dead-letter queue.</summary>
    [Fact]
    public async Task A_key_that_root_makes_for_itself_is_a_finding_of_the_account()
    {
        var api = new StubApi().On("GetCredentialReport", Report("N/A")).On("GetAccountSummary", Summary(keys: 1, factors: 1));
        var host = new Host("scan", api);
        static JsonObject Root() => new() { ["type"] = "Root", ["arn"] = $"arn:aws:iam::{Samples.Account}:root", ["accountId"] = Samples.Account };
        await host.InvokeAsync(Samples.ApiCall("iam.amazonaws.com", "CreateAccessKey", [], Root()));
        var finding = Assert.Single(await host.FindingsAsync(FindingStatus.Open));
        Assert.Equal(("SG-ID-007", Samples.Account), (finding.RuleId, finding.Resource.Id));

        api.On("GetAccountSummary", Summary(keys: 0, factors: 1));
        await host.InvokeAsync(Samples.ApiCall("iam.amazonaws.com", "DeleteAccessKey", [], Root()));
        Assert.Empty(await host.FindingsAsync(FindingStatus.Open));
    }

    [Fact]
    public async Task What_the_summary_says_of_root_is_fresher_than_the_report()
    {
        var row = await RootAsync(new StubApi().On("GetCredentialReport", Report("2026-10-01T08:00:00+00:00")).On("GetAccountSummary", Summary(keys: 1, factors: 0, passwords: 0)));
        Assert.Equal((true, false, false), (row.Configuration["access_key_1_active"].Flag, row.Configuration["mfa_active"].Flag, row.Configuration["password_enabled"].Flag));
        Assert.Equal("2026-10-01T08:00:00+00:00", row.Configuration["password_last_used"].Text);
    }

    [Fact]
    public async Task A_report_that_is_not_there_is_asked_for()
    {
        var generated = false;
        var api = new StubApi().On("GetAccountSummary", Summary(keys: 0, factors: 1))
            .On("GenerateCredentialReport", _ =>
            {
                generated = true;
                return "<R><GenerateCredentialReportResult><State>STARTED</State></GenerateCredentialReportResult></R>";
            })
            .On("GetCredentialReport", _ => generated ? Report("N/A") : throw new CloudCallException("ReportNotPresent", "410", isTransient: false));
        Assert.Equal("N/A", (await RootAsync(api)).Configuration["password_last_used"].Text);
    }

    [Fact]
    public async Task A_report_that_may_not_be_read_fails_the_read() =>
        await Assert.ThrowsAsync<CloudCallException>(() => RootAsync(new StubApi().Fails("GetCredentialReport", "AccessDenied").On("GetAccountSummary", Summary(0, 1))));

    [Theory]
    [InlineData("<member><UserName>bob</UserName><SerialNumber>arn:aws:iam::111122223333:mfa/bob</SerialNumber></member>", true)]
    [InlineData("", false)]
    public async Task A_users_devices_are_a_column_of_its_row(string devices, bool expected)
    {
        var api = new StubApi().On("ListAccessKeys", "<R><AccessKeyMetadata/></R>").On("GetLoginProfile", "<R><LoginProfile/></R>")
            .On("ListMFADevices", $"<R><ListMFADevicesResult><MFADevices>{devices}</MFADevices></ListMFADevicesResult></R>");
        var bob = new ResourceRef { Provider = Provider.Aws, NativeType = "AWS::IAM::User", Id = $"arn:aws:iam::{Samples.Account}:user/bob", Account = Samples.Account };
        var row = Assert.Single(await Reader(api).ReadAsync(LiveRead.UserCredentials, new LiveTarget(AwsRegion.Home, bob, bob.Id, "bob"), default));
        Assert.Equal((true, expected), (row.Configuration["password_enabled"].Flag, row.Configuration["mfa_active"].Flag));
    }

    [Fact]
    public async Task A_saml_provider_is_completed_with_its_metadata()
    {
        const string Metadata = "<EntityDescriptor entityID=\"https://idp.example/\"/>";
        var api = new StubApi().On("GetSAMLProvider", $"<R><GetSAMLProviderResult><SAMLMetadataDocument>{System.Security.SecurityElement.Escape(Metadata)}</SAMLMetadataDocument></GetSAMLProviderResult></R>");
        var arn = $"arn:aws:iam::{Samples.Account}:saml-provider/idp";
        var item = new Resource { Ref = new ResourceRef { Provider = Provider.Aws, NativeType = "AWS::IAM::SAMLProvider", Id = arn, Account = Samples.Account, Region = "us-east-1" }, Document = default };
        var completed = await Reader(api).CompletedAsync(LiveRead.SamlMetadata, item, default);
        Assert.Equal(Metadata, completed.Supplementary["SAMLMetadataDocument"].Text);
        Assert.Same(item, await Reader(api.Fails("GetSAMLProvider", "NoSuchEntity")).CompletedAsync(LiveRead.SamlMetadata, item, default));
    }

    [Fact]
    public async Task The_roles_of_a_pool_are_read_by_its_id()
    {
        const string Pool = "eu-west-1:11111111-aaaa-bbbb-cccc-000000000002";
        var about = new ResourceRef { Provider = Provider.Aws, NativeType = "AWS::Cognito::IdentityPool", Id = Pool, Account = Samples.Account, Region = "eu-west-1" };
        var api = new StubApi().On("GetIdentityPoolRoles", "{\"IdentityPoolId\":\"x\",\"Roles\":{\"unauthenticated\":\"arn:aws:iam::111122223333:role/guest\"}}");
        var roles = Assert.Single(await Reader(api).ReadAsync(LiveRead.IdentityPoolRoles, new LiveTarget(AwsRegion.Find("eu-west-1")!, about, Pool, Pool), default));
        Assert.Equal("arn:aws:iam::111122223333:role/guest", roles.Configuration["Roles", "unauthenticated"].Text);
        Assert.Equal(Pool, (string?)Assert.Single(api.Bodies("GetIdentityPoolRoles"))["IdentityPoolId"]);
    }

    private static LiveReader Reader(StubApi api) => new(api, TimeProvider.System);

    private static async Task<Resource> RootAsync(StubApi api) => Assert.Single(
        await Reader(api).ReadAsync(LiveRead.RootCredentials, new LiveTarget(AwsRegion.Home, ResourceRef.AwsAccount(Samples.Account), Samples.Account, Samples.Account), default));
}
