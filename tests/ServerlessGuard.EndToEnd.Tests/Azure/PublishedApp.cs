using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace ServerlessGuard.EndToEnd.Tests.Azure;

/// <summary>
/// The function app as it is deployed: published with Native AOT once, below artifacts/, and again only when a source has changed. <c>GUARD_E2E_JIT=1</c> takes the build
/// that the tests came with.
/// </summary>
internal static class PublishedApp
{
    private static readonly string[] Sources = ["src/ServerlessGuard.Azure", "src/ServerlessGuard.Yaml", "src/ServerlessGuard.AzureTables", "src/ServerlessGuard.Federation", "src/ServerlessGuard.Chat", "src/ServerlessGuard.Page", "src/ServerlessGuard.Aws.Api", "shared"];
    private static readonly string[] Extensions = [".cs", ".csproj", ".json", ".props", ".yaml", ".ts", ".tsx", ".css", ".html"];
    private static readonly Lazy<Task<string>> Published = new(PublishAsync);

    /// <summary>Holds host.json, the functions' folders and the executable.</summary>
    public static Task<string> DirectoryAsync() => Published.Value;

    private static async Task<string> PublishAsync()
    {
        var root = Root();
        if (Environment.GetEnvironmentVariable("GUARD_E2E_JIT") == "1")
        {
            return Path.Combine(root, "artifacts", "bin", "ServerlessGuard.Azure", "release");
        }

        var output = Path.Combine(root, "artifacts", "e2e", "guard-functions");
        var stamp = output + ".stamp";
        Directory.CreateDirectory(Path.GetDirectoryName(output)!);
        await using var only = await LockAsync(output + ".lock");
        var hash = Hash(root);
        if (File.Exists(stamp) && await File.ReadAllTextAsync(stamp) == hash && File.Exists(Path.Combine(output, "guard-functions")))
        {
            return output;
        }

        // From a clean folder: an incremental trimmed publish can lack what it needs.
        foreach (var folder in new[] { output, output + "-art" }.Where(Directory.Exists))
        {
            Directory.Delete(folder, recursive: true);
        }

        await RunAsync(root, output);
        await File.WriteAllTextAsync(stamp, hash);
        return output;
    }

    private static async Task RunAsync(string root, string output)
    {
        string[] arguments =
        [
            "publish", "src/ServerlessGuard.Azure", "-c", "Release", "-r", RuntimeInformation.RuntimeIdentifier, "-p:Aot=true", "-p:RunAnalyzers=false", "-o", output, "--artifacts-path", output + "-art",
            "-v", "q", "--nologo",
        ];
        using var process = Process.Start(new ProcessStartInfo("dotnet", arguments)
        {
            WorkingDirectory = root,
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var error = process.StandardError.ReadToEndAsync();
        var text = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"guard-functions could not be published:\n{text}\n{await error}");
        }
    }

    private static string Hash(string root)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var files = Sources.SelectMany(folder => Directory.EnumerateFiles(Path.Combine(root, folder), "*", SearchOption.AllDirectories))
            .Concat([Path.Combine(root, "Directory.Build.props"), Path.Combine(root, "Directory.Packages.props")])
            .Where(file => Extensions.Contains(Path.GetExtension(file), StringComparer.Ordinal))
            .Select(file => Path.GetRelativePath(root, file))
            .Where(file => !file.Split('/').Any(part => part is "bin" or "obj" or "node_modules"))
            .Order(StringComparer.Ordinal);
        foreach (var file in files)
        {
            hash.AppendData(Encoding.UTF8.GetBytes(file));
            hash.AppendData(File.ReadAllBytes(Path.Combine(root, file)));
        }

        return Convert.ToHexStringLower(hash.GetCurrentHash());
    }

    private static async Task<FileStream> LockAsync(string file)
    {
        var watch = Stopwatch.StartNew();
        while (true)
        {
            try
            {
                return new FileStream(file, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException) when (watch.Elapsed < TimeSpan.FromMinutes(10))
            {
                await Task.Delay(TimeSpan.FromMilliseconds(50));
            }
        }
    }

    private static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "ServerlessGuard.sln")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new InvalidOperationException("ServerlessGuard.sln is in no folder above the tests");
    }
}
