using System.Xml;

namespace ServerlessGuard.Facts.Aws;

/// <summary>A SAML metadata document, which its provider wrote.</summary>
internal static class SamlMetadata
{
    private static readonly XmlReaderSettings Settings = new()
    {
        DtdProcessing = DtdProcessing.Prohibit,
        XmlResolver = null,
        // What IAM takes at most.
        MaxCharactersInDocument = 10_000_000,
        IgnoreComments = true,
        IgnoreWhitespace = true,
    };

    /// <summary>The entity ids of all providers that it describes; null for what is no metadata.</summary>
    public static IReadOnlyList<string>? EntityIds(string document)
    {
        var ids = new List<string>();
        try
        {
            using var reader = XmlReader.Create(new StringReader(document), Settings);
            while (reader.Read())
            {
                if (reader is { NodeType: XmlNodeType.Element, LocalName: "EntityDescriptor" })
                {
                    ids.Add(reader.GetAttribute("entityID") ?? string.Empty);
                }
            }
        }
        catch (XmlException)
        {
            return null;
        }

        return ids.Count == 0 ? null : ids;
    }
}
