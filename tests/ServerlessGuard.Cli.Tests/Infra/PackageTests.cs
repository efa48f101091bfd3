using System.IO.Compression;

namespace ServerlessGuard.Cli.Tests.Infra;

/// <summary><c>guard package</c> on a made-up publish folder; eng/test makes the real packages.</summary>
public class PackageTests
{
    [Fact]
    public async Task Lambda_zip_holds_the_executable_and_the_settings_only()
    {
        using var folder = new Folder();
        var zip = await Zip(folder, "aws", "bootstrap", "bootstrap.dbg", "bootstrap.xml");
        Assert.Equal(["bootstrap", "guard.yaml"], zip.Select(entry => entry.Name));
        Assert.Equal("-rwxr-xr-x", zip[0].Mode);
        Assert.Equal("-rw-r--r--", zip[1].Mode);
    }

    [Fact]
    public async Task Functions_zip_holds_the_functions_and_keeps_the_execute_bit()
    {
        using var folder = new Folder();
        var zip = await Zip(folder, "azure", "guard-functions", "host.json", "scan/function.json", "work/function.json", "appsettings.json", "obj/deep/function.json", "web.config");
        Assert.Equal(["guard-functions", "guard.yaml", "host.json", "scan/function.json", "work/function.json"], zip.Select(entry => entry.Name));
        Assert.Equal("-rwxr-xr-x", zip[0].Mode);
    }

    [Fact]
    public async Task The_same_files_give_the_same_bytes()
    {
        using var one = new Folder();
        using var two = new Folder();
        await Zip(one, "aws", "bootstrap");
        File.SetLastWriteTimeUtc(two.Write("publish/bootstrap", "bootstrap"), new DateTime(2020, 2, 2, 2, 2, 2, DateTimeKind.Utc));
        await Zip(two, "aws");
        Assert.Equal(File.ReadAllBytes(Path.Combine(one.Path, "out", "serverlessguard-aws.zip")), File.ReadAllBytes(Path.Combine(two.Path, "out", "serverlessguard-aws.zip")));
    }

    [Fact]
    public async Task Too_large_is_one_line_and_no_file()
    {
        using var folder = new Folder();
        var noise = new byte[11_000_000];
        new Random(1).NextBytes(noise);
        folder.Write("publish/bootstrap", noise);
        var guard = await Guard.Run("package", "aws", "--out", Path.Combine(folder.Path, "out"), "--publish-dir", Path.Combine(folder.Path, "publish"));
        Assert.Equal(2, guard.Code);
        Assert.Contains("more than the limit of 10 MB", Assert.Single(guard.ComplaintLines), StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFiles(Path.Combine(folder.Path, "out")));
    }

    [Theory]
    [InlineData("aws", "guard-functions", "contains no bootstrap")]
    [InlineData("azure", "guard-functions", "contains no host.json")]
    public async Task What_is_no_publish_output_is_refused(string host, string file, string complaint)
    {
        using var folder = new Folder();
        folder.Write("publish/" + file, "x");
        var guard = await Guard.Run("package", host, "--out", Path.Combine(folder.Path, "out"), "--publish-dir", Path.Combine(folder.Path, "publish"));
        Assert.Equal(2, guard.Code);
        Assert.Contains(complaint, Assert.Single(guard.ComplaintLines), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Settings_that_the_host_could_not_read_are_not_packed()
    {
        using var folder = new Folder();
        folder.Write("publish/bootstrap", "x");
        var config = folder.Write("guard.yaml", "remediaton: {}");
        var guard = await Guard.Run("package", "aws", "--out", Path.Combine(folder.Path, "out"), "--publish-dir", Path.Combine(folder.Path, "publish"), "--config", config);
        Assert.Equal(2, guard.Code);
        Assert.Contains("not a setting", guard.Complaints, StringComparison.Ordinal);
    }

    /// <summary>Name and mode of every entry. The settings say that a rule is enforced, so that they are not the empty ones.</summary>
    private static async Task<List<(string Name, string Mode)>> Zip(Folder folder, string host, params string[] files)
    {
        foreach (var file in files)
        {
            folder.Write("publish/" + file, file);
        }

        const string Yaml = "remediation: {rules: {SG-STOR-001: enforce}}\n";
        var target = Path.Combine(folder.Path, "out");
        var guard = await Guard.Run("package", host, "--out", target, "--publish-dir", Path.Combine(folder.Path, "publish"), "--config", folder.Write("settings.yaml", Yaml));
        Assert.Equal((0, string.Empty), (guard.Code, guard.Complaints));
        using var zip = ZipFile.OpenRead(Path.Combine(target, $"serverlessguard-{host}.zip"));
        using var settings = new StreamReader(zip.GetEntry("guard.yaml")!.Open());
        Assert.Equal(Yaml, await settings.ReadToEndAsync());
        return [.. zip.Entries.Select(entry => (entry.FullName, Mode(entry.ExternalAttributes >> 16)))];
    }

    private static string Mode(int mode) => ((mode & 0xF000) == 0x8000 ? "-" : "?")
        + string.Concat(Enumerable.Range(0, 9).Select(bit => (mode & (0b100_000_000 >> bit)) == 0 ? '-' : "rwx"[bit % 3]));
}
