using System.Diagnostics;

namespace ServerlessGuard.Page.Tests.Browser;

/// <summary><c>guard serve</c> as a process of its own, until disposed.</summary>
internal sealed class GuardServe : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Process _process;

    private GuardServe(Process process, string address) => (_process, Address) = (process, address);

    /// <summary>As it was printed, with the key.</summary>
    public string Address { get; }

    public string Origin => Address[..Address.IndexOf("/#", StringComparison.Ordinal)];

    public string Key => Address[(Address.IndexOf("key=", StringComparison.Ordinal) + 4)..];

    public static async Task<GuardServe> StartAsync(params string[] arguments)
    {
        var process = Process.Start(new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "guard.dll"), "serve", .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        })!;
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Stop(process);
        var line = await process.StandardOutput.ReadLineAsync().WaitAsync(Patience);
        return line is not null ? new GuardServe(process, line) : throw new InvalidOperationException("guard serve ended: " + await process.StandardError.ReadToEndAsync());
    }

    /// <summary>As Ctrl-C does. Gives the exit code and what was written besides the address.</summary>
    public async Task<(int Code, string Output, string Complaints)> InterruptAsync()
    {
        using var kill = Process.Start("kill", ["-INT", _process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync();
        await _process.WaitForExitAsync().WaitAsync(Patience);
        return (_process.ExitCode, await _process.StandardOutput.ReadToEndAsync(), await _process.StandardError.ReadToEndAsync());
    }

    public async ValueTask DisposeAsync()
    {
        Stop(_process);
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private static void Stop(Process process)
    {
        try
        {
            process.Kill(entireProcessTree: true);
        }
        catch (InvalidOperationException)
        {
            // It has ended, or was disposed.
        }
    }
}
