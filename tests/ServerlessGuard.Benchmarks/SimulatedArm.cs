using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace ServerlessGuard.Benchmarks;

/// <summary>A simulated ARM that has every storage account that is asked for, sound but for one mistake (plain HTTP, one finding), and a simulated managed-identity endpoint.</summary>
internal sealed class SimulatedArm : IAsyncDisposable
{
    private readonly WebApplication _app;

    private SimulatedArm(WebApplication app) => _app = app;

    public string Address => _app.Urls.First();

    public static async Task<SimulatedArm> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var app = builder.Build();
        app.Urls.Add("http://127.0.0.1:0");
        app.Run(static context =>
        {
            context.Response.ContentType = "application/json";
            return context.Response.WriteAsync(Answer(Uri.UnescapeDataString(context.Request.Path.Value!)));
        });
        await app.StartAsync();
        return new SimulatedArm(app);
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private static string Answer(string path)
    {
        if (path == "/msi/token")
        {
            return "{\"access_token\":\"t\",\"expires_on\":\"" + DateTimeOffset.UtcNow.AddHours(1).ToUnixTimeSeconds() + "\",\"resource\":\"x\",\"token_type\":\"Bearer\"}";
        }

        if (path.EndsWith("/diagnosticSettings", StringComparison.Ordinal))
        {
            return "{\"value\":[{\"id\":\"" + path + "/audit\",\"name\":\"audit\",\"type\":\"Microsoft.Insights/diagnosticSettings\",\"properties\":{\"workspaceId\":\"/subscriptions/s/resourceGroups/r/providers/Microsoft.OperationalInsights/workspaces/w\",\"logs\":[{\"category\":\"StorageRead\",\"enabled\":true},{\"category\":\"StorageWrite\",\"enabled\":true},{\"category\":\"StorageDelete\",\"enabled\":true}]}}]}";
        }

        if (path.EndsWith("/containers", StringComparison.Ordinal))
        {
            return "{\"value\":[{\"id\":\"" + path + "/data\",\"name\":\"data\",\"type\":\"Microsoft.Storage/storageAccounts/blobServices/containers\",\"properties\":{\"publicAccess\":\"None\"}}]}";
        }

        return path.EndsWith("/blobServices/default", StringComparison.Ordinal)
            ? "{\"id\":\"" + path + "\",\"name\":\"default\",\"type\":\"Microsoft.Storage/storageAccounts/blobServices\",\"properties\":{\"deleteRetentionPolicy\":{\"enabled\":true,\"days\":7},\"containerDeleteRetentionPolicy\":{\"enabled\":true,\"days\":7}}}"
            : "{\"id\":\"" + path + "\",\"name\":\"a\",\"type\":\"Microsoft.Storage/storageAccounts\",\"location\":\"westeurope\",\"kind\":\"StorageV2\",\"properties\":{\"supportsHttpsTrafficOnly\":false,\"minimumTlsVersion\":\"TLS1_2\",\"allowBlobPublicAccess\":false,\"allowSharedKeyAccess\":false,\"networkAcls\":{\"defaultAction\":\"Deny\",\"bypass\":\"AzureServices\",\"ipRules\":[],\"virtualNetworkRules\":[]}}}";
    }
}
