using System.Net;

namespace ServerlessGuard.Azure.Runtime;

/// <summary>Kestrel on the port that the Functions host named, on IPv4 loopback and nowhere else; one route per function.</summary>
internal static class FunctionHost
{
    private const long LargestRequest = 32 * 1024 * 1024;

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
