using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using Azure;
using Azure.Core;
using Azure.Core.Pipeline;
using Azure.Identity;
using ServerlessGuard.Remediation;

namespace ServerlessGuard.Azure.Arm;

/// <summary>ARM over Azure.Core's pipeline: token, retries with Retry-After, paging, long-running operations.</summary>
public sealed class ArmClient : IArm
{
    private static readonly ResponseClassifier NoThrow = new StatusCodeClassifier([]);

    private readonly ArmSettings _settings;
    private readonly TimeProvider _time;
    private readonly HttpPipeline _pipeline;

    /// <param name="credential">The reader's or the remediator's identity: each has a client of its own, so that what reads cannot
    /// write.</param>
    /// <param name="time">Waits between the looks at a long-running operation.</param>
    /// <param name="transport">Null: Azure.Core's own.</param>
    public ArmClient(ArmSettings settings, TokenCredential credential, TimeProvider time, HttpPipelineTransport? transport = null)
    {
        _settings = settings;
        _time = time;
        var options = new Options();
        options.Retry.NetworkTimeout = TimeSpan.FromSeconds(10);
        options.RetryPolicy = new ArmRetry(settings);
        options.Diagnostics.IsLoggingEnabled = false;
        options.Diagnostics.IsDistributedTracingEnabled = false;
        transport ??= HttpClientTransport.Shared;
        options.Transport = settings.Endpoint.Scheme == Uri.UriSchemeHttp ? new LoopbackTransport(transport, settings.Endpoint) : transport;
        _pipeline = HttpPipelineBuilder.Build(options,
            new BearerTokenAuthenticationPolicy(credential, settings.Audience.TrimEnd('/') + "/.default"));
    }

    public async Task<ArmResource?> FindAsync(string id, string apiVersion, CancellationToken cancellation)
    {
        using var response = await SendAsync(RequestMethod.Get, Address(id, apiVersion), null, null, cancellation);
        return response.Status is 404 ? NotFound(response) : Resource(id, Checked(response, "GET", id));
    }

    public async IAsyncEnumerable<JsonElement> ListAsync(string id, string apiVersion,
        [EnumeratorCancellation] CancellationToken cancellation)
    {
        for (var next = Address(id, apiVersion); next is not null;)
        {
            using var response = await SendAsync(RequestMethod.Get, next, null, null, cancellation);
            if (response.Status is 404)
            {
                yield break;
            }

            var page = Json(Checked(response, "GET", id), "GET", id);
            foreach (var item in Array(page, "value"))
            {
                yield return item;
            }

            next = NextPage(page, next);
        }
    }

    public async Task<ArmResource?> WriteAsync(ArmWrite write, CancellationToken cancellation)
    {
        var method = RequestMethod.Parse(write.Method.Method);
        using var response = await SendAsync(method, Address(write.Id, write.ApiVersion), write.Body, write.IfMatch, cancellation);
        Checked(response, write.Method.Method, write.Id);
        var operation = new ArmOperation(this, _settings, _time);
        return await operation.FollowAsync(write, response, cancellation);
    }

    public async IAsyncEnumerable<JsonElement> QueryGraphAsync(string query, IReadOnlyList<string> subscriptions,
        [EnumeratorCancellation] CancellationToken cancellation)
    {
        string? skip = null;
        do
        {
            using var response = await SendAsync(
                RequestMethod.Post, Address("/providers/Microsoft.ResourceGraph/resources", ArmApiVersions.ResourceGraph),
                GraphBody(query, subscriptions, skip), null, cancellation);
            var page = Json(Checked(response, "POST", "resourceGraph"), "POST", "resourceGraph");
            foreach (var row in Array(page, "data"))
            {
                yield return row;
            }

            skip = page.TryGetProperty("$skipToken", out var token) && token.ValueKind is JsonValueKind.String ? token.GetString() : null;
        }
        while (skip is not null);
    }

