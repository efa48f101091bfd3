using System.Text.Json.Nodes;

namespace ServerlessGuard.Cli.Tests.Infra;

/// <summary><c>guard permissions</c>: what is printed follows from guard.yaml.</summary>
public class PermissionsTests
{
    private const string Put = "s3:PutBucketPublicAccessBlock";
    private const string Get = "s3:GetBucketPublicAccessBlock";

    [Theory]
    [InlineData("{}", false, false)]
    [InlineData("remediation: {rules: {SG-STOR-001: observe}}", false, false)]
    [InlineData("remediation: {rules: {SG-STOR-001: propose}}", true, false)]
    [InlineData("remediation: {rules: {SG-STOR-001: approve}}", true, true)]
    [InlineData("remediation: {rules: {SG-STOR-001: enforce}}", true, true)]
    [InlineData("remediation: {mode: enforce}", true, true)]
    [InlineData("remediation: {rules: {SG-KEY-002: enforce}}", false, false)]
    [InlineData("remediation: {rules: {SG-STOR-001: enforce}, accounts: {'111122223333': observe}}", true, true)]
    public async Task Aws_remediate_role_follows_the_modes(string yaml, bool reads, bool writes)
    {
        var actions = Actions(await Run("aws", yaml, "--role", "remediate"));
        Assert.Equal((reads, writes), (actions.Contains(Get), actions.Contains(Put)));
    }

    [Theory]
    [InlineData("scan")]
    [InlineData("sweep")]
    [InlineData("outbox")]
    [InlineData("federation")]
    [InlineData("chatops")]
    public async Task Aws_other_roles_never_fix(string role)
    {
        Assert.Equal(Actions(await Run("aws", "{}", "--role", role)), Actions(await Run("aws", "remediation: {mode: enforce}", "--role", role)));
    }

    [Fact]
    public async Task Aws_all_roles_are_printed_by_name()
    {
        var policies = JsonNode.Parse((await Run("aws", "{}")).Output)!.AsObject();
        Assert.Equal(["scan", "remediate", "sweep", "outbox", "federation", "chatops"], policies.Select(entry => entry.Key));
        Assert.All(policies, entry => Assert.Equal("2012-10-17", entry.Value!["Version"]!.GetValue<string>()));
    }

    /// <summary>What only the federation or the chat needs is granted where they are, and to those who need it.</summary>
    [Theory]
    [InlineData("outbox", "--peer", "sts:GetWebIdentityToken")]
    [InlineData("outbox", "--chat", "secretsmanager:GetSecretValue")]
    [InlineData("chatops", "--chat", "secretsmanager:GetSecretValue")]
    public async Task Aws_federation_and_chat_are_asked_for(string role, string option, string action)
    {
        Assert.DoesNotContain(action, Actions(await Run("aws", "{}", "--role", role)));
        Assert.Contains(action, Actions(await Run("aws", "{}", "--role", role, option)));
        Assert.DoesNotContain(action, Actions(await Run("aws", "{}", "--role", "scan", option)));
    }

    [Fact]
    public async Task Aws_peer_may_call_the_url_and_nothing_else()
    {
        var policies = JsonNode.Parse((await Run("aws", "{}", "--peer")).Output)!.AsObject();
        Assert.Equal(
            ["lambda:InvokeFunctionUrl", "lambda:InvokeFunction"],
            policies["peer"]!["Statement"]!.AsArray().SelectMany(statement => statement!["Action"]!.AsArray().Select(action => action!.GetValue<string>())));
    }

    [Theory]
    [InlineData("{}", false, false)]
    [InlineData("remediation: {rules: {SG-STOR-001: propose}}", true, false)]
    [InlineData("remediation: {rules: {SG-STOR-001: enforce}}", true, true)]
    public async Task Azure_remediator_follows_the_modes(string yaml, bool reads, bool writes)
    {
        var actions = JsonNode.Parse((await Run("azure", yaml, "--role", "remediate")).Output)!["Actions"]!.AsArray().Select(action => action!.GetValue<string>()).ToList();
        Assert.Equal((reads, writes), (actions.Contains("Microsoft.Storage/storageAccounts/read"), actions.Contains("Microsoft.Storage/storageAccounts/write")));
    }

    [Fact]
    public async Task Azure_entries_share_the_reader()
    {
        var guard = await Run("azure", "{}");
        Assert.Equal(["reader", "remediator", "seal", "assignments"], JsonNode.Parse(guard.Output)!.AsObject().Select(entry => entry.Key));
        Assert.Equal((await Run("azure", "{}", "--role", "scan")).Output, (await Run("azure", "{}", "--role", "outbox")).Output);
    }

