using System.Text.RegularExpressions;
using ServerlessGuard.Tests;

namespace ServerlessGuard.Cli.Tests.Tables;

/// <summary>What docs/findings.md shows is what its commands print, run one after the other; times of this run aside.</summary>
public sealed partial class FindingsPageTests
{
    [Fact]
    public async Task The_page_shows_what_is_printed()
    {
        using var folder = new Folder();
        var compared = 0;
        foreach (var block in Block().Matches(File.ReadAllText(Repository.Path("docs", "findings.md"))).Cast<Match>())
        {
            var words = block.Groups["command"].Value.Split(' ', StringSplitOptions.RemoveEmptyEntries).Skip(1)
                .Select(word => word.Replace("sqlite:", "sqlite:" + folder.Path + Path.DirectorySeparatorChar, StringComparison.Ordinal))
                .Select(word => word.StartsWith("tests/", StringComparison.Ordinal) ? Repository.Path(word) : word).ToList();
            if (words[0] is "doctor")
            {
                await Guard.Run("federation", "repair", "--table", words[2], "--peer-table", words[4], "--provider", "aws");
            }

            var guard = await Guard.Run([.. words]);
            Assert.Empty(guard.Complaints);
            foreach (var line in Plain(block.Groups["shown"].Value, folder))
            {
                Assert.Contains(line, Plain(guard.Output, folder));
            }

            compared++;
        }

        Assert.Equal(5, compared);
    }

    private static string[] Plain(string text, Folder folder) =>
        [.. text.Replace(folder.Path + Path.DirectorySeparatorChar, string.Empty, StringComparison.Ordinal).Split('\n').Select(line => ThisRun().Replace(line, "$1 *"))];

    /// <summary>When a step was recorded, how long stages took, how old a capture is.</summary>
    [GeneratedRegex(@"(recorded|delivered|evaluated|capture is)(?: \d{4}-\d\d-\d\d \d\d:\d\d:\d\dZ| [+-]?[\d.]+ \w+)")]
    private static partial Regex ThisRun();

    /// <summary>A command alone in its block, followed by a block of what it prints, with or without a sentence between them.</summary>
    [GeneratedRegex(@"^```sh\n\./(?<command>guard [^\n]*)\n```\n\n(?:[^`#\n][^\n]*\n\n)?```\n(?<shown>.*?)^```$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Block();
}
