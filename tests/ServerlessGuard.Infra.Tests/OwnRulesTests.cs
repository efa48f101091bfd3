using System.Text.Json;
using System.Text.Json.Nodes;
using ServerlessGuard.Cli.Permissions;
using ServerlessGuard.Documents;
using ServerlessGuard.Engine;
using ServerlessGuard.Evaluations;
using ServerlessGuard.Exemptions;
using ServerlessGuard.Facts;
using ServerlessGuard.Infra.Tests.Aws;
using ServerlessGuard.Infra.Tests.Azure;
using ServerlessGuard.Ingestion;
using ServerlessGuard.Resources;
using ServerlessGuard.Rules;
using ServerlessGuard.Tests;
using ServerlessGuard.Verdicts;
using ServerlessGuard.Yaml;

namespace ServerlessGuard.Infra.Tests;

/// <summary>The product's own resources, as the templates declare them, pass the product's own rules, or infra/exemptions.yaml says why not.</summary>
public sealed class OwnRulesTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 1, 12, 0, 0, TimeSpan.Zero);

    private static readonly GuardSettings Settings = Read();

    [Fact]
    public void Aws_resources_pass_or_are_exempted()
    {
        var verdicts = Judge(OwnItems.Of(Everything()));
        AssertCovered(verdicts, Provider.Aws);
        AssertCompliant(verdicts, "SG-COMP-001", 5);
        AssertCompliant(verdicts, "SG-COMP-003", 6);
        AssertCompliant(verdicts, "SG-COMP-004", 6);
        AssertCompliant(verdicts, "SG-KEY-001", 2);
        AssertCompliant(verdicts, "SG-KEY-002", 1);
        AssertCompliant(verdicts, "SG-ID-003", 7);
        AssertCompliant(verdicts, "SG-ID-005", 7);
        AssertCompliant(verdicts, "SG-DATA-001", 5);
    }

    [Fact]
    public void Azure_resources_pass_or_are_exempted()
    {
        var verdicts = Judge(OwnResources.Of(ArmDeployment.Of("serverlessguard.json", AllFixes())));
        AssertCovered(verdicts, Provider.Azure);
        AssertCompliant(verdicts, "SG-STOR-001", 1);
        AssertCompliant(verdicts, "SG-STOR-003", 1);
        AssertCompliant(verdicts, "SG-STOR-004", 1);
        AssertCompliant(verdicts, "SG-STOR-005", 1);
        AssertCompliant(verdicts, "SG-STOR-008", 1);
        AssertCompliant(verdicts, "SG-ID-003", 1);
        AssertCompliant(verdicts, "SG-ID-005", 2);
        AssertCompliant(verdicts, "SG-LOG-003", 1);
    }

    /// <summary>The exemption of SG-COMP-003 is for these fixes only.</summary>
    [Fact]
    public void Without_fixes_of_role_assignments_the_app_is_no_administrator()
    {
        string[] assigning = ["remove-administrator-rights", "quarantine-local-user", "remove-foreign-trust"];
        var parameters = AllFixes();
        foreach (var parameter in new[] { "fixes", "undoes" })
        {
            parameters[parameter] = new JsonArray([.. parameters[parameter]!.AsArray().Where(name => !assigning.Contains(name!.GetValue<string>(), StringComparer.Ordinal)).Select(name => name!.DeepClone())]);
        }

        AssertCompliant(Judge(OwnResources.Of(ArmDeployment.Of("serverlessguard.json", parameters))), "SG-COMP-003", 1);
    }

    /// <summary>The exemption is for one setting; another one would hide behind it.</summary>
    [Fact]
    public void The_only_setting_that_looks_like_a_secret_is_the_address_of_the_telemetry()
    {
        var deployment = ArmDeployment.Of("serverlessguard.json", AllFixes());
        Assert.True(deployment.AppSettings().Remove("APPLICATIONINSIGHTS_CONNECTION_STRING"));
        AssertCompliant(Judge(OwnResources.Of(deployment)), "SG-COMP-004", 1);
    }

    /// <summary>That the conversion carries what the rules look at: a template that is wrong is found out.</summary>
    [Theory]
    [InlineData("SG-KEY-002", "EnableKeyRotation: true", "EnableKeyRotation: false")]
    [InlineData("SG-KEY-001", "Principal: {AWS: !Sub 'arn:${AWS::Partition}:iam::${AWS::AccountId}:root'}", "Principal: {AWS: '*'}")]
    [InlineData("SG-COMP-001", "      Principal: config.amazonaws.com\n      SourceAccount: !Ref AWS::AccountId\n", "      Principal: '*'\n")]
    [InlineData("SG-ID-003", ", \"sts.windows.net/${PeerTenant}/:sub\": \"${PeerIdentity}\"", "")]
    [InlineData("SG-ID-003", "{\"StringEquals\": {\"sts.windows.net/${PeerTenant}/:aud\"", "{\"StringEqualsIfExists\": {\"sts.windows.net/${PeerTenant}/:aud\"")]
    [InlineData("SG-ID-003", "{\"StringEquals\": {\"sts.windows.net/${PeerTenant}/:aud\": \"${PeerAudience}\", \"sts.windows.net/${PeerTenant}/:sub\": \"${PeerIdentity}\"}", "{\"StringLike\": {\"sts.windows.net/${PeerTenant}/:aud\": \"${PeerAudience}\", \"sts.windows.net/${PeerTenant}/:sub\": \"*\"}")]
    [InlineData("SG-ID-005", "              - lambda:InvokeFunctionUrl\n            Resource:\n              Fn::GetAtt:\n                - FederationFunction\n                - Arn\n            Condition:\n              StringEquals:\n                lambda:FunctionUrlAuthType: AWS_IAM", "              - '*'\n            Resource: '*'")]
    public void A_worse_template_is_found_out(string rule, string good, string bad)
    {
        var text = File.ReadAllText(Repository.Path("infra", "aws", "serverlessguard.yaml"));
        Assert.Contains(good, text, StringComparison.Ordinal);
        var verdicts = Judge(OwnItems.Of(Everything(text.Replace(good, bad, StringComparison.Ordinal))));
        Assert.Contains(verdicts, verdict => verdict.Rule.Id == rule && (verdict.Verdict.Compliance is Compliance.NonCompliant || !verdict.Verdict.SubFindings.IsEmpty));
    }

    /// <summary>SG-ID-003 on the trusts that the federation adds: the role that Azure assumes, and the credential that AWS's outbox role is taken for.</summary>
    [Fact]
    public void Both_trusts_of_the_federation_name_their_one_caller()
    {
        var stack = Everything();
        Assert.Equal(Compliance.Compliant, Of("SG-ID-003", Judge(OwnItems.Of(stack)), stack.Arn("PeerRole")).Verdict.Compliance);
        var credential = Of("SG-ID-003", Judge(OwnResources.Of(ArmDeployment.Of("serverlessguard.json", AllFixes()))), "/federatedidentitycredentials/aws");
        Assert.Equal(Compliance.Compliant, credential.Verdict.Compliance);
        Assert.Empty(credential.Verdict.SubFindings);
    }

    [Theory]
    [InlineData("audiences", "[\"api://somebody-else\"]")]
    [InlineData("subject", "\"arn:aws:iam::123456789012:role/serverlessguard/*\"")]
    [InlineData("issuer", "\"https://login.microsoftonline.com/common/v2.0\"")]
    public void A_worse_credential_is_found_out(string property, string value)
    {
        var deployment = ArmDeployment.Of("serverlessguard.json", AllFixes());
        deployment.Of("Microsoft.ManagedIdentity/userAssignedIdentities/federatedIdentityCredentials").Single()["properties"]![property] = JsonNode.Parse(value);
        var verdict = Of("SG-ID-003", Judge(OwnResources.Of(deployment)), "/federatedidentitycredentials/aws").Verdict;
        Assert.True(verdict.Compliance is Compliance.NonCompliant || !verdict.SubFindings.IsEmpty);
    }

    /// <summary>With the platform's authentication the app is no longer open; its excluded paths still show, and are the chat's and Event Grid's.</summary>
    [Fact]
    public void The_platforms_authentication_closes_the_app()
    {
        var parameters = AllFixes();
        parameters["platformAuthentication"] = true;
        var verdict = Assert.Single(Judge(OwnResources.Of(ArmDeployment.Of("serverlessguard.json", parameters))), verdict => verdict.Rule.Id == "SG-COMP-001").Verdict;
        Assert.Equal(Compliance.Compliant, verdict.Compliance);
        Assert.All(verdict.SubFindings, found => Assert.StartsWith("excluded-path", found.Key, StringComparison.Ordinal));
        Assert.NotEmpty(verdict.SubFindings);
    }

    [Fact]
    public void Every_exemption_is_needed()
    {
        var verdicts = Judge([.. OwnItems.Of(Everything()), .. OwnResources.Of(ArmDeployment.Of("serverlessguard.json", AllFixes()))]);
        Assert.All(Settings.Exemptions, exemption => Assert.Contains(Complaints(verdicts), complaint => Covers(exemption, complaint.Rule, complaint.Subject)));
    }

    private static Evaluation Of(string rule, IReadOnlyList<Evaluation> verdicts, string end) =>
        Assert.Single(verdicts, verdict => verdict.Rule.Id == rule && verdict.Subject.Id.EndsWith(end, StringComparison.OrdinalIgnoreCase));

    private static void AssertCovered(IReadOnlyList<Evaluation> verdicts, Provider provider)
    {
        var open = Complaints(verdicts).Where(complaint => complaint.Subject.Provider == provider && !Settings.Exemptions.Any(exemption => Covers(exemption, complaint.Rule, complaint.Subject)))
            .Select(complaint => $"{complaint.Rule} {complaint.Subject.Id}: {complaint.Reason}").ToList();
        Assert.True(open.Count == 0, string.Join('\n', open));
    }

    private static void AssertCompliant(IReadOnlyList<Evaluation> verdicts, string rule, int atLeast) =>
        Assert.True(verdicts.Count(verdict => verdict.Rule.Id == rule && verdict.Verdict.Compliance is Compliance.Compliant) >= atLeast, $"{rule}: fewer than {atLeast} compliant resources:\n"
            + string.Join('\n', verdicts.Where(verdict => verdict.Rule.Id == rule).Select(verdict => $"{verdict.Subject.Id}: {verdict.Verdict.Compliance} {verdict.Verdict.Reason}")));

    private static IEnumerable<(string Rule, ResourceRef Subject, string Reason)> Complaints(IReadOnlyList<Evaluation> verdicts) =>
    [
        .. verdicts.Where(verdict => verdict.Verdict.Compliance is Compliance.NonCompliant).Select(verdict => (verdict.Rule.Id, verdict.Subject, verdict.Verdict.Reason ?? string.Empty)),
        .. verdicts.SelectMany(verdict => verdict.Verdict.SubFindings.Select(found => ($"{verdict.Rule.Id}/{found.Key}", verdict.Subject, string.Empty))),
    ];

    private static bool Covers(Exemption exemption, string rule, ResourceRef subject) => exemption.Concerns(rule, subject, _ => null, Now);

    private static Stack Everything() => Everything(File.ReadAllText(Repository.Path("infra", "aws", "serverlessguard.yaml")));

    private static Stack Everything(string template) => new(CloudFormationYaml.Read(template),
    [
        .. Stack.Peer,
        .. Stack.Chat,
        Stack.SecretsKey,
        .. FixGrants.All(Provider.Aws, FixReach.Fix).Reaches.Keys.Select(name => (AwsTemplate.ParameterName(name), "fix")),
    ]);

    private static JsonObject AllFixes()
    {
        var parameters = ArmDeployment.FederationAndChat();
        parameters["events"] = true;
        parameters["fixes"] = new JsonArray([.. FixGrants.All(Provider.Azure, FixReach.Fix).Reaches.Keys.Select(name => JsonValue.Create(name))]);
        parameters["undoes"] = new JsonArray([.. FixGrants.WithUndoOfItsOwn(Provider.Azure).Select(name => JsonValue.Create(name))]);
        return parameters;
    }

    private static IReadOnlyList<Evaluation> Judge(IEnumerable<JsonObject> documents)
    {
        var assessor = new Assessor(RuleCatalog.BuiltIn, new FactContext(Settings, Now), []);
        var scan = new Scan(assessor, keepEverything: true);
        foreach (var document in documents)
        {
            foreach (var reading in RecordReader.Read(new Doc(JsonElement.Parse(document.ToJsonString()))))
            {
                scan.Accept(assessor.Assess(Assert.IsType<Reading.Found>(reading).Resource));
            }
        }

        var result = scan.Complete();
        Assert.Empty(result.Faults);
        return [.. result.Evaluations];
    }

    private static GuardSettings Read()
    {
        var file = Repository.Path("infra", "exemptions.yaml");
        var (settings, faults) = SettingsFile.Read(file, File.ReadAllText(file));
        Assert.Empty(faults);
        return settings;
    }
}
