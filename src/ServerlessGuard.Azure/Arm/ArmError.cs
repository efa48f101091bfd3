using System.Collections.Frozen;
using System.Globalization;
using System.Text.Json;
using Azure;
using ServerlessGuard.Remediation;

namespace ServerlessGuard.Azure.Arm;

/// <summary>
/// ARM's error body: <c>{"error":{"code","message"}}</c>. The code and the first line of the message are kept, the body is not.
/// </summary>
internal static class ArmError
{
    private const int MaxMessage = 300;

    /// <summary>409 stands for two things: "not now", which is one of these, and "not like this", such as a lock on the resource.</summary>
    private static readonly FrozenSet<string> NotNow = FrozenSet.Create(
        StringComparer.OrdinalIgnoreCase,
        "AccountProvisioningStateInvalid",
        "AnotherOperationInProgress",
        "Conflict",
        "ConflictingServerOperation",
        "OperationInProgress",
        "RetryableError",
        "ServerBusy",
        "StorageAccountOperationInProgress");

    /// <summary>404s that say something about the request, not about the resource.</summary>
    private static readonly FrozenSet<string> OurMistake = FrozenSet.Create(
        StringComparer.OrdinalIgnoreCase, "InvalidApiVersionParameter", "InvalidResourceType", "MissingSubscription",
        "NoRegisteredProviderFound");

    public static CloudCallException Read(Response response, string method, string id)
    {
        var answer = Parse(response);
        var status = response.Status;
        // A page of a proxy's says nothing about the resource, whatever its status.
        var transient = !answer.IsReadable || status is 401 or 408 or 412 or 429 or >= 500
            || status is 409 && (answer.Code is null || NotNow.Contains(answer.Code));
        var text = $"{method} {id}: {status} {answer.Code} {answer.Message}".TrimEnd();
        return new CloudCallException(answer.Code ?? status.ToString(CultureInfo.InvariantCulture), text, transient)
        {
            IsNotFound = status is 404 && answer.IsReadable && !OurMistake.Contains(answer.Code ?? string.Empty),
        };
    }

    private static (bool IsReadable, string? Code, string? Message) Parse(Response response)
    {
        var content = response.Content.ToMemory();
        if (content.IsEmpty)
        {
            return (true, null, null);
        }

        try
        {
            var body = JsonElement.Parse(content.Span);
            var error = body.ValueKind is JsonValueKind.Object && body.TryGetProperty("error", out var inner)
                && inner.ValueKind is JsonValueKind.Object ? inner : body;
            return (true, Cut(Text(error, "code")), Cut(Text(error, "message")));
        }
        catch (JsonException)
        {
            return (false, null, "(the answer is not JSON)");
        }
    }

    private static string? Text(JsonElement element, string name) =>
        element.ValueKind is JsonValueKind.Object && element.TryGetProperty(name, out var value) && value.ValueKind is JsonValueKind.String
            ? value.GetString()
            : null;

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
