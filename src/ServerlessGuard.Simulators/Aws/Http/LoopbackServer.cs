using System.Net;

namespace ServerlessGuard.Simulators.Aws.Http;

/// <summary>
/// HTTP on 127.0.0.1, on a port that the system picks (or a given one): nothing of the lab is reachable from another machine.
/// </summary>
public sealed class LoopbackServer : IAsyncDisposable
{
    /// <summary>
    /// More than any payload that the simulated services accept: they refuse by themselves, with the error of the real one.
    /// </summary>
    private const int MaxBody = 16 * 1024 * 1024;

    private readonly WebApplication _application;

    private LoopbackServer(WebApplication application) => _application = application;

    public Uri Address => new(_application.Urls.First());

    /// <summary><c>127.0.0.1:port</c>.</summary>
    public string Authority => Address.Authority;

    public static async Task<LoopbackServer> StartAsync(RequestDelegate handle, int port = 0)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(IPAddress.Loopback, port);
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = MaxBody;
            kestrel.Limits.MinRequestBodyDataRate = null;
        });
        builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = TimeSpan.FromSeconds(1));
        var application = builder.Build();
        application.Run(handle);
        await application.StartAsync();
        return new LoopbackServer(application);
    }

    public async ValueTask DisposeAsync()
    {
        using var soon = new CancellationTokenSource(TimeSpan.FromSeconds(1));
        await _application.StopAsync(soon.Token);
        await _application.DisposeAsync();
    }
}
