using System.Diagnostics;
using System.Text.Json.Nodes;
using ServerlessGuard.Testing;

namespace ServerlessGuard.Page.Tests.Browser;

/// <summary>
/// Runs a script of checks in Node.js, which drives the browser. Each check is a line of JSON with its name, whether it held, and what it saw. A line with <c>ask</c> wants
/// something done to the table, and waits for a line back.
/// </summary>
internal static class BrowserScript
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    public static async Task<IReadOnlyDictionary<string, CheckResult>> RunAsync(string script, string address, Func<string, Task<JsonNode>> answer)
    {
        var (folder, chromium, installed) = await BrowserTools.ReadyAsync();
        var results = new Dictionary<string, CheckResult>(StringComparer.Ordinal);
        if (installed.Count > 0)
        {
            Console.WriteLine($"installed for the browser tests: {string.Join(", ", installed)}");
        }

        var start = new ProcessStartInfo("node", [Repository.Path("tests", "ServerlessGuard.Page.Tests", "Browser", script), address])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        start.Environment["GUARD_BROWSER_FOLDER"] = folder;
        start.Environment["GUARD_BROWSER"] = chromium ?? string.Empty;
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        using var limit = new CancellationTokenSource(Patience);
        try
        {
            while (await process.StandardOutput.ReadLineAsync(limit.Token) is { } line)
            {
                var said = JsonNode.Parse(line)!;
                if (said["ask"]?.GetValue<string>() is { } wish)
                {
                    await process.StandardInput.WriteLineAsync((await answer(wish)).ToJsonString());
                    await process.StandardInput.FlushAsync(limit.Token);
                }
                else
                {
                    results[said["check"]!.GetValue<string>()] = new CheckResult(said["ok"]!.GetValue<bool>(), said["detail"]?.ToJsonString() ?? string.Empty);
                }
            }

            await process.WaitForExitAsync(limit.Token);
            Assert.True(process.ExitCode == 0, $"{script} ended with {process.ExitCode}: {await error}");
            return results;
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
            }
        }
    }
}

/// <param name="Held">The check's outcome.</param>
/// <param name="Detail">What it saw, as JSON.</param>
internal sealed record CheckResult(bool Held, string Detail);
