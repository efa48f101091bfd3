using System.Diagnostics;
using ServerlessGuard.EndToEnd.Tests.Aws;
using ServerlessGuard.Testing.Servers;

namespace ServerlessGuard.EndToEnd.Tests.Crossing;

/// <summary>Whoever ends the demonstration, and however, finds nothing of it afterwards: no host, no emulator, no page, no compiler.</summary>
public sealed class DemoSignalTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private static readonly string[] Parts = ["release/bootstrap", "guard-functions", "azurite.js", "DynamoDBLocal.jar", "guard.dll serve"];

    private readonly string _folder = Directory.CreateTempSubdirectory("guard-demo-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    /// <summary>A test run in the background, or under nohup, hands ignored signals on to whatever it starts; a person's terminal does not.</summary>
    private static readonly string[] Undisturbed = ["--default-signal=HUP,INT,TERM"];

    /// <summary>SIGTERM stopped the web servers inside it and nothing else: both hosts, both emulators and the page lived on.</summary>
    [Theory]
    [InlineData("TERM")]
    [InlineData("INT")]
    [InlineData("HUP")]
    public async Task A_demonstration_that_is_told_to_end_leaves_no_process_behind(string signal)
    {
        var start = new ProcessStartInfo("env", [.. Undisturbed, "dotnet", Built("Lab", "guard-lab.dll"), "demo", "--bootstrap", Built("Aws", "bootstrap"), "--app", Built("Azure", ""), "--servers", ServersFolder.Path, "--folder", _folder, "--guard", Built("Cli", "guard.dll")])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        using var demonstration = Process.Start(start)!;
        try
        {
            var said = demonstration.StandardOutput.ReadToEndAsync();
            var complaints = demonstration.StandardError.ReadToEndAsync();
            IReadOnlyList<int> started = [];

            // The Lambda's processes start with the story's first change.
            await Eventually.IsAsync(() => demonstration.HasExited || Parts.All(part => (started = Processes.Below(demonstration.Id)).Any(id => Processes.CommandLine(id).Contains(part, StringComparison.Ordinal))), "all of it runs");
            Assert.False(demonstration.HasExited, "it ended by itself: " + (demonstration.HasExited ? await complaints + await said : string.Empty));
            await Processes.SignalAsync(signal, demonstration.Id);
            await demonstration.WaitForExitAsync().WaitAsync(Patience);
            Assert.Equal((0, string.Empty), (demonstration.ExitCode, await complaints));
            Assert.Contains("nothing is left running", await said, StringComparison.Ordinal);
            await Eventually.IsAsync(() => !started.Any(Processes.Lives), "everything that it started has ended");
            Assert.False(File.Exists(Path.Combine(_folder, "control")), "the control file outlived the demonstration");
        }
        finally
        {
            End(demonstration);
        }
    }

    /// <summary>The script that builds and fetches first: its own children are ended with it, and theirs.</summary>
    [Theory]
    [InlineData("TERM", 143)]
    [InlineData("HUP", 129)]
    public async Task A_demonstration_that_is_told_to_end_while_it_builds_leaves_no_compiler_behind(string signal, int code)
    {
        var checkout = Directory.CreateDirectory(Path.Combine(_folder, "checkout")).FullName;
        foreach (var folder in (string[])["eng", "shared", "src/ServerlessGuard.Emulators", "bin"])
        {
            Directory.CreateDirectory(Path.Combine(checkout, folder));
        }

        File.Copy(Path.Combine(PublishedBootstrap.Repository(), "eng", "demo"), Path.Combine(checkout, "eng", "demo"));
        foreach (var file in (string[])["Directory.Build.props", "Directory.Packages.props", "eng/demo.slnf", "src/ServerlessGuard.Emulators/AzuriteEmulator.cs", "src/ServerlessGuard.Emulators/DynamoDbLocalEmulator.cs"])
        {
            await File.WriteAllTextAsync(Path.Combine(checkout, file), "");
        }

        // A build and a download that take for ever, and start something of their own.
        foreach (var tool in (string[])["dotnet", "npm", "node", "java"])
        {
            var path = Path.Combine(checkout, "bin", tool);
            await File.WriteAllTextAsync(path, "#!/bin/sh\n[ \"$1\" = --version ] && exit 0\nsleep 611 & wait\n");
            if (!OperatingSystem.IsWindows())
            {
                File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserExecute);
            }
        }

        var start = new ProcessStartInfo("env", [.. Undisturbed, Path.Combine(checkout, "eng", "demo")]) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        start.Environment["PATH"] = Path.Combine(checkout, "bin") + ":" + Environment.GetEnvironmentVariable("PATH");
        using var script = Process.Start(start)!;
        try
        {
            IReadOnlyList<int> started = [];
            await Eventually.IsAsync(() => (started = Processes.Below(script.Id)).Count(id => Processes.CommandLine(id) == "sleep 611") == 3, "the build and both downloads are under way");
            await Processes.SignalAsync(signal, script.Id);
            await script.WaitForExitAsync().WaitAsync(Patience);
            Assert.Equal(code, script.ExitCode);
            await Eventually.IsAsync(() => !started.Any(Processes.Lives), "everything that it started has ended");
        }
        finally
        {
            End(script);
        }
    }

    private static string Built(string project, string file) => Path.Combine(PublishedBootstrap.Repository(), "artifacts", "bin", "ServerlessGuard." + project, "release", file);

    /// <summary>A test that failed leaves nothing behind either.</summary>
    private static void End(Process process)
    {
        if (!process.HasExited)
        {
            process.Kill(entireProcessTree: true);
        }
    }
}
