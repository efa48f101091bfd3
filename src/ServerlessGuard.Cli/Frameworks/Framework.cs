using System.Text;
using ServerlessGuard.Resources;

namespace ServerlessGuard.Cli.Frameworks;

/// <summary>One control of a framework.</summary>
/// <param name="Title">Empty where our list does not have it.</param>
internal sealed record Control(string Id, string Title);

/// <summary>A framework's controls as we know them, from a dated data file (Frameworks/Lists).</summary>
/// <param name="Name">As on the command line and before the slash of a rule's control: <c>cis-aws-6.0</c>.</param>
/// <param name="Missing">What the list lacks; null: it is complete.</param>
internal sealed record Framework(string Name, string Title, IReadOnlyList<Provider> Clouds, string AsOf, string Source, string? Missing,
    IReadOnlyList<Control> Listed)
{
    public static IReadOnlyList<string> Names { get; } =
        ["cis-aws-6.0", "cis-azure-5.0", "aws-fsbp", "mcsb-v2", "nist-800-53-r5", "attack"];

    public static Framework Read(string name)
    {
        using var stream = typeof(Framework).Assembly.GetManifestResourceStream($"ServerlessGuard.Cli.Frameworks.{name}.tsv")
            ?? throw new InvalidDataException($"{name}: no such framework");
        using var reader = new StreamReader(stream);
        var heads = new Dictionary<string, string>(StringComparer.Ordinal);
        var controls = new List<Control>();
        while (reader.ReadLine() is { } line)
        {
            if (line.StartsWith("# ", StringComparison.Ordinal))
            {
                var colon = line.IndexOf(": ", StringComparison.Ordinal);
                heads[line[2..colon]] = line[(colon + 2)..];
            }
            else if (line.Split('\t', 2) is [var id, var title])
            {
                controls.Add(new Control(id, title));
            }
        }

        return new Framework(name, heads["title"], [.. heads["clouds"].Split(' ').Select(cloud => Enum.Parse<Provider>(cloud, true))],
            heads["asOf"], heads["source"], heads["complete"] is "yes" ? null : heads["missing"], controls);
    }

    /// <summary>The listed controls and those that rules map to beyond them, in the order of their numbers.</summary>
    public IReadOnlyList<Control> With(IEnumerable<string> mapped) =>
    [
        .. Listed.Concat(mapped.Select(id => new Control(id, string.Empty))).DistinctBy(control => control.Id, StringComparer.Ordinal)
            .OrderBy(control => Sortable(control.Id), StringComparer.Ordinal),
    ];

    /// <summary>2.9 stands before 2.10, AC-2 before AC-2(1): numbers are compared as numbers.</summary>
    private static string Sortable(string id)
    {
        const int Width = 6;
        var text = new StringBuilder();
        for (var at = 0; at < id.Length;)
        {
            var rest = id.AsSpan(at);
            var digits = rest.IndexOfAnyExceptInRange('0', '9') is var end and >= 0 ? end : rest.Length;
            text.Append('0', digits == 0 ? 0 : Math.Max(0, Width - digits)).Append(rest[..Math.Max(1, digits)]);
            at += Math.Max(1, digits);
        }

        return text.ToString();
    }
}
