using System.Text.Json.Nodes;
using ServerlessGuard.Aws.Api;
using ServerlessGuard.Aws.Remediators;
using ServerlessGuard.Engine;
using ServerlessGuard.Findings;
using ServerlessGuard.Remediation;
using ServerlessGuard.Testing.Servers;

namespace ServerlessGuard.Aws.Tests.Remediators;

[Collection(MotoTests.Name)]
public sealed class IdentityFixTests(MotoServer server)
{
    private readonly Moto _moto = new(server);

    private async Task<(string Name, Finding Finding)> UserAsync(RemediatorDescriptor descriptor)
    {
        var user = Moto.Fresh("user");
        await _moto.IamAsync("CreateUser", ("UserName", user), ("Path", "/team/"));
        return (user, Moto.Finding(descriptor, $"arn:aws:iam::{Moto.Account}:user/team/{user}"));
    }

    private async Task<(string Name, Finding Finding)> RoleAsync(RemediatorDescriptor descriptor, string trust)
    {
        var role = await _moto.RoleAsync(trust);
        return (role, Moto.Finding(descriptor, $"arn:aws:iam::{Moto.Account}:role/{role}"));
    }

    private static string Trust(params string[] statements) => $$"""{"Version":"2012-10-17","Statement":[{{string.Join(',', statements)}}]}""";

    private async Task<JsonArray> TrustOfAsync(string role) => JsonNode.Parse(Uri.UnescapeDataString((await _moto.IamAsync("GetRole", ("RoleName", role)))
        .Descendants("AssumeRolePolicyDocument").Single().Value))!["Statement"]!.AsArray();

    [MotoFact]
    public async Task A_user_is_quarantined_and_released_with_password_and_keys_untouched()
    {
        var (user, finding) = await UserAsync(RemediationCatalog.Aws.QuarantineLocalUser);
        await _moto.IamAsync("CreateLoginProfile", ("UserName", user), ("Password", "Passw0rd!Passw0rd"));
        await Moto.ThereAndBackAsync(_moto.Of<QuarantineLocalUser>(), finding, async _ =>
            Assert.Contains("%22Deny%22", Uri.EscapeDataString(Uri.UnescapeDataString((await _moto.IamAsync("GetUserPolicy", ("UserName", user), ("PolicyName", "SG-Quarantine"))).Descendants("PolicyDocument").Single().Value)), StringComparison.Ordinal));
        Assert.NotEmpty((await _moto.IamAsync("GetLoginProfile", ("UserName", user))).Descendants("LoginProfile"));
        Assert.Empty((await _moto.IamAsync("ListUserPolicies", ("UserName", user))).Descendants("PolicyNames").SelectMany(names => names.Elements()));
    }

    [MotoFact]
    public async Task A_password_alone_is_made_useless_and_useful_again_with_keys_untouched()
    {
        var (user, finding) = await UserAsync(RemediationCatalog.Aws.RequireSecondFactor);
        await _moto.IamAsync("CreateAccessKey", ("UserName", user));
        await Moto.ThereAndBackAsync(_moto.Of<RequireSecondFactor>(), finding, async _ =>
        {
            var policy = Uri.UnescapeDataString((await _moto.IamAsync("GetUserPolicy", ("UserName", user), ("PolicyName", "SG-RequireMfa"))).Descendants("PolicyDocument").Single().Value);
            Assert.Contains("aws:MultiFactorAuthPresent", policy, StringComparison.Ordinal);
            Assert.Contains("iam:EnableMFADevice", policy, StringComparison.Ordinal);
        });
        Assert.Equal("Active", (await _moto.IamAsync("ListAccessKeys", ("UserName", user))).Descendants("Status").Single().Value);
        Assert.Empty((await _moto.IamAsync("ListUserPolicies", ("UserName", user))).Descendants("PolicyNames").SelectMany(names => names.Elements()));
    }

    [MotoFact]
    public async Task A_user_that_is_gone_needs_no_second_factor() =>
        await Moto.GoneAsync(_moto.Of<RequireSecondFactor>(), Moto.Finding(RemediationCatalog.Aws.RequireSecondFactor, $"arn:aws:iam::{Moto.Account}:user/nobody"));

