using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace ServerlessGuard.Testing.Servers;

/// <summary>
/// AWS's own DynamoDB Local 1.25.1, in memory, one for a test assembly. It is downloaded once (npm) into artifacts/servers, needs java, and ends with the process that
/// started it.
/// </summary>
public sealed class DynamoDbLocal
{
    private const string Package = "amplify-dynamodb-simulator@2.9.30";

    private static readonly Lazy<Task<DynamoDbLocal>> Shared = new(StartAsync);

    private DynamoDbLocal(Uri address) => Address = address;

    /// <summary>Any credentials do; the data is the same for all of them.</summary>
    public Uri Address { get; }

    public static Task<DynamoDbLocal> RunningAsync() => Shared.Value;

    private static async Task<DynamoDbLocal> StartAsync()
    {
        var folder = await InstalledAsync();
        for (var attempt = 1; ; attempt++)
        {
            var port = FreePort();
            var process = Start("sh", folder, "-c", $"java -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -Xmx256m -Djava.library.path=./DynamoDBLocal_lib -jar DynamoDBLocal.jar -inMemory -sharedDb -disableTelemetry -port {port} >/dev/null 2>&1 & server=$!; cat >/dev/null; kill $server");
            AppDomain.CurrentDomain.ProcessExit += (_, _) => process.StandardInput.Close();
            if (await AnswersAsync(port, process))
            {
                return new DynamoDbLocal(new Uri($"http://127.0.0.1:{port}"));
            }

            process.StandardInput.Close();
            Assert.True(attempt < 3, "DynamoDB Local did not answer: is java (8 or later) on the PATH?");
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

    private static async Task<string> InstalledAsync()
    {
        var root = Path.Combine(Repository(), "artifacts", "servers", "dynamodb");
        var folder = Path.Combine(root, "package", "emulator");
        Directory.CreateDirectory(root);

        // Two test assemblies at once: the second waits for the first's download.
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
        Assert.True(process.ExitCode == 0, $"{program} {string.Join(' ', arguments)} failed with {process.ExitCode}: these tests download DynamoDB Local once and need npm, tar and java");
    }

    private static Process Start(string program, string folder, params string[] arguments)
    {
        try
        {
            return Process.Start(new ProcessStartInfo(program, arguments) { WorkingDirectory = folder, RedirectStandardInput = true, UseShellExecute = false })!;
        }
        catch (System.ComponentModel.Win32Exception missing)
        {
            throw new InvalidOperationException($"{program} is not on the PATH: these tests download DynamoDB Local once and need npm, tar and java", missing);
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static string Repository()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "ServerlessGuard.sln")))
            {
                return folder.FullName;
            }
        }

        throw new InvalidOperationException("the tests do not run inside the repository");
    }
}
