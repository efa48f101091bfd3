using System.Net;
using System.Net.Sockets;
using System.Text;
using ServerlessGuard.Page.Tests.Browser;
using ServerlessGuard.Sqlite;

namespace ServerlessGuard.Page.Tests;

/// <summary>guard serve as a process: what it prints, whom it lets in, how it ends.</summary>
public sealed class ServeTests : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("guard-page-").FullName;

    private string Table => "sqlite:" + Path.Combine(_folder, "t.db");

    public async Task InitializeAsync()
    {
        using var table = SqliteTable.Open(Path.Combine(_folder, "t.db"));
        await SmallCompany.WriteAsync(new Sample(table, DateTimeOffset.UtcNow));
    }

    public Task DisposeAsync()
    {
        Directory.Delete(_folder, recursive: true);
        return Task.CompletedTask;
    }

    [Fact]
    public async Task It_prints_one_address_and_ends_with_ctrl_c()
    {
        await using var guard = await GuardServe.StartAsync("--table", Table);
        Assert.Matches("^http://127\\.0\\.0\\.1:[0-9]+/#key=[0-9a-f]{32}$", guard.Address);
        var (code, output, complaints) = await guard.InterruptAsync();
        Assert.Equal((0, string.Empty), (code, output));
        Assert.Equal($"{Table}; Ctrl-C stops it\n", complaints);
    }

    [Fact]
    public async Task It_ends_at_once_while_browsers_wait_for_news()
    {
        await using var guard = await GuardServe.StartAsync("--table", Table);
        using var http = Client(guard);
        var waiting = http.GetAsync(new Uri("/api/changes?after=1000000&wait=20", UriKind.Relative));
        var (code, _, _) = await guard.InterruptAsync();
        Assert.Equal(0, code);
        await Assert.ThrowsAnyAsync<Exception>(() => waiting);
    }

    [Fact]
    public async Task It_answers_to_its_own_name_only()
    {
        await using var guard = await GuardServe.StartAsync("--table", Table);
        using var http = Client(guard);
        Assert.Equal(HttpStatusCode.OK, (await http.GetAsync(new Uri("/api/state", UriKind.Relative))).StatusCode);
        using var rebound = new HttpRequestMessage(HttpMethod.Get, new Uri("/api/state", UriKind.Relative)) { Headers = { Host = "rebound.example" } };
        Assert.Equal(HttpStatusCode.MisdirectedRequest, (await http.SendAsync(rebound)).StatusCode);
        http.DefaultRequestHeaders.Remove("X-Guard-Key");
        Assert.Equal(HttpStatusCode.Unauthorized, (await http.GetAsync(new Uri("/api/state", UriKind.Relative))).StatusCode);
        using var page = await http.GetAsync(new Uri("/", UriKind.Relative));
        Assert.Equal(PageSecurity.ContentSecurityPolicy, page.Headers.GetValues("Content-Security-Policy").Single());
    }

    [Fact]
    public async Task A_body_of_any_size_is_refused()
    {
        await using var guard = await GuardServe.StartAsync("--table", Table);
        using var http = Client(guard);
        using var large = new HttpRequestMessage(HttpMethod.Post, new Uri("/api/commands", UriKind.Relative)) { Content = new StringContent(new string(' ', 1_000_000), Encoding.UTF8, "application/json") };
        large.Headers.Add("Origin", guard.Origin);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, (await http.SendAsync(large)).StatusCode);
    }

    [Fact]
    public async Task For_reading_only_there_is_nothing_to_decide()
    {
        await using var guard = await GuardServe.StartAsync("--table", Table, "--read-only");
        using var http = Client(guard);
        Assert.DoesNotContain("\"person\"", await http.GetStringAsync(new Uri("/api/state", UriKind.Relative)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_port_that_is_taken_is_one_line()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var port = ((IPEndPoint)taken.LocalEndpoint).Port;
        var fault = await Assert.ThrowsAsync<InvalidOperationException>(() => GuardServe.StartAsync("--table", Table, "--port", port.ToString(System.Globalization.CultureInfo.InvariantCulture)));
        Assert.Contains($"cannot listen on 127.0.0.1:{port}", fault.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_table_that_is_not_there_is_one_line()
    {
        var fault = await Assert.ThrowsAsync<InvalidOperationException>(() => GuardServe.StartAsync("--table", Table + ".none"));
        Assert.Contains("no such table", fault.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", fault.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(_folder, "t.db.none")));
    }

    private static HttpClient Client(GuardServe guard)
    {
        var client = new HttpClient { BaseAddress = new Uri(guard.Origin) };
        client.DefaultRequestHeaders.Add("X-Guard-Key", guard.Key);
        return client;
    }
}
