using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace ServerlessGuard.Emulators;

/// <summary>
/// Microsoft's own storage emulator as a process of its own, in memory, on ports that the system picks. Installed once with npm into the
/// given folder; a machine without Node.js gets one clear sentence.
/// </summary>
public partial class AzuriteEmulator(string servers) : IAsyncDisposable
{
    public const string Version = "3.35.0";

    /// <summary>The emulator's documented, public account and key.</summary>
    private const string Account = "devstoreaccount1";
    private const string Key = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";

    /// <summary>Accounts besides the emulator's own: a test that wants tables and queues to itself takes one.</summary>
    private const int Accounts = 400;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly StringBuilder _output = new();
    private Process? _process;
    private int _taken;

    public string TableEndpoint { get; private set; } = string.Empty;

    public string QueueEndpoint { get; private set; } = string.Empty;

    public string ConnectionString =>
        $"DefaultEndpointsProtocol=http;AccountName={Account};AccountKey={Key};TableEndpoint={TableEndpoint};QueueEndpoint={QueueEndpoint};";

    /// <summary>The connection string of an account that nobody has used.</summary>
    public string TakeAccount()
    {
        var account = Name(Interlocked.Increment(ref _taken));
        return ConnectionString.Replace(Account, account, StringComparison.Ordinal);
    }

    /// <summary>Of the running process; null when there is none.</summary>
    public int? ProcessId => _process?.Id;

    /// <summary>
    /// <see cref="InvalidOperationException"/> in one sentence when Node.js or npm is missing or the package cannot be had.
    /// </summary>
    public async Task StartAsync()
    {
        var script = await InstallAsync(servers);
        var start = new ProcessStartInfo("node") { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        foreach (var argument in (string[])
        [
            script, "--inMemoryPersistence", "--silent", "--skipApiVersionCheck", "--disableTelemetry", "--blobPort", "0", "--queuePort",
            "0", "--tablePort", "0",
        ])
        {
            start.ArgumentList.Add(argument);
        }

        start.Environment["AZURITE_ACCOUNTS"] =
            string.Join(';', Enumerable.Range(1, Accounts).Select(Name).Prepend(Account).Select(name => $"{name}:{Key}"));
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
    public Task CreateTableAsync(string name) => CreateTableAsync(name, ConnectionString);

    /// <summary>The same in the account of a connection string from <see cref="TakeAccount"/>.</summary>
    /// <remarks>By hand: the library's own call serializes by reflection, which is switched off.</remarks>
    public static async Task CreateTableAsync(string name, string connection)
    {
        var parts = connection.Split(';', StringSplitOptions.RemoveEmptyEntries).Select(part => part.Split('=', 2))
            .ToDictionary(part => part[0], part => part[1], StringComparer.Ordinal);
        var account = parts["AccountName"];
        using var client = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, parts["TableEndpoint"].TrimEnd('/') + "/Tables") { Content = new StringContent($$"""{"TableName":"{{name}}"}""", Encoding.UTF8, "application/json") };
        var date = TimeProvider.System.GetUtcNow().ToString("R", CultureInfo.InvariantCulture);
        var signature = Convert.ToBase64String(
            HMACSHA256.HashData(Convert.FromBase64String(parts["AccountKey"]),
                Encoding.UTF8.GetBytes($"{date}\n/{account}/{account}/Tables")));
        request.Headers.TryAddWithoutValidation("x-ms-date", date);
        request.Headers.TryAddWithoutValidation("x-ms-version", "2019-02-02");
        request.Headers.TryAddWithoutValidation("Accept", "application/json;odata=nometadata");
        request.Headers.TryAddWithoutValidation("Authorization", $"SharedKeyLite {account}:{signature}");
        using var answer = await client.SendAsync(request);
        if (!answer.IsSuccessStatusCode && answer.StatusCode is not System.Net.HttpStatusCode.Conflict)
        {
            throw new InvalidOperationException(
                $"Azurite refused to create table {name}: {(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync()}");
        }
    }

    public ValueTask DisposeAsync()
    {
        Stop();
        _process?.Dispose();
        _process = null;
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    private static string Name(int account) => $"account{account:D4}";

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

    [GeneratedRegex("Azurite (?<service>Queue|Table) service is successfully listening at http://127\\.0\\.0\\.1:(?<port>\\d+)",
        RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Listening();

    /// <summary>
    /// Two processes may come at once: the first one installs, the other waits for the lock and finds it done. What is installed says so
    /// in a file of its own, since npm writes the script long before the rest.
    /// </summary>
    public static async Task<string> InstallAsync(string servers)
    {
        var folder = Path.Combine(servers, "azurite");
        var script = Path.Combine(folder, "node_modules", "azurite", "dist", "src", "azurite.js");
        if (IsInstalled(folder))
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
                if (!IsInstalled(folder))
                {
                    await RunAsync("npm", "install", "--prefix", folder, "--no-audit", "--no-fund", "--loglevel=error",
                        "azurite@" + Version);
                    var mark = Path.Combine(folder, "installed.new");
                    await File.WriteAllTextAsync(mark, Version);
                    File.Move(mark, Path.Combine(folder, "installed"), overwrite: true);
                }

                return script;
            }
            catch (IOException) when (deadline.Elapsed < TimeSpan.FromMinutes(5))
            {
                await Task.Delay(50);
            }
        }
    }

    private static bool IsInstalled(string folder) =>
        Path.Combine(folder, "installed") is var mark && File.Exists(mark) && File.ReadAllText(mark) == Version;

    private static async Task RunAsync(string program, params string[] arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(program, arguments)
                { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false })!;
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
            throw new InvalidOperationException(
                $"{program} is not installed: Azurite needs Node.js 18 or later with npm (azurite {Version} is installed with it)",
                    missing);
        }
    }
}
