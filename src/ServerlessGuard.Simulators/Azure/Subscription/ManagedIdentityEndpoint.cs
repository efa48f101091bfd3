using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace ServerlessGuard.Simulators.Azure.Subscription;

/// <summary>
/// The local endpoint that App Service and Functions give their apps (IDENTITY_ENDPOINT, IDENTITY_HEADER, api-version 2019-08-01), and the
/// only issuer whose tokens the simulated ARM takes. Tokens are random and mean nothing anywhere else.
/// </summary>
public sealed class ManagedIdentityEndpoint : IAsyncDisposable
{
    private static readonly string[] NamedBy = ["client_id", "principal_id", "object_id"];

    private readonly ConcurrentDictionary<string, IssuedToken> _tokens = new(StringComparer.Ordinal);
    private readonly IReadOnlyList<LabIdentity> _identities;
    private readonly LabLog _log;
    private readonly TimeProvider _time;
    private LoopbackServer? _server;
    private int _issued;

    private ManagedIdentityEndpoint(IReadOnlyList<LabIdentity> identities, LabLog log, TimeProvider time)
    {
        _identities = identities;
        _log = log;
        _time = time;
    }

    /// <summary>For IDENTITY_HEADER.</summary>
    public string Secret { get; } = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));

    /// <summary>For IDENTITY_ENDPOINT.</summary>
    public Uri Endpoint => new(_server!.Address, "msi/token");

    /// <summary>How long the next tokens live. Azure's live a day.</summary>
    public TimeSpan Lifetime { get; set; } = TimeSpan.FromHours(24);

    /// <summary>How many calls from now on are answered 500.</summary>
    public int FailNext { get; set; }

    public int Issued => Volatile.Read(ref _issued);

    /// <param name="identities">The first is the answer to a call that names none.</param>
    /// <param name="log">Where to write.</param>
    /// <param name="time">The clock that tokens expire by.</param>
    /// <param name="cancellation">Stops the start.</param>
    public static async Task<ManagedIdentityEndpoint> StartAsync(
        IReadOnlyList<LabIdentity> identities, LabLog log, TimeProvider time, CancellationToken cancellation)
    {
        var endpoint = new ManagedIdentityEndpoint(identities, log, time);
        endpoint._server = await LoopbackServer.StartAsync(endpoint.AnswerAsync, cancellation);
        return endpoint;
    }

    /// <summary>Whose token it is, for the audience, now; else why not.</summary>
    public (LabIdentity? Identity, string? Fault) Check(string? token, string audience)
    {
        if (token is null || !_tokens.TryGetValue(token, out var issued))
        {
            return (null, token is null ? "AuthenticationFailed" : "InvalidAuthenticationToken");
        }

        if (!string.Equals(issued.Resource.TrimEnd('/'), audience.TrimEnd('/'), StringComparison.OrdinalIgnoreCase))
        {
            return (null, "InvalidAuthenticationTokenAudience");
        }

        return issued.ExpiresAt <= _time.GetUtcNow() ? (null, "ExpiredAuthenticationToken") : (issued.Identity, null);
    }

    /// <summary>Every token issued so far is dead.</summary>
    public void ExpireAll()
    {
        foreach (var (token, issued) in _tokens)
        {
            _tokens[token] = issued with { ExpiresAt = DateTimeOffset.MinValue };
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }
    }

    private Task AnswerAsync(HttpContext context)
    {
        var query = context.Request.Query;
        var secret = Encoding.UTF8.GetBytes(context.Request.Headers["X-IDENTITY-HEADER"].ToString());
        if (!CryptographicOperations.FixedTimeEquals(secret, Encoding.UTF8.GetBytes(Secret)))
        {
            return WriteAsync(context, 401,
                new JsonObject { ["statusCode"] = 401, ["message"] = "The X-IDENTITY-HEADER is missing or wrong." });
        }

        if (FailNext > 0)
        {
            FailNext--;
            return WriteAsync(context, 500, new JsonObject { ["statusCode"] = 500, ["message"] = "The identity endpoint is restarting." });
        }

        if (query["api-version"] != "2019-08-01" || query["resource"].ToString() is not { Length: > 0 } resource)
        {
            return WriteAsync(context, 400, new JsonObject { ["statusCode"] = 400, ["message"] = "api-version or resource is missing." });
        }

        var named = NamedBy.Select(name => query[name].ToString()).FirstOrDefault(value => value.Length > 0);
        var identity = named is null
            ? _identities[0]
            : _identities.FirstOrDefault(each => each.ClientId == named || each.ObjectId == named);
        if (identity is null)
        {
            return WriteAsync(context, 400, new JsonObject
            {
                ["statusCode"] = 400,
                ["message"] = "No User Assigned or Delegated Managed Identity found for specified ClientId/ResourceId/PrincipalId.",
            });
        }

        var token = "lab." + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(24));
        var expires = _time.GetUtcNow() + Lifetime;
        _tokens[token] = new IssuedToken(identity, resource, expires);
        Interlocked.Increment(ref _issued);
        _log.Write($"identity: a token of {identity.Name} for {resource}");
        return WriteAsync(context, 200, new JsonObject
        {
            ["access_token"] = token,
            ["expires_on"] = expires.ToUnixTimeSeconds().ToString(),
            ["resource"] = resource,
            ["token_type"] = "Bearer",
            ["client_id"] = identity.ClientId,
        });
    }

    private static Task WriteAsync(HttpContext context, int status, JsonObject body)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json; charset=utf-8";
        return context.Response.WriteAsync(body.ToJsonString());
    }

    private sealed record IssuedToken(LabIdentity Identity, string Resource, DateTimeOffset ExpiresAt);
}
