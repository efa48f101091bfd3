using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http.Extensions;

namespace ServerlessGuard.Simulators.Azure.Functions;

/// <summary>http-triggered functions behind <c>/api/…</c>.</summary>
internal sealed class HttpEndpoint(FunctionApp app, Invoker invoker, FunctionsHostOptions options)
{
    public async Task AnswerAsync(HttpContext context)
    {
        var request = context.Request;
        foreach (var function in app.Functions)
        {
            if (function.Trigger is not HttpTrigger trigger
                || trigger.Methods.Count > 0 && !trigger.Methods.Contains(request.Method, StringComparer.Ordinal)
                || Match(trigger.Route, request.Path.Value![5..]) is not { } parameters)
            {
                continue;
            }

            if (trigger.NeedsKey && request.Query["code"] != options.Key && request.Headers["x-functions-key"] != options.Key)
            {
                context.Response.StatusCode = 401;
                return;
            }

            var outcome =
                await invoker.InvokeAsync(function, await DataAsync(request, parameters), new JsonObject(), context.RequestAborted);
            await WriteAsync(context.Response, function, outcome);
            return;
        }

        context.Response.StatusCode = 404;
    }

    private static JsonObject? Match(string route, string path)
    {
        var pattern = route.Split('/');
        var actual = path.Trim('/').Split('/');
        var parameters = new JsonObject();
        if (pattern[^1] is ['{', '*', .. var rest, '}'] && actual.Length >= pattern.Length - 1)
        {
            // A catch-all takes what is left, nothing too.
            parameters[rest] = string.Join('/', actual[(pattern.Length - 1)..]);
            (pattern, actual) = (pattern[..^1], actual[..(pattern.Length - 1)]);
        }

        if (pattern.Length != actual.Length)
        {
            return null;
        }

        for (var i = 0; i < pattern.Length; i++)
        {
            if (pattern[i] is ['{', .. var name, '}'])
            {
                parameters[name.Split(':')[0].TrimEnd('?')] = actual[i];
            }
            else if (!string.Equals(pattern[i], actual[i], StringComparison.OrdinalIgnoreCase))
            {
                return null;
            }
        }

        return parameters;
    }

    private static async Task<JsonObject> DataAsync(HttpRequest request, JsonObject parameters)
    {
        var data = new JsonObject
        {
            ["Url"] = request.GetEncodedUrl(),
            ["Method"] = request.Method,
            ["Query"] = new JsonObject(request.Query.Select(pair => KeyValuePair.Create(pair.Key, (JsonNode?)pair.Value.ToString()))),
            ["Headers"] = new JsonObject(request.Headers.Select(pair =>
                KeyValuePair.Create(pair.Key, (JsonNode?)new JsonArray([.. pair.Value.Select(value => (JsonNode?)value)])))),
            ["Params"] = parameters,
            ["Identities"] = new JsonArray(),
        };

        // The host reads a body only where a Content-Length announces it.
        if (request.ContentLength is > 0)
        {
            using var bytes = new MemoryStream();
            await request.Body.CopyToAsync(bytes, request.HttpContext.RequestAborted);
            var binary = request.ContentType?.StartsWith("application/octet-stream", StringComparison.OrdinalIgnoreCase) == true;
            data["Body"] = binary ? Convert.ToBase64String(bytes.ToArray()) : Encoding.UTF8.GetString(bytes.ToArray());
        }

        return data;
    }

    private static async Task WriteAsync(HttpResponse response, FunctionDefinition function, InvocationOutcome outcome)
    {
        if (!outcome.Succeeded)
        {
            response.StatusCode = 500;
            return;
        }

        var output = function.HttpOutput is null or "$return"
            ? outcome.Answer!["ReturnValue"]
            : outcome.Answer!["Outputs"]?[function.HttpOutput];
        if (output is not JsonObject answer)
        {
            response.StatusCode = output is null ? 204 : 200;
            await response.WriteAsync(output?.ToString() ?? "");
            return;
        }

        response.StatusCode = answer["statusCode"] is JsonValue status && int.TryParse(status.ToString(), out var code) ? code : 200;
        response.ContentType = "text/plain; charset=utf-8";
        foreach (var (name, value) in answer["headers"] as JsonObject ?? [])
        {
            response.Headers[name] = value?.ToString();
        }

        var body = answer["body"];
        await response.WriteAsync(body is JsonValue text ? text.ToString() : body?.ToJsonString() ?? "");
    }
}
