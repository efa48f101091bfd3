using System.Globalization;

namespace ServerlessGuard.Lab.Demo;

/// <summary>Resident memory of this process and of everything that it started, from /proc.</summary>
internal static class Memory
{
    /// <param name="more">Processes that were started by a shell in between.</param>
    public static long OfAll(IEnumerable<int> more)
    {
        var parents = new Dictionary<int, int>();
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(folder), CultureInfo.InvariantCulture, out var id) && Field(folder, "PPid:") is { } parent)
            {
                parents[id] = (int)parent;
            }
        }

        var ours = new HashSet<int>(more) { Environment.ProcessId };
        while (parents.Where(pair => ours.Contains(pair.Value) && !ours.Contains(pair.Key)).Select(pair => pair.Key)
            .ToList() is { Count: > 0 } found)
        {
            ours.UnionWith(found);
        }

        return ours.Sum(id => (Field($"/proc/{id.ToString(CultureInfo.InvariantCulture)}", "VmRSS:") ?? 0) * 1024);
    }

    private static long? Field(string folder, string name)
    {
        try
        {
            foreach (var line in File.ReadLines(Path.Combine(folder, "status")))
            {
                if (line.StartsWith(name, StringComparison.Ordinal))
                {
                    return long.Parse(line[name.Length..].Replace("kB", string.Empty, StringComparison.Ordinal),
                        CultureInfo.InvariantCulture);
                }
            }
        }
        catch (IOException)
        {
            // It has ended.
        }
        catch (UnauthorizedAccessException)
        {
            // Somebody else's.
        }

        return null;
    }
}
