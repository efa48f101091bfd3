using System.Text.Json.Nodes;
using System.Xml.Linq;

namespace ServerlessGuard.Simulators.Aws.Services;

/// <summary>What the simulated API answers.</summary>
public sealed record ApiAnswer(int Status, string ContentType, string Body)
{
    public static ApiAnswer Json(JsonObject body) => new(200, "application/x-amz-json-1.1", body.ToJsonString());

    public static ApiAnswer Xml(XElement body) => new(200, "application/xml", body.ToString(SaveOptions.DisableFormatting));

    public static ApiAnswer Text(string body) => new(200, "application/json", body);

    public static ApiAnswer Empty(int status = 200) => new(status, "application/xml", string.Empty);
}

/// <summary>An error of a service, with the code that the real one gives.</summary>
public sealed class ApiFaultException(int status, string code, string message) : Exception(message)
{
    public ApiFaultException()
        : this(500, "InternalFailure", "unknown")
    {
    }

    public ApiFaultException(string message)
        : this(500, "InternalFailure", message)
    {
    }

    public ApiFaultException(string message, Exception inner)
        : this(500, "InternalFailure", message + ": " + inner.Message)
    {
    }

    public int Status => status;

    public string Code => code;
}