    [MotoFact]
    public async Task Guests_of_a_pool_are_shut_out_and_let_in_again_and_all_else_of_the_pool_stays()
    {
        Task<JsonNode> PoolAsync(string operation, JsonObject body) => _moto.JsonAsync(AwsRequest.Json(AwsRegion.Home, "cognito-identity", "AWSCognitoIdentityService." + operation, body));
        var made = await PoolAsync("CreateIdentityPool", new JsonObject
        {
            ["IdentityPoolName"] = "kiosk", ["AllowUnauthenticatedIdentities"] = true, ["DeveloperProviderName"] = "login.northwind", ["SupportedLoginProviders"] = new JsonObject { ["graph.facebook.com"] = "123" },
        });
        var id = (string)made["IdentityPoolId"]!;
        var finding = Moto.Finding(RemediationCatalog.Aws.CloseGuestAccess, $"arn:aws:cognito-identity:{Moto.Region}:{Moto.Account}:identitypool/{id}");
        await Moto.ThereAndBackAsync(_moto.Of<CloseGuestAccess>(), finding, async _ =>
        {
            var closed = await PoolAsync("DescribeIdentityPool", new JsonObject { ["IdentityPoolId"] = id });
            Assert.False((bool)closed["AllowUnauthenticatedIdentities"]!);
            Assert.Equal(("kiosk", "login.northwind", "123"), ((string?)closed["IdentityPoolName"], (string?)closed["DeveloperProviderName"], (string?)closed["SupportedLoginProviders"]!["graph.facebook.com"]));
        });
    }

    [MotoFact]
    public async Task An_unused_key_is_made_inactive_and_active_again()
    {
        var (user, finding) = await UserAsync(RemediationCatalog.Aws.DisableStaleCredential);
        await _moto.IamAsync("CreateAccessKey", ("UserName", user));
        var later = new Shifted(TimeSpan.FromDays(30));
        var change = await Moto.ThereAndBackAsync(_moto.Of<DisableStaleCredential>(time: later), finding, async _ =>
            Assert.Equal("Inactive", (await _moto.IamAsync("ListAccessKeys", ("UserName", user))).Descendants("Status").Single().Value));
        Assert.Equal(Risk.None, change.Risk);
        Assert.Contains("nobody uses", change.Sentence, StringComparison.Ordinal);
        Assert.Equal("Active", (await _moto.IamAsync("ListAccessKeys", ("UserName", user))).Descendants("Status").Single().Value);
    }

    [MotoFact]
    public async Task Fresh_keys_are_left_alone_and_two_of_them_are_a_persons_choice()
    {
        var (user, finding) = await UserAsync(RemediationCatalog.Aws.DisableStaleCredential);
        var fix = _moto.Of<DisableStaleCredential>();
        await _moto.IamAsync("CreateAccessKey", ("UserName", user));
        Assert.IsType<Desired.Nothing>(fix.Desire((await fix.ReadAsync(finding, CancellationToken.None))!, finding));
        await _moto.IamAsync("CreateAccessKey", ("UserName", user));
        Assert.Contains("two keys", await Moto.RefusedAsync(fix, finding), StringComparison.Ordinal);
    }

    [Fact]
    public void A_key_that_is_old_but_in_use_is_a_persons_decision()
    {
        var fix = AwsRemediators.All(_moto.Api, GuardSettings.Default, TimeProvider.System).OfType<DisableStaleCredential>().Single();
        var live = JsonNode.Parse("""{"unused":{},"oldInUse":{"AKIAOLD":"Active"},"tooMany":false}""")!;
        var change = Assert.IsType<Desired.Change>(fix.Desire(live, Moto.Finding(fix.Descriptor, "arn:aws:iam::123456789012:user/u")));
        Assert.Equal(Risk.Availability, change.Risk);
    }

    [MotoFact]
    public async Task Everyone_becomes_our_own_account_and_back()
    {
        var (role, finding) = await RoleAsync(RemediationCatalog.Aws.RemoveForeignTrust, Trust(
            """{"Effect":"Allow","Principal":"*","Action":"sts:AssumeRole"}""",
            """{"Effect":"Allow","Principal":{"Service":"ec2.amazonaws.com"},"Action":"sts:AssumeRole"}"""));
        var change = await Moto.ThereAndBackAsync(_moto.Of<RemoveForeignTrust>(), finding, async _ =>
        {
            var statements = await TrustOfAsync(role);
            Assert.Equal("arn:aws:iam::123456789012:root", (string?)statements[0]!["Principal"]!["AWS"]);
            Assert.Equal("ec2.amazonaws.com", (string?)statements[1]!["Principal"]!["Service"]);
        });
        Assert.Equal(Risk.None, change.Risk);
    }

