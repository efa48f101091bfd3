using System.Diagnostics;
using ServerlessGuard.Tests;

namespace ServerlessGuard.Infra.Tests.Aws;

/// <summary>cfn-lint: the templates against AWS's resource schemas, errors and warnings alike.</summary>
public sealed class LintTests
{
    [LintTheory]
    [InlineData("serverlessguard.yaml")]
    [InlineData("organization.yaml")]
    public Task Template_is_clean(string file) => AssertCleanAsync(Repository.Path("infra", "aws", file));

    /// <summary>A template inside a template is a text to cfn-lint.</summary>
    [LintFact]
    public async Task Forwarder_inside_the_organisation_template_is_clean()
    {
        var template = CloudFormationYaml.Read(await File.ReadAllTextAsync(Repository.Path("infra", "aws", "organization.yaml")));
        var folder = Directory.CreateTempSubdirectory("guard-");
        try
        {
            var file = Path.Combine(folder.FullName, "forwarder.yaml");
            await File.WriteAllTextAsync(file, template["Resources"]!["Forwarder"]!["Properties"]!["TemplateBody"]!.GetValue<string>());
            await AssertCleanAsync(file);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task AssertCleanAsync(string file)
    {
        var start = new ProcessStartInfo("cfn-lint") { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        start.ArgumentList.Add("--format");
        start.ArgumentList.Add("parseable");
        start.ArgumentList.Add(file);
        using var process = Process.Start(start)!;
        using var deadline = new CancellationTokenSource(TimeSpan.FromMinutes(3));
        var text = await Task.WhenAll(process.StandardOutput.ReadToEndAsync(deadline.Token), process.StandardError.ReadToEndAsync(deadline.Token));
        await process.WaitForExitAsync(deadline.Token);
        Assert.True(process.ExitCode == 0, string.Concat(text));
    }
}
