using System.Diagnostics;
using System.Globalization;

namespace ServerlessGuard.EndToEnd.Tests.Crossing;

/// <summary>Who started whom, from /proc; signals go to single ids and to nothing else.</summary>
internal static class Processes
{
    /// <summary>Everything that a process started, and what that started.</summary>
    public static IReadOnlyList<int> Below(int parent)
    {
        var children = All().Where(id => Parent(id) == parent).ToList();
        return [.. children, .. children.SelectMany(Below)];
    }

    public static bool Lives(int id) => Read(id, "stat") is { Length: > 0 } stat && stat[stat.LastIndexOf(')') + 2] is not ('Z' or 'X');

    /// <summary>Its arguments, separated by spaces.</summary>
    public static string CommandLine(int id) => Read(id, "cmdline").Replace('\0', ' ').TrimEnd();

    public static async Task SignalAsync(string signal, int id)
    {
        using var kill = Process.Start("kill", ["-" + signal, id.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync();
    }

    private static int? Parent(int id) => Read(id, "stat") is { Length: > 0 } stat ? int.Parse(stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[1], CultureInfo.InvariantCulture) : null;

    private static IEnumerable<int> All() =>
        Directory.EnumerateDirectories("/proc").Select(folder => int.TryParse(Path.GetFileName(folder), CultureInfo.InvariantCulture, out var id) ? id : 0).Where(id => id > 0);

    private static string Read(int id, string file)
    {
        try
        {
            return File.ReadAllText($"/proc/{id.ToString(CultureInfo.InvariantCulture)}/{file}");
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return string.Empty;
        }
    }
}