    [MotoFact]
    public async Task Only_the_stranger_is_taken_out()
    {
        var (role, finding) = await RoleAsync(RemediationCatalog.Aws.RemoveForeignTrust, Trust(
            """{"Effect":"Allow","Principal":{"AWS":["arn:aws:iam::123456789012:root","arn:aws:iam::666666666666:root","arn:aws:iam::777777777777:root"]},"Action":"sts:AssumeRole"}""",
            """{"Sid":"Vendor","Effect":"Allow","Principal":{"AWS":"arn:aws:iam::888888888888:root"},"Action":"sts:AssumeRole","Condition":{"StringEquals":{"sts:ExternalId":"x1"}}}"""));
        var change = await Moto.ThereAndBackAsync(_moto.Of<RemoveForeignTrust>(GuardSettings.Default with { TrustedAccounts = ["777777777777"] }), finding, async _ =>
        {
            var statements = await TrustOfAsync(role);
            Assert.Equal(["arn:aws:iam::123456789012:root", "arn:aws:iam::777777777777:root"], statements[0]!["Principal"]!["AWS"]!.AsArray().Select(principal => (string?)principal));
            Assert.Equal("Vendor", (string?)statements[1]!["Sid"]);
        });
        Assert.Null(change.Risk);
    }

    [MotoFact]
    public async Task A_trust_of_strangers_only_becomes_a_deny_because_a_policy_is_never_empty()
    {
        var (role, finding) = await RoleAsync(RemediationCatalog.Aws.RemoveForeignTrust, Trust("""{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::666666666666:root"},"Action":"sts:AssumeRole"}"""));
        await Moto.ThereAndBackAsync(_moto.Of<RemoveForeignTrust>(), finding, async _ => Assert.Equal("Deny", (string?)(await TrustOfAsync(role))[0]!["Effect"]));
    }

    [MotoFact]
    public async Task NotPrincipal_is_left_to_a_person()
    {
        var (_, finding) = await RoleAsync(RemediationCatalog.Aws.RemoveForeignTrust, Trust("""{"Effect":"Allow","NotPrincipal":{"AWS":"arn:aws:iam::666666666666:root"},"Action":"sts:AssumeRole"}"""));
        Assert.Contains("NotPrincipal", await Moto.RefusedAsync(_moto.Of<RemoveForeignTrust>(), finding), StringComparison.Ordinal);
    }

    [MotoFact]
    public async Task A_test_that_passes_without_the_claim_is_made_to_need_it()
    {
        var (role, finding) = await RoleAsync(RemediationCatalog.Aws.PinFederatedTrust, Trust(
            """
            {"Effect":"Allow","Principal":{"Federated":"arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com"},"Action":"sts:AssumeRoleWithWebIdentity",
             "Condition":{"StringEqualsIfExists":{"token.actions.githubusercontent.com:aud":"sts.amazonaws.com"},
                          "ForAllValues:StringEquals":{"token.actions.githubusercontent.com:sub":"repo:acme/shop:ref:refs/heads/main"}}}
            """));
        await Moto.ThereAndBackAsync(_moto.Of<PinFederatedTrust>(), finding, async _ =>
            Assert.Equal(2, (await TrustOfAsync(role))[0]!["Condition"]!["StringEquals"]!.AsObject().Count));
    }

    [MotoFact]
    public async Task A_subject_that_nobody_wrote_is_not_guessed()
    {
        var (_, finding) = await RoleAsync(RemediationCatalog.Aws.PinFederatedTrust, Trust(
            """
            {"Effect":"Allow","Principal":{"Federated":"arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com"},"Action":"sts:AssumeRoleWithWebIdentity",
             "Condition":{"StringEquals":{"token.actions.githubusercontent.com:aud":"sts.amazonaws.com"}}}
            """));
        Assert.Contains("by hand", await Moto.RefusedAsync(_moto.Of<PinFederatedTrust>(), finding), StringComparison.Ordinal);
    }

