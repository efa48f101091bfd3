using System.Diagnostics;
using System.Text.RegularExpressions;

namespace ServerlessGuard.Testing.Servers;

/// <summary>moto's simulated AWS in a process of its own, on a port that the operating system picks; ended by its own process id.</summary>
public sealed partial class MotoServer : IAsyncLifetime, IDisposable
{
    /// <summary>The account that moto plays.</summary>
    public const string Account = "123456789012";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);

    private Process? _process;

    /// <summary>Null where moto is not installed: tests are skipped then.</summary>
    public Uri? Url { get; private set; }

    public async Task InitializeAsync()
    {
        if (!Python.Has("moto.server") && !MissingTool.IsFailure)
        {
            return;
        }

        var url = new TaskCompletionSource<Uri>(TaskCreationOptions.RunContinuationsAsynchronously);
        _process = new Process
        {
            StartInfo = new ProcessStartInfo("python3", ["-u", "-m", "moto.server", "-H", "127.0.0.1", "-p", "0"])
            {
                UseShellExecute = false,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                Environment = { ["MOTO_IAM_LOAD_MANAGED_POLICIES"] = "true" },
            },
            EnableRaisingEvents = true,
        };
        void Listen(object sender, DataReceivedEventArgs line)
        {
            if (line.Data is { } text && Running().Match(text) is { Success: true } match)
            {
                url.TrySetResult(new Uri(match.Value));
            }
        }

        _process.OutputDataReceived += Listen;
        _process.ErrorDataReceived += Listen;
        _process.Exited += (_, _) => url.TrySetException(new InvalidOperationException("moto ended before it listened: is moto[server] installed?"));
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        Url = await url.Task.WaitAsync(Patience);
    }

    public async Task DisposeAsync()
    {
        if (_process is { HasExited: false } process)
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync();
        }
    }

    public void Dispose() => _process?.Dispose();

    [GeneratedRegex(@"http://127\.0\.0\.1:\d+", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Running();
}
