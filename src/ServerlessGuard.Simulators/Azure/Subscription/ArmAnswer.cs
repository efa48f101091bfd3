using System.Text.Json.Nodes;

namespace ServerlessGuard.Simulators.Azure.Subscription;

/// <summary>One HTTP answer of the simulated ARM.</summary>
public sealed record ArmAnswer(int Status, string? Body, string ContentType = "application/json; charset=utf-8")
{
    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);

    public static ArmAnswer Json(int status, JsonNode body) => new(status, body.ToJsonString());

    /// <summary>ARM's error envelope.</summary>
    public static ArmAnswer Error(int status, string code, string message) =>
        Json(status, new JsonObject { ["error"] = new JsonObject { ["code"] = code, ["message"] = message } });

    public static ArmAnswer Throttled(int retryAfterSeconds) => Error(429, "TooManyRequests", "The request is being throttled.") with
    {
        Headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase) { ["Retry-After"] = retryAfterSeconds.ToString() },
    };

    /// <summary>What a gateway in between says when it has nothing better to say.</summary>
    public static ArmAnswer Html(int status) => new(
        status, "<!DOCTYPE html><html><head><title>502 Bad Gateway</title></head><body><h1>Bad Gateway</h1></body></html>", "text/html");

    public ArmAnswer With(string header, string value) =>
        this with { Headers = new Dictionary<string, string>(Headers, StringComparer.OrdinalIgnoreCase) { [header] = value } };
}
