using System.Diagnostics;
using System.Globalization;
using ServerlessGuard.EndToEnd.Tests.Aws;
using ServerlessGuard.Emulators;
using ServerlessGuard.Testing.Servers;

namespace ServerlessGuard.EndToEnd.Tests.Crossing;

public sealed class EmulatorTests
{
    /// <summary>A terminal sends Ctrl-C to everything that was started from it: the server used to stay behind.</summary>
    [Fact]
    public async Task DynamoDB_Local_ends_with_whoever_started_it_even_after_Ctrl_C()
    {
        var server = await DynamoDbLocalEmulator.StartAsync(ServersFolder.Path);
        var port = "-port " + server.Address.Port.ToString(CultureInfo.InvariantCulture);
        Assert.True(Runs(port));
        foreach (var id in Children(server.ProcessId).Append(server.ProcessId))
        {
            using var kill = Process.Start("kill", ["-INT", id.ToString(CultureInfo.InvariantCulture)]);
            await kill.WaitForExitAsync();
        }

        server.Dispose();
        await Eventually.IsAsync(() => !Runs(port), "the server has ended");
    }

    /// <summary>npm writes the script long before the rest: a start in between found it and failed on a missing module.</summary>
    [Fact]
    public async Task An_installation_that_is_under_way_is_waited_for()
    {
        var servers = Directory.CreateTempSubdirectory("guard-emulator-").FullName;
        try
        {
            var folder = Path.Combine(servers, "azurite");
            var script = Path.Combine(folder, "node_modules", "azurite", "dist", "src", "azurite.js");
            Directory.CreateDirectory(Path.GetDirectoryName(script)!);
            await File.WriteAllTextAsync(script, string.Empty);
            Task<string> install;
            await using (new FileStream(Path.Combine(folder, ".lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None))
            {
                install = AzuriteEmulator.InstallAsync(servers);
                await Task.Yield();
                Assert.False(install.IsCompleted);
                await File.WriteAllTextAsync(Path.Combine(folder, "installed"), AzuriteEmulator.Version);
            }

            Assert.Equal(script, await install);
        }
        finally
        {
            Directory.Delete(servers, recursive: true);
        }
    }

    private static bool Runs(string argument) => Directory.EnumerateDirectories("/proc").Any(folder =>
        int.TryParse(Path.GetFileName(folder), CultureInfo.InvariantCulture, out _) && Read(folder, "cmdline").Replace('\0', ' ') is var line && line.StartsWith("java ", StringComparison.Ordinal) && line.Contains(argument, StringComparison.Ordinal));

    private static List<int> Children(int parent) => Directory.EnumerateDirectories("/proc")
        .Where(folder => Read(folder, "status").Contains($"\nPPid:\t{parent.ToString(CultureInfo.InvariantCulture)}\n", StringComparison.Ordinal))
        .Select(folder => int.Parse(Path.GetFileName(folder), CultureInfo.InvariantCulture)).ToList();

    private static string Read(string folder, string name)
    {
        try
        {
            return File.ReadAllText(Path.Combine(folder, name));
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return string.Empty;
        }
    }
}
