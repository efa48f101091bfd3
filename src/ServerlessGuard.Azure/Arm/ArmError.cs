using System.Globalization;
using System.Text.Json;
using Azure;
using ServerlessGuard.Remediation;

namespace ServerlessGuard.Azure.Arm;

/// <summary>ARM's error body: <c>{"error":{"code","message"}}</c>. The code and the first line of the message are kept, the body is not.</summary>
internal static class ArmError
{
    private const int MaxMessage = 300;

    public static CloudCallException Read(Response response, string method, string id)
    {
        var (code, message) = Parse(response);
        var status = response.Status;
        var transient = status is 408 or 409 or 412 or 429 or >= 500 || status is 401;
        return new CloudCallException(code ?? status.ToString(CultureInfo.InvariantCulture), $"{method} {id}: {status} {code} {message}".TrimEnd(), transient)
        {
            // "ResourceNotFound", "ParentResourceNotFound", "ResourceGroupNotFound", "SubscriptionNotFound" and services that answer 404 in words of their own.
            IsNotFound = status is 404 && code is not ("InvalidResourceType" or "InvalidApiVersionParameter" or "NoRegisteredProviderFound" or "MissingSubscription"),
        };
    }

    private static (string? Code, string? Message) Parse(Response response)
    {
        try
        {
            var body = JsonElement.Parse(response.Content.ToMemory().Span);
            var error = body.ValueKind is JsonValueKind.Object && body.TryGetProperty("error", out var inner) && inner.ValueKind is JsonValueKind.Object ? inner : body;
            return (Text(error, "code"), Cut(Text(error, "message")));
        }
        catch (JsonException)
        {
            return (null, "(the answer is not JSON)");
        }
    }

    private static string? Text(JsonElement element, string name) =>
        element.ValueKind is JsonValueKind.Object && element.TryGetProperty(name, out var value) && value.ValueKind is JsonValueKind.String ? value.GetString() : null;

    private static string? Cut(string? text)
    {
        if (text is null)
        {
            return null;
        }

        var end = text.AsSpan().IndexOfAny('\r', '\n');
        var line = end < 0 ? text : text[..end];
        return line.Length > MaxMessage ? line[..MaxMessage] + "…" : line;
    }
}
