using System.ComponentModel;
using System.Diagnostics;
using Xunit.Abstractions;

namespace ServerlessGuard.Infra.Tests.Aws;

/// <summary>cfn-lint, where it is installed (pip install cfn-lint): the templates against AWS's resource schemas, errors and warnings alike.</summary>
public sealed class LintTests(ITestOutputHelper console)
{
    [Theory]
    [InlineData("serverlessguard.yaml")]
    [InlineData("organization.yaml")]
    public void Template_is_clean(string file) => AssertClean(ServerlessGuard.Tests.Repository.Path("infra", "aws", file));

    /// <summary>A template inside a template is a text to cfn-lint.</summary>
    [Fact]
    public void Forwarder_inside_the_organisation_template_is_clean()
    {
        var template = CloudFormationYaml.Read(File.ReadAllText(ServerlessGuard.Tests.Repository.Path("infra", "aws", "organization.yaml")));
        var file = Path.Combine(Directory.CreateTempSubdirectory("guard-").FullName, "forwarder.yaml");
        File.WriteAllText(file, template["Resources"]!["Forwarder"]!["Properties"]!["TemplateBody"]!.GetValue<string>());
        AssertClean(file);
        Directory.Delete(Path.GetDirectoryName(file)!, recursive: true);
    }

    private void AssertClean(string file)
    {
        var start = new ProcessStartInfo("cfn-lint") { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        start.ArgumentList.Add("--format");
        start.ArgumentList.Add("parseable");
        start.ArgumentList.Add(file);
        Process process;
        try
        {
            process = Process.Start(start)!;
        }
        catch (Win32Exception)
        {
            console.WriteLine("SKIPPED: cfn-lint is not installed (pip install cfn-lint); the template was not linted");
            return;
        }

        using (process)
        {
            var errors = process.StandardError.ReadToEndAsync();
            var complaints = process.StandardOutput.ReadToEnd();
            Assert.True(process.WaitForExit(120_000), "cfn-lint did not end");
            Assert.True(process.ExitCode == 0, complaints + errors.Result);
        }
    }
}
