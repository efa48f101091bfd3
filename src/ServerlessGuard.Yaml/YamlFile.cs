using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace ServerlessGuard.Yaml;

/// <summary>A YAML file as a tree of nodes with their lines. The representation model needs no reflection.</summary>
public static class YamlFile
{
    /// <summary>
    /// The text of a file that a person wrote; empty, with a fault, when it is too large for that. <see cref="IOException"/> when it cannot
    /// be read.
    /// </summary>
    public static string Text(string file, List<YamlFault> faults)
    {
        using var reader = new StreamReader(file);
        var text = new char[YamlLimits.Longest + 1];
        var length = reader.ReadBlock(text);
        if (length <= YamlLimits.Longest)
        {
            return new string(text, 0, length);
        }

        faults.Add(new YamlFault(file, 0, $"more than {YamlLimits.Longest} characters: too large"));
        return string.Empty;
    }

    internal static IReadOnlyList<YamlNode> Documents(string file, string text, List<YamlFault> faults)
    {
        var stream = new YamlStream();
        try
        {
            if (YamlLimits.Exceeded(text) is var (line, wrong))
            {
                faults.Add(new YamlFault(file, line, wrong));
                return [];
            }

            stream.Load(new StringReader(text));
            return [.. stream.Documents.Select(document => document.RootNode)];
        }
        catch (YamlException fault)
        {
            faults.Add(new YamlFault(file, fault.Start.Line, "not YAML: " + OneLine(fault.Message)));
            return [];
        }
        catch (Exception fault) when (fault is InvalidOperationException or ArgumentException or FormatException or OverflowException
            or IndexOutOfRangeException)
        {
            // Some malformed texts trip the scanner itself; it does not say where.
            faults.Add(new YamlFault(file, 0, "not YAML: " + OneLine(fault.Message)));
            return [];
        }
    }

    internal static long Line(this YamlNode node) => node.Start.Line;

    /// <summary>Null for an empty value, <c>~</c> and <c>null</c>.</summary>
    internal static string? Scalar(this YamlNode node) => node is YamlScalarNode scalar && !scalar.IsNull() ? scalar.Value : null;

    internal static bool IsNull(this YamlNode node) =>
        node is YamlScalarNode { Style: ScalarStyle.Plain, Value: null or "" or "~" or "null" or "Null" or "NULL" };

    private static string OneLine(string message) => message.ReplaceLineEndings(" ");
}
