namespace ServerlessGuard.Permissions;

/// <summary>Generated parts of a file that people write the rest of, between the lines <c># begin generated: NAME</c> and <c># end generated: NAME</c>.</summary>
public static class MarkedSections
{
    /// <returns>The file with new content between the marks; null when a mark is missing, with its name in <paramref name="missing"/>.</returns>
    public static string? Replace(string file, IEnumerable<KeyValuePair<string, string>> sections, out string? missing)
    {
        foreach (var (name, content) in sections)
        {
            var begin = $"# begin generated: {name}\n";
            var end = $"# end generated: {name}\n";
            var from = file.IndexOf(begin, StringComparison.Ordinal);
            var to = from < 0 ? -1 : file.IndexOf(end, from, StringComparison.Ordinal);
            if (to < 0)
            {
                missing = name;
                return null;
            }

            // The end mark keeps its indentation.
            to = file.LastIndexOf('\n', to) + 1;
            file = string.Concat(file.AsSpan(0, from + begin.Length), content, file.AsSpan(to));
        }

        missing = null;
        return file;
    }
}
