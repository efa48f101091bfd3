using ServerlessGuard.EndToEnd.Tests.Aws;
using ServerlessGuard.EndToEnd.Tests.Azure;
using ServerlessGuard.Lab.Demo;
using ServerlessGuard.Testing.Servers;

namespace ServerlessGuard.EndToEnd.Tests.Crossing;

/// <summary>The demonstration as a newcomer starts it: with both published hosts and emulators of its own.</summary>
public sealed class DemoTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("guard-demo-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task The_story_comes_out_as_it_is_told()
    {
        var (code, told, complaints) = await RunAsync("--once");
        Assert.True(code == 0, told + complaints);
        Assert.Contains("as expected, in", told, StringComparison.Ordinal);
        Assert.Contains("change to chat", told, StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(_folder, "control")), "the control file outlived the demonstration");
    }

    [Fact]
    public async Task The_users_own_exports_go_through_both_hosts_and_nothing_is_fixed()
    {
        var (code, told, complaints) = await RunAsync("--once", "--input", Path.Combine(PublishedBootstrap.Repository(), "docs", "demo-input.json"));
        Assert.True(code == 0, told + complaints);
        Assert.Contains("1 AWS Config items and 1 of your ARM resources", told, StringComparison.Ordinal);
        Assert.Contains("SG-STOR-001", told, StringComparison.Ordinal);
        Assert.Contains("SG-STOR-003", told, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--nonsense", "--nonsense is not a known option")]
    [InlineData("--input /nowhere/at-all.json", "no such file")]
    [InlineData("--port x", "is not a port")]
    public async Task What_cannot_start_is_one_line(string arguments, string line)
    {
        var (code, _, complaints) = await RunAsync(arguments.Split(' '));
        Assert.Equal((2, 1), (code, complaints.Trim().Split('\n').Length));
        Assert.Contains(line, complaints, StringComparison.Ordinal);
    }

    private async Task<(int Code, string Told, string Complaints)> RunAsync(params string[] more)
    {
        await using var told = new StringWriter();
        await using var complaints = new StringWriter();
        var code = await DemoCommand.RunAsync(
            ["--bootstrap", await PublishedBootstrap.PathAsync(), "--app", await PublishedApp.DirectoryAsync(), "--servers", ServersFolder.Path, "--folder", _folder, .. more], told, complaints, TimeProvider.System, CancellationToken.None);
        return (code, told.ToString(), complaints.ToString());
    }
}
