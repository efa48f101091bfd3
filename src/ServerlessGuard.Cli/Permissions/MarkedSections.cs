namespace ServerlessGuard.Cli.Permissions;

/// <summary>
/// Generated parts of a file that people write the rest of, between the lines <c># begin generated: NAME</c> and <c># end generated:
/// NAME</c>.
/// </summary>
public static class MarkedSections
{
    private const string Begin = "# begin generated: ";

    /// <param name="file">The text, with line feeds.</param>
    /// <param name="sections">What belongs between the marks, by name; a file need not have all of them.</param>
    /// <param name="wrong">Why null was returned: a mark without an end, of an unknown name, or no mark at all.</param>
    /// <returns>The file with new content between its marks.</returns>
    public static string? Replace(string file, IReadOnlyDictionary<string, string> sections, out string? wrong)
    {
        wrong = "no mark \"# begin generated: …\" in it";
        for (var at = file.IndexOf(Begin, StringComparison.Ordinal); at >= 0; at = file.IndexOf(Begin, at + 1, StringComparison.Ordinal))
        {
            var line = file.IndexOf('\n', at) + 1;
            var name = line == 0 ? string.Empty : file[(at + Begin.Length)..(line - 1)];
            var end = file.IndexOf($"# end generated: {name}\n", at, StringComparison.Ordinal);
            if (end < 0 || !sections.TryGetValue(name, out var content))
            {
                wrong = end < 0 ? $"\"{name}\" begins and does not end" : $"\"{name}\" is nothing that is generated";
                return null;
            }

            // The mark of the end keeps its indentation.
            file = string.Concat(file.AsSpan(0, line), content, file.AsSpan(file.LastIndexOf('\n', end) + 1));
            wrong = null;
        }

        return wrong is null ? file : null;
    }
}