    /// <summary>Who may write what of our own is part of what is printed.</summary>
    [Fact]
    public async Task The_separation_is_printed_for_both_clouds()
    {
        var aws = JsonNode.Parse((await Run("aws", "{}")).Output)!.AsObject();
        Assert.Equal(["remediate"], aws.Where(entry => entry.Value!.ToJsonString().Contains("sealed:", StringComparison.Ordinal)).Select(entry => entry.Key));
        Assert.Equal(["remediate"], aws.Where(entry => entry.Value!.ToJsonString().Contains("kms:GenerateMac", StringComparison.Ordinal)).Select(entry => entry.Key));
        var azure = JsonNode.Parse((await Run("azure", "{}")).Output)!["assignments"]!.AsObject();
        Assert.Equal(["remediator"], azure.Where(entry => entry.Value!.ToJsonString().Contains("guardsealed", StringComparison.Ordinal)).Select(entry => entry.Key));
        Assert.Equal(["remediator"], azure.Where(entry => entry.Value!.ToJsonString().Contains("guard-seal", StringComparison.Ordinal)).Select(entry => entry.Key));
    }

    [Fact]
    public async Task Azure_undo_can_be_left_out()
    {
        const string Yaml = "remediation: {rules: {SG-COMP-003: enforce}}";
        const string Assign = "Microsoft.Authorization/roleAssignments/write";
        Assert.Contains(Assign, (await Run("azure", Yaml, "--role", "remediate")).Output, StringComparison.Ordinal);
        var without = (await Run("azure", Yaml, "--role", "remediate", "--without-undo")).Output;
        Assert.DoesNotContain(Assign, without, StringComparison.Ordinal);
        Assert.Contains("Microsoft.Authorization/roleAssignments/delete", without, StringComparison.Ordinal);
        Assert.Contains("undoes=[\"remove-administrator-rights\"]", (await Run("azure", Yaml, "--parameters")).Output, StringComparison.Ordinal);
        Assert.Contains("undoes=[]", (await Run("azure", Yaml, "--parameters", "--without-undo")).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Parameters_are_what_the_templates_take()
    {
        const string Yaml = "remediation: {rules: {SG-STOR-001: enforce, SG-KEY-002: propose}}";
        var aws = (await Run("aws", Yaml, "--parameters")).Output.Split('\n');
        Assert.Contains("FixBlockPublicAccess=fix", aws);
        Assert.Contains("FixEnableKeyRotation=plan", aws);
        Assert.Contains("FixNarrowGrant=none", aws);
        var azure = (await Run("azure", Yaml, "--parameters")).Output;
        Assert.Contains("fixes=[\"block-public-access\"]", azure, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_stale_template_is_told_and_written()
    {
        using var folder = new Folder();
        var file = folder.Write("template.yaml", "Parameters:\n  # begin generated: parameters\n  Old: {Type: String}\n  # end generated: parameters\n");
        var checkedFirst = await Guard.Run("permissions", "--provider", "aws", "--check", file);
        Assert.Equal((1, $"{file}: stale; run guard permissions --provider aws --write {file}"), (checkedFirst.Code, checkedFirst.ComplaintLines[0]));
        Assert.Equal(0, (await Guard.Run("permissions", "--provider", "aws", "--write", file)).Code);
        Assert.DoesNotContain("Old:", await File.ReadAllTextAsync(file), StringComparison.Ordinal);
        Assert.Equal(0, (await Guard.Run("permissions", "--provider", "aws", "--check", file)).Code);
    }

    [Theory]
    [InlineData("aws", "nothing: here\n", "no mark")]
    [InlineData("aws", "# begin generated: parameters\n", "begins and does not end")]
    [InlineData("aws", "# begin generated: weather\n# end generated: weather\n", "nothing that is generated")]
    [InlineData("azure", "{", "is this a template of Azure?")]
    [InlineData("azure", "[]", "is this a template of Azure?")]
    [InlineData("azure", "{\"variables\": 1}", "is this a template of Azure?")]
    public async Task What_is_no_template_is_left_alone(string provider, string text, string complaint)
    {
        using var folder = new Folder();
        var file = folder.Write("template", text);
        var guard = await Guard.Run("permissions", "--provider", provider, "--write", file);
        Assert.Equal(2, guard.Code);
        Assert.Contains(complaint, Assert.Single(guard.ComplaintLines), StringComparison.Ordinal);
        Assert.Equal(text, await File.ReadAllTextAsync(file));
    }

    [Fact]
    public async Task Unusable_settings_print_no_policy()
    {
        using var folder = new Folder();
        var guard = await Guard.Run("permissions", "--provider", "aws", "--config", folder.Write("guard.yaml", "remediation: {mode: everything}"));
        Assert.Equal(2, guard.Code);
        Assert.Empty(guard.Output);
    }

    private static async Task<Guard> Run(string provider, string yaml, params string[] more)
    {
        using var folder = new Folder();
        var guard = await Guard.Run(["permissions", "--provider", provider, "--config", folder.Write("guard.yaml", yaml), .. more]);
        Assert.Equal((0, string.Empty), (guard.Code, guard.Complaints));
        return guard;
    }

    private static List<string> Actions(Guard guard) =>
    [
        .. JsonNode.Parse(guard.Output)!["Statement"]!.AsArray().Where(statement => statement!["Effect"]!.GetValue<string>() == "Allow")
            .SelectMany(statement => statement!["Action"]!.AsArray()).Select(action => action!.GetValue<string>()),
    ];
}
