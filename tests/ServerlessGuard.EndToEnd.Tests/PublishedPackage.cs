using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;

namespace ServerlessGuard.EndToEnd.Tests;

/// <summary>
/// Both hosts as they are deployed: <c>./guard package</c>, the command of the deployment guides, makes the zip and leaves what it published below artifacts/package. Again
/// only when a source has changed. <c>GUARD_E2E_JIT=1</c> takes the plain build that the tests came with, which is there in no time and slower to start.
/// </summary>
internal static class PublishedPackage
{
    private static readonly string[] Extensions = [".cs", ".csproj", ".json", ".props", ".yaml", ".ts", ".tsx", ".css", ".html"];
    private static readonly string[] Sources = ["shared", "src"];
    private static readonly Lazy<Task<string>> AwsFolder = new(() => MakeAsync("aws"));
    private static readonly Lazy<Task<string>> AzureFolder = new(() => MakeAsync("azure"));

    public static bool IsJit => Environment.GetEnvironmentVariable("GUARD_E2E_JIT") is "1";

    /// <summary>Holds bootstrap.</summary>
    public static Task<string> AwsAsync() => AwsFolder.Value;

    /// <summary>Holds guard-functions, host.json and the functions' folders.</summary>
    public static Task<string> AzureAsync() => AzureFolder.Value;

    public static string Zip(string host) => Path.Combine(Root(), "artifacts", "package", $"serverlessguard-{host}.zip");

    public static string Root()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "ServerlessGuard.sln")))
            {
                return folder.FullName;
            }
        }

        throw new InvalidOperationException("the tests do not run inside the repository");
    }

    private static async Task<string> MakeAsync(string host)
    {
        var root = Root();
        if (IsJit)
        {
            var built = Path.Combine(root, "artifacts", "bin", host is "aws" ? "ServerlessGuard.Aws" : "ServerlessGuard.Azure", new DirectoryInfo(AppContext.BaseDirectory).Name);
            return Directory.Exists(built) ? built : throw new DirectoryNotFoundException($"{built} is not there: build the solution first");
        }

        var packages = Path.Combine(root, "artifacts", "package");
        var (folder, stamp) = (Path.Combine(packages, host), Path.Combine(packages, host + ".stamp"));
        Directory.CreateDirectory(packages);

        // One at a time: the command builds itself first where it has to.
        await using var only = await LockAsync(Path.Combine(packages, ".lock"));
        var hash = Hash(root);
        if (File.Exists(stamp) && await File.ReadAllTextAsync(stamp) == hash && Directory.Exists(folder) && File.Exists(Zip(host)))
        {
            return folder;
        }

        File.Delete(stamp);
        await RunAsync(root, "package", host, "--out", packages);
        await File.WriteAllTextAsync(stamp, hash);
        return folder;
    }

    private static async Task RunAsync(string root, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(Path.Combine(root, "guard"), arguments)
        {
            WorkingDirectory = root,
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var said = await Task.WhenAll(process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, $"./guard {string.Join(' ', arguments)}:\n{string.Concat(said)}");
    }

    private static string Hash(string root)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var files = Sources.SelectMany(folder => Directory.EnumerateFiles(Path.Combine(root, folder), "*", SearchOption.AllDirectories))
            .Concat([Path.Combine(root, "Directory.Build.props"), Path.Combine(root, "Directory.Packages.props")])
            .Where(file => Extensions.Contains(Path.GetExtension(file), StringComparer.Ordinal))
            .Select(file => Path.GetRelativePath(root, file))
            .Where(file => !file.Split('/').Any(part => part is "bin" or "obj" or "node_modules" or "ServerlessGuard.Lab" or "ServerlessGuard.Simulators" or "ServerlessGuard.Emulators"))
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
            catch (IOException) when (watch.Elapsed < TimeSpan.FromMinutes(15))
            {
                await Task.Delay(TimeSpan.FromMilliseconds(50));
            }
        }
    }
}
