using System.Text.Json;
using System.Text.Json.Nodes;
using System.Xml;
using System.Xml.Linq;
using ServerlessGuard.Remediation;

namespace ServerlessGuard.Aws.Api;

/// <summary>What a service answered with a 2xx.</summary>
/// <param name="Headers">By name, without regard to case; repeated ones joined with a comma.</param>
public sealed record AwsAnswer(int Status, IReadOnlyDictionary<string, string> Headers, ReadOnlyMemory<byte> Body)
{
    private static readonly XmlReaderSettings Settings = new()
        { DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null, MaxCharactersInDocument = 64 << 20 };

    /// <summary>
    /// The body as JSON; an empty object for an empty body. Throws a transient <see cref="CloudCallException"/> for anything else: a proxy
    /// spoke.
    /// </summary>
    public JsonNode Json()
    {
        try
        {
            return Body.IsEmpty ? new JsonObject() : JsonNode.Parse(Body.Span) ?? new JsonObject();
        }
        catch (JsonException exception)
        {
            throw Unreadable("JSON", exception);
        }
    }

    /// <summary>The body as XML without namespaces: the services' names are unique without them. A document type is refused.</summary>
    public XElement Xml()
    {
        try
        {
            return Parse(Body);
        }
        catch (XmlException exception)
        {
            throw Unreadable("XML", exception);
        }
    }

    internal static XElement Parse(ReadOnlyMemory<byte> body)
    {
        using var stream = new MemoryStream(body.ToArray(), writable: false);
        using var reader = XmlReader.Create(stream, Settings);
        return Plain(XElement.Load(reader));
    }

    private static XElement Plain(XElement element) => new(
        element.Name.LocalName,
        element.Attributes().Where(attribute => !attribute.IsNamespaceDeclaration)
            .DistinctBy(attribute => attribute.Name.LocalName, StringComparer.Ordinal)
            .Select(attribute => new XAttribute(attribute.Name.LocalName, attribute.Value)),
        element.HasElements ? element.Elements().Select(Plain) : element.Value);

    private CloudCallException Unreadable(string format, Exception exception) =>
        new("UnreadableAnswer", $"the answer (status {Status}, {Body.Length} bytes) is not {format}", isTransient: true, exception);
}
