using System.Diagnostics;

namespace ServerlessGuard.Cli.Commands;

/// <summary>dotnet publish of a host: Native AOT for 64-bit Linux, as both clouds run it.</summary>
internal static class Publication
{
    /// <returns>The folder of the output. It lies under the checkout's artifacts and is emptied first: a stale file would be
    /// packed.</returns>
    /// <exception cref="PackageFault">dotnet is missing or the build failed, with its first error.</exception>
    public static async Task<string> RunAsync(string checkout, HostPackage package, TextWriter progress, CancellationToken cancellation)
    {
        if (!OperatingSystem.IsLinux()
            || System.Runtime.InteropServices.RuntimeInformation.OSArchitecture is not System.Runtime.InteropServices.Architecture.X64)
        {
            throw new PackageFault(
                "Native AOT compiles for the system that it runs on: guard package needs 64-bit x86 Linux (for example in a container)");
        }

        var folder = Path.Combine(checkout, "artifacts", "package", package.Name);
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }

        await progress.WriteLineAsync($"dotnet publish {package.Project} (Native AOT, about a minute)");
        var start = new ProcessStartInfo("dotnet")
            { WorkingDirectory = checkout, RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        foreach (var argument in new[]
        {
            "publish", package.Project, "-c", "Release", "-r", "linux-x64", "-p:Aot=true", "-p:RunAnalyzers=false", "-o", folder,
            "--artifacts-path", folder + "-build", "-v", "q", "--nologo",
        })
        {
            start.ArgumentList.Add(argument);
        }

        using var process = Start(start);
        var text = await Task.WhenAll(process.StandardOutput.ReadToEndAsync(cancellation),
            process.StandardError.ReadToEndAsync(cancellation));
        await process.WaitForExitAsync(cancellation);
        if (process.ExitCode != 0)
        {
            var lines = string.Concat(text).Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
            throw new PackageFault(
                $"dotnet publish {package.Project} failed: "
                    + $"{lines.FirstOrDefault(line => line.Contains("error", StringComparison.OrdinalIgnoreCase)) ?? lines.LastOrDefault() ?? "no output"}");
        }

        return folder;
    }

    private static Process Start(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start)!;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            throw new PackageFault("the .NET 10 SDK is not installed (https://dotnet.microsoft.com/download)");
        }
    }
}
