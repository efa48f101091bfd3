using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace ServerlessGuard.Emulators;

/// <summary>
/// AWS's own DynamoDB Local 1.25.1, in memory. It is downloaded once (npm) into the given folder, needs java, and ends with the process
/// that started it.
/// </summary>
public sealed class DynamoDbLocalEmulator : IDisposable
{
    private const string Package = "amplify-dynamodb-simulator@2.9.30";

    private readonly Process _process;

    private DynamoDbLocalEmulator(Uri address, Process process) => (Address, _process) = (address, process);

    /// <summary>Any credentials do; the data is the same for all of them.</summary>
    public Uri Address { get; }

    /// <summary>Of the shell that the server runs under.</summary>
    public int ProcessId => _process.Id;

    /// <summary>Its input is its life: closed, the server ends, even if this process is killed.</summary>
    public void Dispose()
    {
        _process.StandardInput.Close();
        _process.Dispose();
    }

    /// <summary>
    /// <see cref="InvalidOperationException"/> in one sentence when npm, tar or java is missing or the package cannot be had.
    /// </summary>
    public static async Task<DynamoDbLocalEmulator> StartAsync(string servers)
    {
        var folder = await InstallAsync(servers);
        for (var attempt = 1; ; attempt++)
        {
            var port = FreePort();
            // Ctrl-C goes to the whole group: the shell must outlive it, for it is what ends the server.
            var process = Start("sh", folder, "-c",
                $"trap '' INT; java -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -Xmx256m -Djava.library.path=./DynamoDBLocal_lib -jar "
                    + $"DynamoDBLocal.jar -inMemory -sharedDb -disableTelemetry -port {port} >/dev/null 2>&1 & server=$!; cat >/dev/null; "
                    + $"kill $server");
            if (await AnswersAsync(port, process))
            {
                return new DynamoDbLocalEmulator(new Uri($"http://127.0.0.1:{port}"), process);
            }

            process.StandardInput.Close();
            process.Dispose();
            if (attempt == 3)
            {
                throw new InvalidOperationException("DynamoDB Local did not answer: is java (8 or later) on the PATH?");
            }
        }
    }

    /// <summary>Any answer, 400 too, shows that it serves.</summary>
    private static async Task<bool> AnswersAsync(int port, Process process)
    {
        using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(5) };
        var watch = Stopwatch.StartNew();
        while (watch.Elapsed < TimeSpan.FromSeconds(60) && !process.HasExited)
        {
            try
            {
                using var answer = await http.GetAsync(new Uri($"http://127.0.0.1:{port}/"));
                return true;
            }
            catch (Exception fault) when (fault is HttpRequestException or TaskCanceledException)
            {
                await Task.Delay(50);
            }
        }

        return false;
    }

    public static async Task<string> InstallAsync(string servers)
    {
        var root = Path.Combine(servers, "dynamodb");
        var folder = Path.Combine(root, "package", "emulator");
        Directory.CreateDirectory(root);

        // Two processes at once: the second waits for the first's download.
        using var gate = await LockAsync(Path.Combine(root, "lock"));
        if (!File.Exists(Path.Combine(folder, "installed")))
        {
            await RunAsync("npm", root, "pack", "--silent", Package);
            await RunAsync("tar", root, "xzf", Path.GetFileName(Directory.GetFiles(root, "*.tgz")[0]));
            await File.WriteAllTextAsync(Path.Combine(folder, "installed"), Package);
        }

        return folder;
    }

    private static async Task<FileStream> LockAsync(string path)
    {
        var watch = Stopwatch.StartNew();
        while (true)
        {
            try
            {
                return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException) when (watch.Elapsed < TimeSpan.FromMinutes(5))
            {
                await Task.Delay(50);
            }
        }
    }

    private static async Task RunAsync(string program, string folder, params string[] arguments)
    {
        using var process = Start(program, folder, arguments);
        process.StandardInput.Close();
        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException(
                $"{program} {string.Join(' ', arguments)} failed with {process.ExitCode}: DynamoDB Local is downloaded once, with npm and "
                    + $"tar, and needs java");
        }
    }

    private static Process Start(string program, string folder, params string[] arguments)
    {
        try
        {
            return Process.Start(new ProcessStartInfo(program, arguments)
                { WorkingDirectory = folder, RedirectStandardInput = true, UseShellExecute = false })!;
        }
        catch (System.ComponentModel.Win32Exception missing)
        {
            throw new InvalidOperationException(
                $"{program} is not on the PATH: DynamoDB Local is downloaded once, with npm and tar, and needs java", missing);
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
