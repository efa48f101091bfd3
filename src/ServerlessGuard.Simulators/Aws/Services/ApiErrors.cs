using System.Text.Json.Nodes;
using System.Xml.Linq;

namespace ServerlessGuard.Simulators.Aws.Services;

/// <summary>Errors in the four shapes of AWS's protocols.</summary>
internal static class ApiErrors
{
    public static ApiAnswer Write(WireFormat format, int status, string code, string message, string requestId) => format switch
    {
        WireFormat.Json =>
            new ApiAnswer(status, "application/x-amz-json-1.1", new JsonObject { ["__type"] = code, ["message"] = message }.ToJsonString()),
        WireFormat.Query => Xml(status, new XElement(
            "ErrorResponse",
            new XElement("Error", new XElement("Type", status < 500 ? "Sender" : "Receiver"), new XElement("Code", code),
                new XElement("Message", message)),
            new XElement("RequestId", requestId))),
        WireFormat.Ec2 => Xml(status, new XElement(
            "Response",
            new XElement("Errors", new XElement("Error", new XElement("Code", code), new XElement("Message", message))),
            new XElement("RequestID", requestId))),
        WireFormat.RestXml => Xml(status, new XElement(
            "Error", new XElement("Code", code), new XElement("Message", message), new XElement("RequestId", requestId))),
    };

    private static ApiAnswer Xml(int status, XElement body) => new(status, "application/xml", body.ToString(SaveOptions.DisableFormatting));
}
