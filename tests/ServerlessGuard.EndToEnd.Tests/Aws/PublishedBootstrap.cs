using System.Diagnostics;

namespace ServerlessGuard.EndToEnd.Tests.Aws;

/// <summary>
/// The Lambda's executable as it is shipped: Native AOT, published once into artifacts/ and again only when a source is newer. GUARD_E2E_JIT=1 takes the plain build
/// instead, which is there in no time and slower to start.
/// </summary>
internal static class PublishedBootstrap
{
    private static readonly string[] Sources = ["src/ServerlessGuard.Aws", "src/ServerlessGuard.Aws.Api", "src/ServerlessGuard.DynamoDb", "src/ServerlessGuard.Federation", "src/ServerlessGuard.Chat", "src/ServerlessGuard.Yaml", "shared/ServerlessGuard.Core"];

    private static readonly Lazy<Task<string>> Path = new(FindAsync);

    public static Task<string> PathAsync() => Path.Value;

    public static bool IsJit => Environment.GetEnvironmentVariable("GUARD_E2E_JIT") is "1";

    public static string Repository()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(System.IO.Path.Combine(folder.FullName, "ServerlessGuard.sln")))
            {
                return folder.FullName;
            }
        }

        throw new InvalidOperationException("the tests do not run inside the repository");
    }

    private static async Task<string> FindAsync()
    {
        var repository = Repository();
        if (IsJit)
        {
            var configuration = new DirectoryInfo(AppContext.BaseDirectory).Name;
            var built = System.IO.Path.Combine(repository, "artifacts", "bin", "ServerlessGuard.Aws", configuration, "bootstrap");
            return File.Exists(built) ? built : throw new FileNotFoundException($"{built} is not there: build the solution first");
        }

        var output = System.IO.Path.Combine(repository, "artifacts", "e2e", "aws");
        Directory.CreateDirectory(output);
        var bootstrap = System.IO.Path.Combine(output, "bootstrap");
        if (!File.Exists(bootstrap) || File.GetLastWriteTimeUtc(bootstrap) < Newest(repository))
        {
            await PublishAsync(repository, output);
            File.SetLastWriteTimeUtc(bootstrap, DateTime.UtcNow);
        }

        return bootstrap;
    }

    private static DateTime Newest(string repository) => Sources
        .SelectMany(folder => Directory.EnumerateFiles(System.IO.Path.Combine(repository, folder), "*", SearchOption.AllDirectories))
        .Where(file => file.EndsWith(".cs", StringComparison.Ordinal) || file.EndsWith(".csproj", StringComparison.Ordinal))
        .Append(System.IO.Path.Combine(repository, "Directory.Packages.props"))
        .Append(System.IO.Path.Combine(repository, "Directory.Build.props"))
        .Max(File.GetLastWriteTimeUtc);

    private static async Task PublishAsync(string repository, string output)
    {
        var start = new ProcessStartInfo("dotnet", ["publish", "src/ServerlessGuard.Aws", "-c", "Release", "-r", "linux-x64", "-p:Aot=true", "-p:RunAnalyzers=false", "-o", output, "--artifacts-path", output + "-build", "-v", "q", "--nologo"])
        {
            WorkingDirectory = repository,
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        var said = await Task.WhenAll(process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, $"dotnet publish of the bootstrap failed:\n{string.Concat(said)}");
    }
}
