using System.Globalization;
using ServerlessGuard.Tests;

namespace ServerlessGuard.Cli.Tests;

/// <summary>
/// Product code stays readable: at most 140 columns everywhere, 150 lines for a file of the core, 45 lines for a rule. What is over a limit
/// is listed in <c>eng/size-exceptions.txt</c>, and the list may only shrink.
/// </summary>
public sealed class SizeTests
{
    private const int Columns = 140;
    private const int Lines = 150;
    private const int RuleLines = 45;

    private static readonly string Core = Path.Combine("shared", "ServerlessGuard.Core") + Path.DirectorySeparatorChar;

    /// <summary>One folder below <c>Rules</c> holds the rules of a family.</summary>
    private static readonly string Rules = Path.Combine("shared", "ServerlessGuard.Core", "Rules") + Path.DirectorySeparatorChar;

    /// <summary>Something over its limit: how far, and how many lines of it where the limit is one of columns.</summary>
    private sealed record Excess(string Kind, string File, int Value, int Count)
    {
        public string Key => $"{Kind} {File}";

        public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Kind} {Value} {Count} {File}");
    }

    [Fact]
    public void Nothing_is_larger_than_it_may_be()
    {
        var allowed = Exceptions();
        var wrong = Found().Where(one => !allowed.TryGetValue(one.Key, out var limit) || one.Value > limit.Value || one.Count > limit.Count)
            .ToList();
        Assert.True(wrong.Count == 0, $"over the limit (kind, longest, how many, file): wrap or split\n{string.Join('\n', wrong)}");
    }

    [Fact]
    public void No_exception_is_there_without_need()
    {
        var found = Found().Select(one => one.Key).ToHashSet(StringComparer.Ordinal);
        var idle = Exceptions().Keys.Where(key => !found.Contains(key)).ToList();
        Assert.True(idle.Count == 0, $"eng/size-exceptions.txt: no longer needed, delete\n{string.Join('\n', idle)}");
    }

    private static Dictionary<string, Excess> Exceptions() => File.ReadLines(Repository.Path("eng", "size-exceptions.txt"))
        .Where(line => line.Length > 0 && line[0] != '#')
        .Select(line => line.Split(' '))
        .Select(words => new Excess(words[0], words[3], Number(words[1]), Number(words[2])))
        .ToDictionary(one => one.Key, StringComparer.Ordinal);

    private static IEnumerable<Excess> Found()
    {
        foreach (var path in new[]
            { "shared", "src" }.SelectMany(folder =>
                Directory.EnumerateFiles(Repository.Path(folder), "*.cs", SearchOption.AllDirectories)))
        {
            var file = Path.GetRelativePath(Repository.Root, path);
            var lines = File.ReadAllLines(path);
            var tooLong = lines.Where(line => line.Length > Columns).ToList();
            if (tooLong.Count > 0)
            {
                yield return new Excess("columns", file, tooLong.Max(line => line.Length), tooLong.Count);
            }

            if (file.StartsWith(Core, StringComparison.Ordinal) && lines.Length > Lines)
            {
                yield return new Excess("lines", file, lines.Length, 1);
            }

            if (file.StartsWith(Rules, StringComparison.Ordinal) && file.AsSpan(Rules.Length).Contains(Path.DirectorySeparatorChar)
                && lines.Length > RuleLines)
            {
                yield return new Excess("rule", file, lines.Length, 1);
            }
        }
    }

    private static int Number(string text) => int.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture);
}
