using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using ServerlessGuard.Resources;

namespace ServerlessGuard.Simulators.StandIns;

/// <summary>
/// A simulated Azure Resource Manager on loopback: one store of documents with GET, PUT, PATCH (merge), DELETE, collections in pages,
/// ETags, long-running operations, Resource Graph and policy remediation tasks. It knows no resource type's own validation.
/// </summary>
public sealed class ArmStandIn : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly Lock _lock = new();
    private readonly Dictionary<string, (string Id, JsonObject Body, long Version)> _resources = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, (int Left, Action Apply)> _operations = new(StringComparer.Ordinal);
    private long _version;

    private ArmStandIn(WebApplication app) => _app = app;

    public Uri Endpoint => new(_app.Urls.First());

    public ConcurrentQueue<ArmCall> Calls { get; } = new();

    /// <summary>What was sent that could change something: <c>PATCH /id {"…"}</c>.</summary>
    public IReadOnlyList<string> Writes =>
        [.. Calls.Where(call => call.Method is "PUT" or "PATCH" or "DELETE")
            .Select(call => $"{call.Method} {call.Path}{(call.Body is null ? string.Empty : " " + call.Body)}")];

    /// <summary>Asked before each request: an answer to give instead.</summary>
    public Func<ArmCall, ArmAnswer?> Fault { get; set; } = static _ => null;

    public int PageSize { get; set; } = 100;

    /// <summary>Above 0: a write is accepted (202) and done after so many looks at its operation.</summary>
    public int Looks { get; set; }

    /// <summary>How a write is followed: <c>Azure-AsyncOperation</c> or <c>Location</c>.</summary>
    public string OperationHeader { get; set; } = "Azure-AsyncOperation";

    /// <summary>What a policy remediation task does when it is looked at: it succeeds, unless this says another state.</summary>
    public Action<string, JsonObject>? OnTask { get; set; }

    public static async Task<ArmStandIn> StartAsync()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(options => options.Listen(IPAddress.Loopback, 0));
        var app = builder.Build();
        var server = new ArmStandIn(app);
        app.Run(server.HandleAsync);
        await app.StartAsync();
        return server;
    }

    /// <summary>Puts a resource there without a request.</summary>
    public void Seed(string id, JsonNode body)
    {
        lock (_lock)
        {
            _resources[ArmId.Key(id)] = (ArmId.Normal(id), body.DeepClone().AsObject(), ++_version);
        }
    }

    /// <summary>A copy.</summary>
    public JsonObject? Find(string id)
    {
        lock (_lock)
        {
            return Get(id)?.DeepClone().AsObject();
        }
    }

    public IReadOnlyList<JsonObject> All
    {
        get
        {
            lock (_lock)
            {
                return [.. _resources.Values.Select(one => one.Body.DeepClone().AsObject())];
            }
        }
    }

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    private async Task HandleAsync(HttpContext context)
    {
        var request = context.Request;
        using var reader = new StreamReader(request.Body);
        var body = await reader.ReadToEndAsync();
        var call = new ArmCall(request.Method, request.Path.Value!, request.QueryString.Value!, body.Length == 0 ? null : body,
            request.Headers.IfMatch, request.Headers.Authorization);
        Calls.Enqueue(call);
        ArmAnswer answer;
        if (Fault(call) is { } fault)
        {
            answer = fault;
        }
        else if (call.Authorization?.StartsWith("Bearer ", StringComparison.Ordinal) != true)
        {
            answer = ArmAnswer.Error(401, "AuthenticationFailed", "no token");
        }
        else if (!call.Query.Contains("api-version=20", StringComparison.Ordinal))
        {
            answer = ArmAnswer.Error(400, "MissingApiVersionParameter", "no api-version");
        }
        else
        {
            answer = Answer(call);
        }

        context.Response.StatusCode = answer.Status;
        foreach (var (name, value) in answer.Headers)
        {
            context.Response.Headers[name] = value;
        }

        if (answer.Body is not null)
        {
            context.Response.ContentType = answer.ContentType;
            await context.Response.WriteAsync(answer.Body);
        }
    }

    private ArmAnswer Answer(ArmCall call)
    {
        lock (_lock)
        {
            if (call.Path.StartsWith("/operations/", StringComparison.Ordinal))
            {
                return Operation(call.Path);
            }

            if (call.Method is "POST" && call.Path.EndsWith("/Microsoft.ResourceGraph/resources", StringComparison.Ordinal))
            {
                return Graph(JsonNode.Parse(call.Body!)!.AsObject());
            }

            return call.Method switch
            {
                "GET" when IsCollection(call.Path) => List(call),
                "GET" => Read(call.Path),
                "PUT" or "PATCH" or "DELETE" => Write(call),
                _ => ArmAnswer.Error(405, "MethodNotAllowed", call.Method),
            };
        }
    }

    private ArmAnswer Read(string path)
    {
        if (Get(path) is not { } body)
        {
            return NotFound();
        }

        if (body["properties"]?["policyAssignmentId"] is not null
            && body["properties"]!["provisioningState"]?.GetValue<string>() is "Accepted" or "Evaluating")
        {
            body["properties"]!["provisioningState"] = "Succeeded";
            OnTask?.Invoke(path, body);
        }

        return Ok(path, body);
    }

    private ArmAnswer Write(ArmCall call)
    {
        var known = Get(call.Path);
        if (call.IfMatch is { Length: > 0 } tag && (known is null || tag != Tag(call.Path)))
        {
            return ArmAnswer.Error(412, "PreconditionFailed", "the resource has changed");
        }

        if (known is null && call.Method is not "PUT")
        {
            return call.Method is "DELETE" ? new ArmAnswer(204) : NotFound();
        }

        if (Looks > 0)
        {
            var name = "/operations/" + (++_version).ToString(CultureInfo.InvariantCulture);
            _operations[name] = (Looks, () => Apply(call));
            return new ArmAnswer(202)
                { Headers = { [OperationHeader] = new Uri(Endpoint, name + "?api-version=2020-01-01").ToString(), ["Retry-After"] = "0" } };
        }

        Apply(call);
        return call.Method is "DELETE" ? new ArmAnswer(200) : Ok(call.Path, Get(call.Path)!);
    }

    private void Apply(ArmCall call)
    {
        if (call.Method is "DELETE")
        {
            _resources.Remove(ArmId.Key(call.Path));
            return;
        }

        var body = JsonNode.Parse(call.Body!)!.AsObject();
        if (Get(call.Path) is { } known)
        {
            if (call.Method is "PATCH")
            {
                Merge(known, body);
            }
            else
            {
                foreach (var (name, value) in body)
                {
                    known[name] = value?.DeepClone();
                }
            }

            Touch(call.Path);
            return;
        }

        if (call.Path.Contains("/Microsoft.PolicyInsights/remediations/", StringComparison.OrdinalIgnoreCase))
        {
            body["properties"]!["provisioningState"] = "Accepted";
        }

        body["id"] = call.Path;
        body["name"] = ArmId.Name(call.Path);
        body["type"] = ArmId.Type(call.Path);
        Seed(call.Path, body);
    }

    private ArmAnswer Operation(string path)
    {
        var (left, apply) = _operations[path];
        if (left > 1)
        {
            _operations[path] = (left - 1, apply);
            var running = OperationHeader is "Location" ? 202 : 200;
            return new ArmAnswer(running, """{"status":"InProgress"}""") { Headers = { ["Retry-After"] = "0" } };
        }

        apply();
        return new ArmAnswer(200, """{"status":"Succeeded"}""");
    }

    private ArmAnswer List(ArmCall call)
    {
        var type = call.Path[(call.Path.LastIndexOf('/') + 1)..];
        var everywhere = type.EndsWith("Assignments", StringComparison.OrdinalIgnoreCase);
        var prefix = ArmId.Key(call.Path) + "/";
        var all = _resources.Values
            .Where(one => everywhere
                ? ArmId.Type(one.Id)?.EndsWith("/" + type, StringComparison.OrdinalIgnoreCase) == true
                : ArmId.Key(one.Id).StartsWith(prefix, StringComparison.Ordinal) && ArmId.Key(one.Id).IndexOf('/', prefix.Length) < 0)
            .OrderBy(one => one.Id, StringComparer.OrdinalIgnoreCase).ToList();
        var from = int.TryParse(Parameter(call.Query, "$skiptoken"), out var skip) ? skip : 0;
        var page = new JsonObject { ["value"] = new JsonArray([.. all.Skip(from).Take(PageSize).Select(one => Shown(one.Id, one.Body))]) };
        if (from + PageSize < all.Count)
        {
            page["nextLink"] = new Uri(Endpoint, $"{call.Path}?api-version=2020-01-01&$skiptoken={from + PageSize}").ToString();
        }

        return new ArmAnswer(200, page.ToJsonString());
    }

    private ArmAnswer Graph(JsonObject query)
    {
        var from = int.TryParse(query["options"]?["$skipToken"]?.GetValue<string>(), out var skip) ? skip : 0;
        var all = _resources.Values.OrderBy(one => one.Id, StringComparer.Ordinal).ToList();
        var answer = new JsonObject { ["data"] = new JsonArray([.. all.Skip(from).Take(PageSize).Select(one => Shown(one.Id, one.Body))]) };
        if (from + PageSize < all.Count)
        {
            answer["$skipToken"] = (from + PageSize).ToString(CultureInfo.InvariantCulture);
        }

        return new ArmAnswer(200, answer.ToJsonString());
    }

    /// <summary>The stored body itself; of a security rule, its place in the group's list.</summary>
    private JsonObject? Get(string id) => Child(id) ?? (_resources.TryGetValue(ArmId.Key(id), out var one) ? one.Body : null);

    private JsonObject? Child(string id) => Group(id) is { } group && _resources.TryGetValue(group, out var one)
        ? one.Body["properties"]?["securityRules"]?.AsArray().OfType<JsonObject>()
            .FirstOrDefault(rule => ArmId.Name(id).Equals(rule["name"]?.GetValue<string>(), StringComparison.OrdinalIgnoreCase))
        : null;

    private static string? Group(string id) =>
        id.LastIndexOf("/securityRules/", StringComparison.OrdinalIgnoreCase) is > 0 and var at ? ArmId.Key(id[..at]) : null;

    private void Touch(string id)
    {
        var key = Group(id) is { } group && Child(id) is not null ? group : ArmId.Key(id);
        _resources[key] = _resources[key] with { Version = ++_version };
    }

    private string Tag(string id) =>
        $"\"{(_resources.TryGetValue(Group(id) is { } group && Child(id) is not null ? group : ArmId.Key(id), out var one) ? one.Version : 0).ToString(CultureInfo.InvariantCulture)}\"";

    private ArmAnswer Ok(string id, JsonObject body) => new(200, Shown(id, body).ToJsonString()) { Headers = { ["ETag"] = Tag(id) } };

    private static JsonObject Shown(string id, JsonObject body)
    {
        var copy = body.DeepClone().AsObject();
        copy["id"] ??= id;
        copy["name"] ??= ArmId.Name(id);
        copy["type"] ??= ArmId.Type(id);
        return copy;
    }

    /// <summary>RFC 7396, but networkAcls is replaced as a whole, as the services do.</summary>
    private static void Merge(JsonObject into, JsonObject from)
    {
        foreach (var (name, value) in from)
        {
            if (value is JsonObject inner && into[name] is JsonObject own && name is not "networkAcls")
            {
                Merge(own, inner);
            }
            else if (value is null)
            {
                into.Remove(name);
            }
            else
            {
                into[name] = value.DeepClone();
            }
        }
    }

    private static bool IsCollection(string path)
    {
        var at = path.LastIndexOf("/providers/", StringComparison.OrdinalIgnoreCase);
        return at >= 0 && path[(at + "/providers/".Length)..].Split('/').Length % 2 == 0;
    }

    private static string? Parameter(string query, string name) => query.TrimStart('?').Split('&').Select(pair => pair.Split('=', 2))
        .FirstOrDefault(pair => Uri.UnescapeDataString(pair[0]) == name)?[1];

    private static ArmAnswer NotFound() => ArmAnswer.Error(404, "ResourceNotFound", "there is no such resource");
}

/// <summary>A request as it arrived.</summary>
public sealed record ArmCall(string Method, string Path, string Query, string? Body, string? IfMatch, string? Authorization);

/// <summary>An answer to give.</summary>
public sealed record ArmAnswer(int Status, string? Body = null, string ContentType = "application/json")
{
    public Dictionary<string, string> Headers { get; } = [];

    public static ArmAnswer Error(int status, string code, string message) =>
        new(status, new JsonObject { ["error"] = new JsonObject { ["code"] = code, ["message"] = message } }.ToJsonString());
}