    [MotoFact]
    public async Task A_provider_with_one_client_gives_the_audience()
    {
        var issuer = Moto.Fresh("id") + ".example.com";
        var arn = (await _moto.IamAsync("CreateOpenIDConnectProvider", ("Url", "https://" + issuer), ("ClientIDList.member.1", "the-client"), ("ThumbprintList.member.1", new string('a', 40)))).Descendants("OpenIDConnectProviderArn").Single().Value;
        // A shared issuer would not be satisfied with its provider's own single audience.
        var settings = GuardSettings.Default with { SharedIssuers = [issuer] };
        var (role, finding) = await RoleAsync(RemediationCatalog.Aws.PinFederatedTrust, Trust(
            $$$"""{"Effect":"Allow","Principal":{"Federated":"{{{arn}}}"},"Action":"sts:AssumeRoleWithWebIdentity","Condition":{"StringEquals":{"{{{issuer}}}:sub":"org:acme:project:shop"} } }"""));
        await Moto.ThereAndBackAsync(_moto.Of<PinFederatedTrust>(settings), finding, async _ =>
            Assert.Equal("the-client", (string?)(await TrustOfAsync(role))[0]!["Condition"]!["StringEquals"]![issuer + ":aud"]));
    }

    [MotoFact]
    public async Task A_policy_goes_back_to_its_last_version_that_grants_less()
    {
        string Grants(string action) => $$"""{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"{{action}}","Resource":"*"}]}""";
        var arn = (await _moto.IamAsync("CreatePolicy", ("PolicyName", Moto.Fresh("policy")), ("PolicyDocument", Grants("s3:GetObject")))).Descendants("Arn").Single().Value;
        await _moto.IamAsync("CreatePolicyVersion", ("PolicyArn", arn), ("PolicyDocument", Grants("sqs:SendMessage")), ("SetAsDefault", "true"));
        await _moto.IamAsync("CreatePolicyVersion", ("PolicyArn", arn), ("PolicyDocument", Grants("*")), ("SetAsDefault", "true"));
        var change = await Moto.ThereAndBackAsync(_moto.Of<NarrowGrant>(), Moto.Finding(RemediationCatalog.Aws.NarrowGrant, arn), async _ =>
            Assert.Equal("v2", (await _moto.IamAsync("GetPolicy", ("PolicyArn", arn))).Descendants("DefaultVersionId").Single().Value));
        Assert.Contains("v3", change.Sentence, StringComparison.Ordinal);

        var only = (await _moto.IamAsync("CreatePolicy", ("PolicyName", Moto.Fresh("policy")), ("PolicyDocument", Grants("*")))).Descendants("Arn").Single().Value;
        Assert.Contains("no version", await Moto.RefusedAsync(_moto.Of<NarrowGrant>(), Moto.Finding(RemediationCatalog.Aws.NarrowGrant, only)), StringComparison.Ordinal);
    }

    [MotoFact]
    public async Task What_is_gone_is_gone()
    {
        await Moto.GoneAsync(_moto.Of<QuarantineLocalUser>(), Moto.Finding(RemediationCatalog.Aws.QuarantineLocalUser, "arn:aws:iam::123456789012:user/nobody"));
        await Moto.GoneAsync(_moto.Of<DisableStaleCredential>(), Moto.Finding(RemediationCatalog.Aws.DisableStaleCredential, "arn:aws:iam::123456789012:user/nobody"));
        await Moto.GoneAsync(_moto.Of<RemoveForeignTrust>(), Moto.Finding(RemediationCatalog.Aws.RemoveForeignTrust, "arn:aws:iam::123456789012:role/nobody"));
        await Moto.GoneAsync(_moto.Of<PinFederatedTrust>(), Moto.Finding(RemediationCatalog.Aws.PinFederatedTrust, "arn:aws:iam::123456789012:role/nobody"));
        await Moto.GoneAsync(_moto.Of<NarrowGrant>(), Moto.Finding(RemediationCatalog.Aws.NarrowGrant, "arn:aws:iam::123456789012:policy/nobody"));
    }

    private sealed class Shifted(TimeSpan by) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + by;
    }
}
