using System.IO.Compression;
using System.Text.Json.Nodes;
using ServerlessGuard.Testing;
using ServerlessGuard.Yaml;

namespace ServerlessGuard.Cli.Tests.Infra;

/// <summary>A team's own rules on their way into both packages, and what they add to what a deployment may read.</summary>
public sealed class CustomRulePackageTests
{
    private static readonly string Owner = TeamRules.Text("ACME-TAG-001", "AWS::S3::Bucket");

    [Theory]
    [InlineData("aws", "bootstrap")]
    [InlineData("azure", "guard-functions", "host.json")]
    public async Task Rules_beside_the_settings_are_packed(string host, params string[] published)
    {
        using var folder = Published(published);
        folder.Write("rules/storage/owner.yaml", Owner);
        folder.Write("rules/README.md", "no rule");
        var names = await PackAsync(folder, host, "--config", folder.Write("guard.yaml", "{}\n"));
        Assert.Equal([.. published.Append("guard.yaml").Append("rules/storage/owner.yaml").Order(StringComparer.Ordinal)], names);
    }

    [Fact]
    public async Task Folders_that_are_named_go_before_the_one_beside_the_settings()
    {
        using var folder = Published("bootstrap");
        folder.Write("rules/owner.yaml", Owner);
        folder.Write("one/topic.yaml", TeamRules.Text("ACME-SNS-001", "AWS::SNS::Topic"));
        folder.Write("two/queue.yml", TeamRules.Text("ACME-SQS-001", "AWS::SQS::Queue"));
        var names = await PackAsync(
            folder, "aws", "--config", folder.Write("guard.yaml", "{}\n"), "--rules-dir", Path.Combine(folder.Path, "one"), "--rules-dir", Path.Combine(folder.Path, "two"));
        Assert.Equal(["bootstrap", "guard.yaml", "rules/queue.yml", "rules/topic.yaml"], names);
    }

