using System.Diagnostics;
using ServerlessGuard.Testing;

namespace ServerlessGuard.Page.Tests.Browser;

/// <summary>
/// What drives the browser, and the browser. The drivers come from npm, once, into artifacts/servers/browser. The browser is GUARD_CHROMIUM, or a Chromium or Chrome on
/// the PATH, or, where there is none, a Chromium from npm that brings its own libraries.
/// </summary>
internal static class BrowserTools
{
    private static readonly string[] Drivers = ["playwright-core@1.65.1", "axe-core@4.14.1"];
    private const string Bundled = "@sparticuz/chromium@153.0.0";

    private static readonly string[] Names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

    private static readonly Lazy<Task<(string Folder, string? Chromium, IReadOnlyList<string> Installed)>> Once = new(InstallAsync);

    /// <summary>The folder with node_modules, the browser (null: the bundled one), and what had to be installed.</summary>
    public static Task<(string Folder, string? Chromium, IReadOnlyList<string> Installed)> ReadyAsync() => Once.Value;

    private static async Task<(string Folder, string? Chromium, IReadOnlyList<string> Installed)> InstallAsync()
    {
        var folder = Repository.Path("artifacts", "servers", "browser");
        Directory.CreateDirectory(folder);
        var chromium = Environment.GetEnvironmentVariable("GUARD_CHROMIUM") is { Length: > 0 } named ? named : OnPath();
        var wanted = chromium is null ? [.. Drivers, Bundled] : Drivers;

        // Two test processes may come at once: the first one installs, the other finds it done.
        using var held = await LockAsync(Path.Combine(folder, ".lock"));
        var missing = wanted.Where(package => !IsThere(folder, package)).ToList();
        if (missing.Count > 0)
        {
            // All of them in one go: npm would take away what it is not told of.
            await RunAsync("npm", ["install", "--prefix", folder, "--no-audit", "--no-fund", "--loglevel=error", .. wanted], folder);
        }

        if (chromium is null)
        {
            await RunAsync("node", [Repository.Path("tests", "ServerlessGuard.Page.Tests", "Browser", "browser.mjs")], folder);
        }

        return (folder, chromium, missing);
    }

    private static bool IsThere(string folder, string package)
    {
        var at = package.LastIndexOf('@');
        var manifest = Path.Combine(folder, "node_modules", package[..at], "package.json");
        return File.Exists(manifest) && File.ReadAllText(manifest).Contains($"\"version\": \"{package[(at + 1)..]}\"", StringComparison.Ordinal);
    }

    private static string? OnPath() => (Environment.GetEnvironmentVariable("PATH") ?? string.Empty).Split(Path.PathSeparator)
        .SelectMany(folder => Names.Select(name => Path.Combine(folder, name))).FirstOrDefault(File.Exists);

    private static async Task<FileStream> LockAsync(string file)
    {
        var waited = Stopwatch.StartNew();
        while (true)
        {
            try
            {
                return new FileStream(file, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException) when (waited.Elapsed < TimeSpan.FromMinutes(5))
            {
                await Task.Delay(50);
            }
        }
    }

    private static async Task RunAsync(string program, IReadOnlyList<string> arguments, string folder)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        start.Environment["GUARD_BROWSER_FOLDER"] = folder;
        try
        {
            using var process = Process.Start(start)!;
            var error = process.StandardError.ReadToEndAsync();
            await process.StandardOutput.ReadToEndAsync();
            await process.WaitForExitAsync();
            Assert.True(process.ExitCode == 0, $"{program} ended with {process.ExitCode}: {await error}");
        }
        catch (System.ComponentModel.Win32Exception missing)
        {
            throw new InvalidOperationException($"{program} is not installed: the browser tests need Node.js 20 or later with npm", missing);
        }
    }
}
