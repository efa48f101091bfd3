using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using ServerlessGuard.Azure.Tests.Events;
using ServerlessGuard.Testing.Servers;

namespace ServerlessGuard.Azure.Tests.Runtime;

/// <summary>
/// The real process, started and called as the Functions host does it: port by environment, ready when GET / answers, one chunked POST per call, and SIGKILL at the end.
/// <c>GUARD_FUNCTIONS_EXE</c> names a published executable to test instead.
/// </summary>
internal sealed class FunctionProcess : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Process _process;
    private readonly HttpClient _client;
    private readonly StringBuilder _output = new();

    private FunctionProcess(Process process, int port)
    {
        _process = process;
        _client = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}"), Timeout = Patience };
    }

    public Uri Address => _client.BaseAddress!;

    /// <summary>Bytes: the most that were ever resident.</summary>
    public long PeakMemory() => 1024 * long.Parse(
        File.ReadLines($"/proc/{_process.Id}/status").First(line => line.StartsWith("VmHWM:", StringComparison.Ordinal)).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)[1],
        System.Globalization.CultureInfo.InvariantCulture);

    public string Output
    {
        get
        {
            lock (_output)
            {
                return _output.ToString();
            }
        }
    }

    public static ProcessStartInfo StartInfo(int port, Azurite azurite, string arm, params (string Name, string Value)[] more)
    {
        var start = Environment.GetEnvironmentVariable("GUARD_FUNCTIONS_EXE") is { Length: > 0 } published
            ? new ProcessStartInfo(published)
            : new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "guard-functions.dll")]);
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
        start.UseShellExecute = false;
        foreach (var (name, value) in ((string, string)[])
        [
            ("FUNCTIONS_CUSTOMHANDLER_PORT", port.ToString(System.Globalization.CultureInfo.InvariantCulture)), ("GUARD_SUBSCRIPTIONS", FakeSource.Subscription), ("GUARD_TENANT", Bench.Tenant),
            ("GUARD_STORAGE_CONNECTION", azurite.ConnectionString), ("GUARD_ARM_ENDPOINT", arm), ("IDENTITY_ENDPOINT", arm + "/msi/token"), ("IDENTITY_HEADER", "test"), .. more,
        ])
        {
            start.Environment[name] = value;
        }

        return start;
    }

    public static async Task<FunctionProcess> StartAsync(Azurite azurite, string arm, params (string Name, string Value)[] more)
    {
        var port = FreePort();
        var process = new Process { StartInfo = StartInfo(port, azurite, arm, more) };
        var function = new FunctionProcess(process, port);
        process.OutputDataReceived += (_, line) => function.Heard(line.Data);
        process.ErrorDataReceived += (_, line) => function.Heard(line.Data);
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        await function.ReadyAsync();
        return function;
    }

    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    /// <summary>The status and the answer, which must be a JSON object, whatever it says.</summary>
    public async Task<(int Status, JsonElement Body)> CallAsync(string function, string data)
    {
        using var answer = await SendAsync(function, "{\"Data\":{" + data + "},\"Metadata\":{\"sys\":{\"MethodName\":\"" + function + "\",\"UtcNow\":\"2026-11-25T10:00:00Z\"}}}");
        var body = await answer.Content.ReadAsStringAsync();
        Assert.Equal("application/json", answer.Content.Headers.ContentType?.MediaType);
        var json = JsonElement.Parse(body);
        Assert.Equal(JsonValueKind.Object, json.ValueKind);
        Assert.Equal(JsonValueKind.Array, json.GetProperty("Logs").ValueKind);
        return ((int)answer.StatusCode, json);
    }

    public Task<(int Status, JsonElement Body)> EventAsync(string json) => CallAsync("scan", "\"event\":" + json);

    public async Task<HttpResponseMessage> SendAsync(string function, string body)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/" + function) { Content = new StreamContent(new MemoryStream(Encoding.UTF8.GetBytes(body))) };
        request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse("application/json; charset=utf-8");
        request.Headers.TransferEncodingChunked = true;
        request.Headers.Add("X-Azure-Functions-InvocationId", Guid.NewGuid().ToString());
        request.Headers.Add("X-Azure-Functions-HostVersion", "4.1037.0.0");
        return await _client.SendAsync(request);
    }

    /// <summary>As the Functions host stops its worker: SIGKILL.</summary>
    public async Task KillAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }

        await _process.WaitForExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        _client.Dispose();
        _process.Dispose();
    }

    private async Task ReadyAsync()
    {
        var watch = Stopwatch.StartNew();
        while (true)
        {
            try
            {
                using var _ = await _client.GetAsync("/");
                return;
            }
            catch (HttpRequestException) when (watch.Elapsed < Patience && !_process.HasExited)
            {
                await Task.Delay(25);
            }
            catch (HttpRequestException refused)
            {
                throw new InvalidOperationException("guard-functions is not ready: " + Output, refused);
            }
        }
    }

    private void Heard(string? line)
    {
        lock (_output)
        {
            _output.AppendLine(line);
        }
    }
}