    /// <summary>What the host would leave out is told here, where somebody is there to read it.</summary>
    [Theory]
    [InlineData("id: ACME-TAG-001\n", "title: missing")]
    [InlineData("", "contains no .yaml file")]
    public async Task A_rule_that_the_host_could_not_read_is_not_packed(string text, string complaint)
    {
        using var folder = Published("bootstrap");
        folder.Write(text.Length > 0 ? "rules/wrong.yaml" : "rules/README.md", text);
        var guard = await Guard.Run([.. Options(folder, "aws"), "--config", folder.Write("guard.yaml", "{}\n")]);
        Assert.Equal(2, guard.Code);
        Assert.Contains(complaint, guard.Complaints, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Path.Combine(folder.Path, "out")));
    }

    [Fact]
    public async Task Two_files_of_one_name_do_not_become_one()
    {
        using var folder = Published("bootstrap");
        folder.Write("one/a.yaml", Owner);
        folder.Write("two/a.yaml", TeamRules.Text("ACME-SQS-001", "AWS::SQS::Queue"));
        var guard = await Guard.Run([.. Options(folder, "aws"), "--rules-dir", Path.Combine(folder.Path, "one"), "--rules-dir", Path.Combine(folder.Path, "two")]);
        Assert.Equal(2, guard.Code);
        Assert.Contains("another folder has a file of that name too", Assert.Single(guard.ComplaintLines), StringComparison.Ordinal);
    }

    /// <summary>What was packed is what a host reads.</summary>
    [Fact]
    public async Task What_is_packed_is_read_from_beside_the_executable()
    {
        using var folder = Published("bootstrap");
        folder.Write("rules/deep/owner.yaml", Owner);
        await PackAsync(folder, "aws", "--config", folder.Write("guard.yaml", "{}\n"));
        var home = Path.Combine(folder.Path, "task");
        await ZipFile.ExtractToDirectoryAsync(Path.Combine(folder.Path, "out", "serverlessguard-aws.zip"), home);
        var rules = HostRules.Read(named: null, home);
        Assert.Equal("ACME-TAG-001", Assert.Single(rules.Rules).Descriptor.Id);
        Assert.Empty(rules.Faults);
        Assert.Empty(HostRules.Read(named: null, folder.Path + "-nowhere").Faults);
    }

    [Fact]
    public void A_host_says_one_line_for_each_file_that_it_leaves_out()
    {
        using var rules = new TeamRules(
            ("a.yaml", Owner),
            ("b.yaml", "id: ACME-TAG-002\nseverity: huge\n"),
            ("c.yaml", Owner),
            ("d.yaml", "}{"),
            ("e.yaml", TeamRules.Text("ACME-SQS-001", "AWS::SQS::Queue")));
        var read = HostRules.Read(rules.Path, home: ".");
        Assert.Equal(["ACME-TAG-001", "ACME-SQS-001"], read.Rules.Select(rule => rule.Descriptor.Id));
        Assert.Equal(3, read.Faults.Count);
        Assert.StartsWith("b.yaml:1: title: missing (and ", read.Faults[0], StringComparison.Ordinal);
        Assert.StartsWith("c.yaml:1: id ACME-TAG-001 is already used by another rule", read.Faults.Single(line => line.StartsWith("c.yaml", StringComparison.Ordinal)), StringComparison.Ordinal);
        Assert.Contains(read.Faults, line => line.StartsWith("d.yaml:1: not YAML", StringComparison.Ordinal));
        Assert.All(read.Faults, line => Assert.DoesNotContain('\n', line));
        Assert.Equal("/nowhere/at/all: no such folder", Assert.Single(HostRules.Read("/nowhere/at/all", home: ".").Faults));
    }

    [Theory]
    [InlineData("aws", "AWS::S3::Bucket", "", "adds nothing, built-in rules read the type")]
    [InlineData("aws", "AWS::SageMaker::NotebookInstance", "", "adds nothing, built-in rules read the type")]
    [InlineData("aws", "AWS::SNS::Topic", "", "adds no permission, since AWS Config answers for every type that it records; no built-in rule reads this one")]
    [InlineData("azure", "Microsoft.KeyVault/vaults", "", "adds nothing, built-in rules read the type")]
    [InlineData("azure", "Microsoft.Storage/storageAccounts/blobServices/containers", "", "adds nothing, and is not evaluated in Azure: the type is read together with its parent")]
    [InlineData("azure", "Microsoft.Compute/virtualMachines", "", "adds Microsoft.Compute/virtualMachines/read, and is not evaluated in Azure: no built-in rule reads the type")]
    [InlineData("azure", "Microsoft.Compute/virtualMachines", "apiVersion: 2024-07-01", "adds Microsoft.Compute/virtualMachines/read, which the templates do not grant")]
    public async Task What_a_rule_adds_to_what_is_read_is_said(string cloud, string type, string more, string line)
    {
        using var rules = new TeamRules(("one.yaml", TeamRules.Text("ACME-ANY-001", type, more)), ("other.yaml", TeamRules.Text("ACME-OTHER-001", cloud is "aws" ? "Microsoft.Web/sites" : "AWS::SQS::Queue")));
        var guard = await Guard.Run("permissions", "--provider", cloud, "--role", "scan", "--rules-dir", rules.Path);
        Assert.Equal(0, guard.Code);
        Assert.StartsWith($"ACME-ANY-001 on {type}: {line}", Assert.Single(guard.ComplaintLines), StringComparison.Ordinal);
        var actions = JsonNode.Parse(guard.Output)!.ToJsonString();
        Assert.Equal(cloud is "azure", actions.Contains($"\"{type}/read\"", StringComparison.Ordinal));
        Assert.DoesNotContain("Microsoft.Compute/virtualMachines", (await Guard.Run("permissions", "--provider", cloud, "--role", "scan")).Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("AWS::S3::Bucket", "2024-07-01")]
    [InlineData("Microsoft.Compute/virtualMachines", "latest")]
    public void An_api_version_that_is_none_is_a_fault(string type, string version)
    {
        var faults = new List<YamlFault>();
        CustomRules.Read("a.yaml", TeamRules.Text("ACME-ANY-001", type, "apiVersion: " + version), faults);
        Assert.Contains($"apiVersion: \"{version}\" is not a version", Assert.Single(faults).Message, StringComparison.Ordinal);
    }

    private static Folder Published(params string[] files)
    {
        var folder = new Folder();
        foreach (var file in files)
        {
            folder.Write("publish/" + file, file);
        }

        return folder;
    }

    private static string[] Options(Folder folder, string host) => ["package", host, "--out", Path.Combine(folder.Path, "out"), "--publish-dir", Path.Combine(folder.Path, "publish")];

    private static async Task<IReadOnlyList<string>> PackAsync(Folder folder, string host, params string[] options)
    {
        var guard = await Guard.Run([.. Options(folder, host), .. options]);
        Assert.Equal((0, string.Empty), (guard.Code, guard.Complaints));
        using var zip = ZipFile.OpenRead(Path.Combine(folder.Path, "out", $"serverlessguard-{host}.zip"));
        return [.. zip.Entries.Select(entry => entry.FullName)];
    }
}
