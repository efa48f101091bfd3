using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace ServerlessGuard.Testing.Servers;

/// <summary>
/// Microsoft's own storage emulator as a process of its own, in memory, on ports that the system picks. Installed once with npm below the repository's artifacts; a test
/// run on a machine without Node.js fails with one clear sentence.
/// </summary>
public sealed partial class Azurite : IAsyncLifetime, IAsyncDisposable
{
    private const string Version = "3.35.0";

    /// <summary>The emulator's documented, public account and key.</summary>
    private const string Account = "devstoreaccount1";
    private const string Key = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly StringBuilder _output = new();
    private Process? _process;

    public string TableEndpoint { get; private set; } = string.Empty;

    public string QueueEndpoint { get; private set; } = string.Empty;

    public string ConnectionString =>
        $"DefaultEndpointsProtocol=http;AccountName={Account};AccountKey={Key};TableEndpoint={TableEndpoint};QueueEndpoint={QueueEndpoint};";

    public static async Task<Azurite> StartAsync()
    {
        var azurite = new Azurite();
        await azurite.InitializeAsync();
        return azurite;
    }

    public async Task InitializeAsync()
    {
        var script = await InstallAsync();
        var start = new ProcessStartInfo("node") { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        foreach (var argument in (string[])
        [
            script, "--inMemoryPersistence", "--silent", "--skipApiVersionCheck", "--disableTelemetry", "--blobPort", "0", "--queuePort", "0", "--tablePort", "0",
        ])
        {
            start.ArgumentList.Add(argument);
        }

        var ready = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _process = new Process { StartInfo = start, EnableRaisingEvents = true };
        _process.OutputDataReceived += (_, line) => Heard(line.Data, ready);
        _process.ErrorDataReceived += (_, line) => Heard(line.Data, ready);
        _process.Exited += (_, _) => ready.TrySetException(new InvalidOperationException("Azurite ended before it listened: " + _output));
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Stop();
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        await ready.Task.WaitAsync(Patience);
    }

    /// <summary>As infra/azure does it in a real deployment; a table that is there already is kept.</summary>
    public async Task CreateTableAsync(string name)
    {
        using var client = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, TableEndpoint + "/Tables") { Content = new StringContent($$"""{"TableName":"{{name}}"}""", Encoding.UTF8, "application/json") };
        var date = DateTimeOffset.UtcNow.ToString("R", CultureInfo.InvariantCulture);
        var signature = Convert.ToBase64String(HMACSHA256.HashData(Convert.FromBase64String(Key), Encoding.UTF8.GetBytes($"{date}\n/{Account}/{Account}/Tables")));
        request.Headers.TryAddWithoutValidation("x-ms-date", date);
        request.Headers.TryAddWithoutValidation("x-ms-version", "2019-02-02");
        request.Headers.TryAddWithoutValidation("Accept", "application/json;odata=nometadata");
        request.Headers.TryAddWithoutValidation("Authorization", $"SharedKeyLite {Account}:{signature}");
        using var answer = await client.SendAsync(request);
        if (!answer.IsSuccessStatusCode && answer.StatusCode is not System.Net.HttpStatusCode.Conflict)
        {
            throw new InvalidOperationException($"Azurite refused to create table {name}: {(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync()}");
        }
    }

    Task IAsyncLifetime.DisposeAsync() => DisposeAsync().AsTask();

    public ValueTask DisposeAsync()
    {
        Stop();
        _process?.Dispose();
        _process = null;
        return ValueTask.CompletedTask;
    }

    private void Stop()
    {
        if (_process is { HasExited: false } running)
        {
            running.Kill(entireProcessTree: true);
        }
    }

    private void Heard(string? line, TaskCompletionSource ready)
    {
        if (line is null)
        {
            return;
        }

        lock (_output)
        {
            _output.AppendLine(line);
            if (Listening().Match(line) is { Success: true } match)
            {
                var endpoint = $"http://127.0.0.1:{match.Groups["port"].Value}/{Account}";
                switch (match.Groups["service"].Value)
                {
                    case "Queue":
                        QueueEndpoint = endpoint;
                        break;
                    case "Table":
                        TableEndpoint = endpoint;
                        ready.TrySetResult();
                        break;
                }
            }
        }
    }

    [GeneratedRegex("Azurite (?<service>Queue|Table) service is successfully listening at http://127\\.0\\.0\\.1:(?<port>\\d+)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Listening();

    /// <summary>Two test processes may come at once: the first one installs, the other waits for the lock and finds it done.</summary>
    private static async Task<string> InstallAsync()
    {
        var folder = Path.Combine(Root(), "artifacts", "servers", "azurite");
        var script = Path.Combine(folder, "node_modules", "azurite", "dist", "src", "azurite.js");
        if (File.Exists(script))
        {
            return script;
        }

        Directory.CreateDirectory(folder);
        var deadline = Stopwatch.StartNew();
        while (true)
        {
            try
            {
                using var held = new FileStream(Path.Combine(folder, ".lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
                if (!File.Exists(script))
                {
                    await RunAsync("npm", "install", "--prefix", folder, "--no-audit", "--no-fund", "--loglevel=error", "azurite@" + Version);
                }

                return script;
            }
            catch (IOException) when (deadline.Elapsed < TimeSpan.FromMinutes(5))
            {
                await Task.Delay(50);
            }
        }
    }

    private static async Task RunAsync(string program, params string[] arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false })!;
            var error = process.StandardError.ReadToEndAsync();
            await process.StandardOutput.ReadToEndAsync();
            await process.WaitForExitAsync();
            if (process.ExitCode != 0)
            {
                throw new InvalidOperationException($"{program} ended with {process.ExitCode}: {await error}");
            }
        }
        catch (System.ComponentModel.Win32Exception missing)
        {
            throw new InvalidOperationException($"{program} is not installed: the storage tests need Node.js 18 or later with npm (they install azurite {Version})", missing);
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
