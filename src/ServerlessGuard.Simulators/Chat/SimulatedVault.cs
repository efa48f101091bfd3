using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using ServerlessGuard.Simulators.Azure;

namespace ServerlessGuard.Simulators.Chat;

/// <summary>A simulated Key Vault: secrets by name, for whoever has a bearer token. Tokens are not verified here.</summary>
/// <remarks>Source: https://learn.microsoft.com/rest/api/keyvault/secrets/get-secret/get-secret.</remarks>
public sealed class SimulatedVault : IAsyncDisposable
{
    private LoopbackServer? _server;

    public ConcurrentDictionary<string, string> Secrets { get; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Answers 503 as long as it is set.</summary>
    public bool IsDown { get; set; }

    /// <summary>For GUARD_KEY_VAULT_ENDPOINT.</summary>
    public Uri Address => _server!.Address;

    public int Reads { get; private set; }

    public Uri Reference(string name) => new(Address, "secrets/" + name);

    public async Task StartAsync(CancellationToken cancellation) => _server = await LoopbackServer.StartAsync(AnswerAsync, cancellation);

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }
    }

    private Task AnswerAsync(HttpContext context)
    {
        Reads++;
        var parts = (context.Request.Path.Value ?? "/").Split('/');
        var (status, body) = (IsDown, parts) switch
        {
            (true, _) => (503, Error("ServiceUnavailable")),
            _ when !context.Request.Headers.Authorization.ToString().StartsWith("Bearer ", StringComparison.Ordinal) =>
                (401, Error("Unauthorized")),
            _ when context.Request.Query["api-version"] != "7.4" => (400, Error("BadParameter")),
            (_, ["", "secrets", var name]) when Secrets.TryGetValue(name, out var value) =>
                (200, new JsonObject { ["value"] = value, ["id"] = Reference(name).AbsoluteUri + "/00000000000000000000000000000001" }),
            _ => (404, Error("SecretNotFound")),
        };
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json; charset=utf-8";
        return context.Response.WriteAsync(body.ToJsonString());
    }

    private static JsonObject Error(string code) => new() { ["error"] = new JsonObject { ["code"] = code, ["message"] = code } };
}
