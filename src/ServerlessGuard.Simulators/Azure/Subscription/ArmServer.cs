using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Nodes;
using ServerlessGuard.Resources;

namespace ServerlessGuard.Simulators.Azure.Subscription;

/// <summary>
/// The simulated subscription behind HTTP on 127.0.0.1: tokens of the lab's own identity endpoint only, faults on demand, every call on
/// record.
/// </summary>
public sealed class ArmServer : IAsyncDisposable
{
    private const string Audience = "https://management.azure.com";

    private readonly ConcurrentQueue<ArmCall> _calls = new();
    private readonly List<ArmFault> _faults = [];
    private readonly ManagedIdentityEndpoint _identities;
    private readonly LabLog _log;
    private LoopbackServer? _server;

    private ArmServer(ArmStore store, string subscription, ManagedIdentityEndpoint identities, LabLog log, TimeProvider time)
    {
        Store = store;
        Subscription = subscription;
        _identities = identities;
        _log = log;
        Api = new ArmApi(store, subscription, time);
    }

    public ArmStore Store { get; }

    public ArmApi Api { get; }

    public string Subscription { get; }

    /// <summary>Ends with a slash.</summary>
    public Uri Address => _server!.Address;

    /// <summary>In the order of their answers.</summary>
    public IReadOnlyCollection<ArmCall> Calls => _calls;

    /// <summary>Awaited before a call is looked at (false) and before its answer is sent (true): tests pull the plug here.</summary>
    public Func<string, bool, Task>? Tap { get; set; }

    public static async Task<ArmServer> StartAsync(
        ArmStore store, string subscription, ManagedIdentityEndpoint identities, LabLog log, TimeProvider time,
        CancellationToken cancellation)
    {
        var server = new ArmServer(store, subscription, identities, log, time);
        server._server = await LoopbackServer.StartAsync(server.AnswerAsync, cancellation);
        return server;
    }

    public void Inject(ArmFault fault)
    {
        lock (_faults)
        {
            _faults.Add(fault);
        }
    }

    /// <summary>Somebody acts on the subscription with another tool: the same rules, the same events, no HTTP.</summary>
    public ArmAnswer Act(LabIdentity caller, string method, string id, JsonObject? body = null)
    {
        var answer = Api.Answer(new ArmRequest(method, ArmId.Normal(id), caller) { ApiVersion = "2024-01-01", Body = body });
        _log.Write($"arm: {caller.Name}: {method} {id}: {answer.Status}");
        return answer;
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }
    }

    private async Task AnswerAsync(HttpContext context)
    {
        var request = context.Request;
        var path = request.Path.Value ?? "/";
        var name = $"ARM {request.Method} {path}";
        if (Tap is { } before)
        {
            await before(name, false);
        }

        var (identity, answer) = await DecideAsync(request, path, context.RequestAborted);
        _calls.Enqueue(new ArmCall(request.Method, path, answer.Status, identity?.Name));
        _log.Write($"arm: {identity?.Name ?? "unknown"}: {request.Method} {path}: {answer.Status}");
        if (Tap is { } after)
        {
            await after(name, true);
        }

        var response = context.Response;
        response.StatusCode = answer.Status;
        response.Headers["x-ms-request-id"] = Guid.NewGuid().ToString();
        foreach (var (header, value) in answer.Headers)
        {
            response.Headers[header] = value;
        }

        if (answer.Body is not null)
        {
            response.ContentType = answer.ContentType;
            await response.WriteAsync(answer.Body, context.RequestAborted);
        }
    }

    private async Task<(LabIdentity? Identity, ArmAnswer Answer)> DecideAsync(HttpRequest request, string path,
        CancellationToken cancellation)
    {
        var token = request.Headers.Authorization.ToString() is ['B', 'e', 'a', 'r', 'e', 'r', ' ', .. var rest] ? rest : null;
        var (identity, fault) = _identities.Check(token, Audience);
        if (identity is null)
        {
            return (null, ArmAnswer.Error(401, fault!, "The access token is missing, invalid or expired.")
                .With("WWW-Authenticate",
                    $"Bearer authorization_uri=\"https://login.windows.net/{LabIdentity.Tenant}\", error=\"invalid_token\""));
        }

        if (Injected(request.Method, path) is { } injected)
        {
            return (identity, injected);
        }

        var reads = request.Method is "GET" or "HEAD"
            || request.Method == "POST" && (path.EndsWith("/list", StringComparison.OrdinalIgnoreCase)
            || path.EndsWith("/providers/Microsoft.ResourceGraph/resources", StringComparison.OrdinalIgnoreCase));
        if (!reads && !identity.MayWrite)
        {
            return (identity, ArmAnswer.Error(
                403, "AuthorizationFailed",
                $"The client '{identity.ClientId}' with object id '{identity.ObjectId}' does not have authorization to perform the "
                    + $"action."));
        }

        JsonObject? body = null;
        if (request.Method is "PUT" or "PATCH" or "POST")
        {
            using var text = new MemoryStream();
            await request.Body.CopyToAsync(text, cancellation);
            try
            {
                body = text.Length == 0 ? null : JsonNode.Parse(text.ToArray()) as JsonObject;
            }
            catch (JsonException)
            {
                return (identity,
                    ArmAnswer.Error(400, "InvalidRequestContent", "The request content was invalid and could not be deserialized."));
            }
        }

        return (identity, Api.Answer(new ArmRequest(request.Method, path, identity)
        {
            ApiVersion = Text(request.Query["api-version"]),
            Filter = Text(request.Query["$filter"]),
            Skip = int.TryParse(request.Query["$skiptoken"], out var skip) ? skip : 0,
            IfMatch = Text(request.Headers.IfMatch),
            IfNoneMatch = Text(request.Headers.IfNoneMatch),
            ClientRequestId = Text(request.Headers["x-ms-client-request-id"]),
            Body = body,
            Origin = Address.AbsoluteUri.TrimEnd('/'),
        }));
    }

    private ArmAnswer? Injected(string method, string path)
    {
        lock (_faults)
        {
            var at = _faults.FindIndex(fault => fault.Matches(method, path));
            if (at < 0)
            {
                return null;
            }

            var fault = _faults[at];
            if (fault.Times > 1)
            {
                _faults[at] = fault with { Times = fault.Times - 1 };
            }
            else
            {
                _faults.RemoveAt(at);
            }

            return fault.Answer;
        }
    }

    private static string? Text(Microsoft.Extensions.Primitives.StringValues values) => values.Count == 0 ? null : values.ToString();
}
