using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace ServerlessGuard.Yaml;

/// <summary>A YAML file as a tree of nodes with their lines. The representation model needs no reflection.</summary>
internal static class YamlFile
{
    public static IReadOnlyList<YamlNode> Documents(string file, string text, List<YamlFault> faults)
    {
        var stream = new YamlStream();
        try
        {
            stream.Load(new StringReader(text));
            return [.. stream.Documents.Select(document => document.RootNode)];
        }
        catch (YamlException fault)
        {
            faults.Add(new YamlFault(file, fault.Start.Line, "not YAML: " + OneLine(fault.Message)));
            return [];
        }
        catch (InvalidOperationException fault)
        {
            // Some malformed texts trip the scanner itself; it does not say where.
            faults.Add(new YamlFault(file, 0, "not YAML: " + OneLine(fault.Message)));
            return [];
        }
    }

    public static long Line(this YamlNode node) => node.Start.Line;

    /// <summary>Null for an empty value, <c>~</c> and <c>null</c>.</summary>
    public static string? Scalar(this YamlNode node) => node is YamlScalarNode scalar && !scalar.IsNull() ? scalar.Value : null;

    public static bool IsNull(this YamlNode node) => node is YamlScalarNode { Style: ScalarStyle.Plain, Value: null or "" or "~" or "null" or "Null" or "NULL" };

    private static string OneLine(string message) => message.ReplaceLineEndings(" ");
}
