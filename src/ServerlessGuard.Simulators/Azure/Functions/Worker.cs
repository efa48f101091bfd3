using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace ServerlessGuard.Simulators.Azure.Functions;

/// <summary>One process of the function app's executable.</summary>
internal sealed class Worker : IAsyncDisposable
{
    private static readonly TimeSpan PollEvery = TimeSpan.FromMilliseconds(25);
    private static readonly TimeSpan StartAttempt = TimeSpan.FromSeconds(30);
    private static readonly string[] Inherited = ["PATH", "HOME", "TMPDIR", "LANG", "DOTNET_ROOT", "DOTNET_CLI_TELEMETRY_OPTOUT"];

    private readonly Process _process;

    private Worker(Process process, Uri address)
    {
        _process = process;
        Address = address;
        Exited = ExitCodeAsync(process);
    }

    public Uri Address { get; }

    public int Id => _process.Id;

    /// <summary>The exit code.</summary>
    public Task<int> Exited { get; }

    /// <summary>Starts the process; it has not answered yet.</summary>
    public static Worker Start(FunctionApp app, FunctionsHostOptions options)
    {
        var port = FreePort();
        var start = new ProcessStartInfo(options.Executable ?? app.Executable)
        {
            UseShellExecute = false,
            WorkingDirectory = app.Directory,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };
        foreach (var argument in app.Arguments)
        {
            start.ArgumentList.Add(argument);
        }

        foreach (var name in start.Environment.Keys.Where(name => !Inherited.Contains(name, StringComparer.Ordinal)).ToList())
        {
            start.Environment.Remove(name);
        }

        foreach (var (name, value) in options.Settings)
        {
            start.Environment[name] = value;
        }

        start.Environment["FUNCTIONS_CUSTOMHANDLER_PORT"] = port.ToString();
        var process = Process.Start(start) ?? throw new InvalidOperationException($"{start.FileName} did not start");
        process.OutputDataReceived += (_, line) => Log(line.Data);
        process.ErrorDataReceived += (_, line) => Log(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return new Worker(process, new Uri($"http://127.0.0.1:{port}/"));

        void Log(string? line)
        {
            if (line is not null)
            {
                options.Log.Write($"worker: {line}");
            }
        }
    }

    /// <summary>True once it has given any HTTP answer to GET /; false when it left, or said nothing for 30 seconds.</summary>
    public async Task<bool> ReadyAsync(HttpClient http, TimeProvider time, CancellationToken cancellation)
    {
        using var attempt = new CancellationTokenSource(StartAttempt, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(attempt.Token, cancellation);
        try
        {
            while (!Exited.IsCompleted)
            {
                try
                {
                    using var answer = await http.GetAsync(Address, HttpCompletionOption.ResponseHeadersRead, either.Token);
                    return true;
                }
                catch (HttpRequestException)
                {
                    await Task.Delay(PollEvery, time, either.Token);
                }
            }

            return false;
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return false;
        }
    }

    /// <summary>SIGKILL: there is no other stop.</summary>
    public async Task KillAsync()
    {
        try
        {
            _process.Kill(entireProcessTree: true);
        }
        catch (InvalidOperationException)
        {
            // It was gone already.
        }

        await Exited;
    }

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        _process.Dispose();
    }

    private static async Task<int> ExitCodeAsync(Process process)
    {
        await process.WaitForExitAsync(CancellationToken.None);
        return process.ExitCode;
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
