using System.Diagnostics;
using ServerlessGuard.Cli.Input;

namespace ServerlessGuard.Cli.Commands;

/// <summary>A line on standard error when a scan takes longer than a moment.</summary>
internal sealed class Progress : IAsyncDisposable
{
    private static readonly TimeSpan First = TimeSpan.FromSeconds(2);

    private readonly ScanRun _run;
    private readonly TextWriter _complaints;
    private readonly Stopwatch _stopwatch;
    private readonly long _total;
    private readonly Timer _timer;
    private bool _shown;

    public Progress(ScanRun run, IEnumerable<string> files, TextWriter complaints, Stopwatch stopwatch)
    {
        _run = run;
        _complaints = complaints;
        _stopwatch = stopwatch;
        _total = files.Where(file => file is not "-").Sum(file => new FileInfo(file).Length);
        _timer = new Timer(_ => Show(), null, First, Console.IsErrorRedirected ? TimeSpan.FromSeconds(10) : TimeSpan.FromSeconds(0.5));
    }

    public async ValueTask DisposeAsync()
    {
        await _timer.DisposeAsync();
        if (_shown && !Console.IsErrorRedirected)
        {
            _complaints.Write("\r\u001b[K");
        }
    }

    private void Show()
    {
        _shown = true;
        var read = $"{_run.Resources:N0} resources, "
            + $"{_run.Bytes / 1_000_000:N0}{(_total > 0 ? $" of {_total / 1_000_000:N0}" : string.Empty)} MB, "
            + $"{_stopwatch.Elapsed.TotalSeconds:N0} s";
        if (Console.IsErrorRedirected)
        {
            _complaints.WriteLine("scanning: " + read);
        }
        else
        {
            _complaints.Write($"\r\u001b[Kscanning: {read}");
        }
    }
}
