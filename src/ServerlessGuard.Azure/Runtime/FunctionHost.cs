using System.Net;

namespace ServerlessGuard.Azure.Runtime;

/// <summary>Kestrel on the port that the Functions host named, on IPv4 loopback and nowhere else; one route per function.</summary>
internal static class FunctionHost
{
    /// <summary>Of any call, also of one that is only read to be thrown away.</summary>
    private const long LargestRequest = 32 * 1024 * 1024;

    /// <summary>Of a connection that nobody reads from yet: those that wait at a function's gate. Bytes.</summary>
    private const long LargestWait = 64 * 1024;

    public static WebApplication Build(int port, Composition functions)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(server =>
        {
            server.AddServerHeader = false;
            server.Limits.MaxRequestBodySize = LargestRequest;
            server.Listen(IPAddress.Loopback, port);
        });

        // A megabyte each by default: two hundred callers at the gates would be two hundred megabytes.
        builder.WebHost.UseSockets(static sockets => sockets.MaxReadBufferSize = LargestWait);
        var app = builder.Build();

        // The host takes any answer as "ready".
        app.MapGet("/", (RequestDelegate)(static context => context.Response.WriteAsync("{}")));
        foreach (var (name, endpoint) in functions.Endpoints)
        {
            app.MapPost("/" + name, (RequestDelegate)endpoint.HandleAsync);
        }

        return app;
    }
}
