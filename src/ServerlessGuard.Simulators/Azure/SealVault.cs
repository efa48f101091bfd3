using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using ServerlessGuard.Simulators.Azure.Subscription;

namespace ServerlessGuard.Simulators.Azure;

/// <summary>
/// A simulated Key Vault with one EC key, which signs and verifies for one identity and refuses every other one, as the template's only
/// role assignment there does.
/// </summary>
/// <remarks>Source: https://learn.microsoft.com/rest/api/keyvault/keys/sign/sign and …/verify/verify, api-version 7.4.</remarks>
public sealed class SealVault : IAsyncDisposable
{
    private const string Audience = "https://vault.azure.net";

    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly string _version = Guid.NewGuid().ToString("N");
    private readonly ManagedIdentityEndpoint _identities;
    private readonly LabIdentity _sealer;
    private LoopbackServer? _server;
    private int _signed;
    private int _refused;

    private SealVault(ManagedIdentityEndpoint identities, LabIdentity sealer) => (_identities, _sealer) = (identities, sealer);

    /// <summary>For GUARD_SEAL_KEY: the id without a version.</summary>
    public Uri Key => new(_server!.Address, "keys/guard-seal");

    public int Signed => Volatile.Read(ref _signed);

    /// <summary>Calls of everybody else.</summary>
    public int Refused => Volatile.Read(ref _refused);

    /// <summary>Answers 503 as long as it is set.</summary>
    public bool IsDown { get; set; }

    /// <param name="identities">Whose tokens are taken.</param>
    /// <param name="sealer">Who has the role.</param>
    /// <param name="cancellation">Stops the start.</param>
    public static async Task<SealVault> StartAsync(ManagedIdentityEndpoint identities, LabIdentity sealer, CancellationToken cancellation)
    {
        var vault = new SealVault(identities, sealer);
        vault._server = await LoopbackServer.StartAsync(vault.AnswerAsync, cancellation);
        return vault;
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }

        _key.Dispose();
    }

    private async Task AnswerAsync(HttpContext context)
    {
        var (status, body) = IsDown ? (503, Error("ServiceUnavailable")) : await AnswerAsync(context.Request);
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json; charset=utf-8";
        await context.Response.WriteAsync(body.ToJsonString());
    }

    private async Task<(int Status, JsonObject Body)> AnswerAsync(HttpRequest request)
    {
        var header = request.Headers.Authorization.ToString();
        var (caller, fault) =
            _identities.Check(header.StartsWith("Bearer ", StringComparison.Ordinal) ? header["Bearer ".Length..] : null, Audience);
        if (caller is null)
        {
            return (401, Error(fault ?? "Unauthorized"));
        }

        if (caller != _sealer)
        {
            Interlocked.Increment(ref _refused);
            return (403, Error("Forbidden"));
        }

        using var reader = new StreamReader(request.Body);
        return Parse(await reader.ReadToEndAsync()) is not { } body || (string?)body["alg"] is not "ES256"
            || request.Query["api-version"] != "7.4"
            ? (400, Error("BadParameter"))
            : (request.Path.Value ?? "/").Split('/') switch
            {
                ["", "keys", "guard-seal", "sign"] => Sign(body),
                ["", "keys", "guard-seal", var version, "sign"] when version == _version => Sign(body),
                ["", "keys", "guard-seal", var version, "verify"] when version == _version => Verify(body),
                _ => (404, Error("KeyNotFound")),
            };
    }

    private (int Status, JsonObject Body) Sign(JsonObject body)
    {
        if (Bytes(body, "value") is not { Length: 32 } digest)
        {
            return (400, Error("BadParameter"));
        }

        Interlocked.Increment(ref _signed);
        return (200, new JsonObject
            { ["kid"] = $"{Key.AbsoluteUri}/{_version}", ["value"] = Base64Url.EncodeToString(_key.SignHash(digest)) });
    }

    private (int Status, JsonObject Body) Verify(JsonObject body) =>
        (Bytes(body, "digest"), Bytes(body, "value")) is ({ Length: 32 } digest, { } signature)
        ? (200, new JsonObject { ["value"] = _key.VerifyHash(digest, signature) })
        : (400, Error("BadParameter"));

    private static JsonObject? Parse(string text)
    {
        try
        {
            return JsonNode.Parse(text) as JsonObject;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static byte[]? Bytes(JsonObject body, string name) =>
        (string?)body[name] is { } text && Base64Url.IsValid(text) ? Base64Url.DecodeFromChars(text) : null;

    private static JsonObject Error(string code) => new() { ["error"] = new JsonObject { ["code"] = code, ["message"] = code } };
}