    /// <summary>One request and its answer, whatever its status; after retries.</summary>
    internal async Task<Response> SendAsync(RequestMethod method, Uri address, string? body, string? ifMatch,
        CancellationToken cancellation)
    {
        // Not disposed: the response, buffered whole, is the caller's.
        var message = _pipeline.CreateMessage();
        message.ResponseClassifier = NoThrow;
        message.Request.Method = method;
        message.Request.Uri.Reset(address);
        // The bearer policy sends no token over http; LoopbackTransport turns this back for the lab.
        message.Request.Uri.Scheme = Uri.UriSchemeHttps;
        message.Request.Headers.Add("Accept", "application/json");
        message.Request.Headers.Add("User-Agent", "ServerlessGuard");
        if (ifMatch is not null)
        {
            message.Request.Headers.Add("If-Match", ifMatch);
        }

        if (body is not null)
        {
            message.Request.Headers.Add("Content-Type", "application/json");
            message.Request.Content = RequestContent.Create(Encoding.UTF8.GetBytes(body));
        }

        try
        {
            await _pipeline.SendAsync(message, cancellation);
            return message.Response;
        }
        catch (Exception fault) when (fault is RequestFailedException or IOException or HttpRequestException or AggregateException
            || fault is OperationCanceledException && !cancellation.IsCancellationRequested)
        {
            throw new CloudCallException("NoAnswer", $"{method} {address.AbsolutePath}: {First(fault)}", isTransient: true, fault);
        }
        catch (AuthenticationFailedException fault)
        {
            throw new CloudCallException("NoToken", $"no token for {_settings.Audience}: {First(fault)}", isTransient: true, fault);
        }
    }

    /// <summary>The answer, if its status is a success; else what the service says, as an exception.</summary>
    internal static Response Checked(Response response, string method, string id)
    {
        if (response.Status is >= 200 and <= 299)
        {
            return response;
        }

        throw ArmError.Read(response, method, id);
    }

    internal static JsonElement Json(Response response, string method, string id)
    {
        try
        {
            return JsonElement.Parse(response.Content.ToMemory().Span);
        }
        catch (JsonException fault)
        {
            // A proxy's page: never shown, it may repeat what was sent.
            throw new CloudCallException("UnreadableAnswer", $"{method} {id}: the answer (status {response.Status}) is not JSON",
                isTransient: true, fault);
        }
    }

    internal static ArmResource Resource(string id, Response response)
    {
        var body = Json(response, "GET", id);
        var tag = response.Headers.TryGetValue("ETag", out var header) ? header
            : body.ValueKind is JsonValueKind.Object && body.TryGetProperty("etag", out var own) && own.ValueKind is JsonValueKind.String
                ? own.GetString()
                : null;
        return new ArmResource(id, body, tag);
    }

    private static ArmResource? NotFound(Response response)
    {
        // A wrong api-version or an unregistered provider is a 404 or 400 of another code, and is our mistake, not a missing resource.
        var error = ArmError.Read(response, "GET", string.Empty);
        return error.IsNotFound ? null : throw error;
    }

    private Uri Address(string id, string apiVersion) =>
        new(_settings.Endpoint, ArmPath.Of(id) + "?api-version=" + Uri.EscapeDataString(apiVersion));

    /// <summary>Only on the same host: a link is not a licence to send our token elsewhere.</summary>
    private Uri? NextPage(JsonElement page, Uri current)
    {
        if (!page.TryGetProperty("nextLink", out var link) || link.ValueKind is not JsonValueKind.String
            || link.GetString() is not { Length: > 0 } text)
        {
            return null;
        }

        if (!Uri.TryCreate(text, UriKind.Absolute, out var next) || !_settings.IsOurs(next) || next == current)
        {
            throw new CloudCallException("ForeignLink", $"GET {current.AbsolutePath}: the link to the next page points to another host",
                isTransient: false);
        }

        return next;
    }

    private static JsonElement.ArrayEnumerator Array(JsonElement page, string name) =>
        page.ValueKind is JsonValueKind.Object && page.TryGetProperty(name, out var list) && list.ValueKind is JsonValueKind.Array
            ? list.EnumerateArray()
            : default;

    private static string GraphBody(string query, IReadOnlyList<string> subscriptions, string? skip)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream))
        {
            writer.WriteStartObject();
            writer.WriteStartArray("subscriptions");
            foreach (var subscription in subscriptions)
            {
                writer.WriteStringValue(subscription);
            }

            writer.WriteEndArray();
            writer.WriteString("query", query);
            writer.WriteStartObject("options");
            writer.WriteString("resultFormat", "objectArray");
            writer.WriteNumber("$top", 1000);
            if (skip is not null)
            {
                writer.WriteString("$skipToken", skip);
            }

            writer.WriteEndObject();
            writer.WriteEndObject();
        }

        return Encoding.UTF8.GetString(stream.ToArray());
    }

    private static string First(Exception fault)
    {
        var text = (fault is AggregateException { InnerExceptions: [var inner, ..] } ? inner : fault).Message;
        var end = text.AsSpan().IndexOfAny('\r', '\n');
        return end < 0 ? text : text[..end];
    }

    private sealed class Options : ClientOptions;
}
