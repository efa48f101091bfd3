using System.CommandLine;
using System.Globalization;
using System.Text.RegularExpressions;

namespace ServerlessGuard.Cli.Commands;

/// <summary>
/// <c>guard rules next-id FAMILY</c>. An id is given once and for all, so the next one follows the highest that was ever given: gaps are
/// left alone, since a retired rule may have had the id. What was ever given is in <c>RuleReleases.md</c>, which the command line carries.
/// </summary>
internal static partial class RuleIds
{
    private const string Resource = "ServerlessGuard.Cli.RuleReleases.md";

    public static Command Command(TextWriter output, TextWriter complaints)
    {
        var family = new Argument<string>("family") { Description = "STOR, NET, ID …" };
        var command = new Command("next-id", "Print the next free id of a family; retired ids count as taken") { family };
        command.SetAction(parsed =>
        {
            var name = parsed.GetValue(family)!;
            if (Next(name, Releases()) is not { } id)
            {
                complaints.WriteLine(
                    $"{Terminal.Safe(name)}: not a family of rules; the families are {string.Join(", ", Families(Releases()))}, and a new "
                        + $"one has 2 to 5 capital letters");
                return ScanCommand.Unusable;
            }

            output.WriteLine(id);
            return ScanCommand.Clean;
        });
        return command;
    }

    /// <summary>Null when the family is not 2 to 5 capital letters, or has no number left below 1000.</summary>
    /// <param name="family">With or without <c>SG-</c>.</param>
    /// <param name="releases">Text that names every id that was ever given; whatever else is in it is passed over.</param>
    public static string? Next(string family, string releases)
    {
        var name = family.StartsWith("SG-", StringComparison.Ordinal) ? family[3..] : family;
        var last = Taken(releases).Where(id => id.Family == name).Select(id => id.Number).DefaultIfEmpty().Max();
        return Family().IsMatch(name) && last < 999 ? string.Create(CultureInfo.InvariantCulture, $"SG-{name}-{last + 1:000}") : null;
    }

    public static IEnumerable<string> Families(string releases) =>
        Taken(releases).Select(id => id.Family).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal);

    private static IEnumerable<(string Family, int Number)> Taken(string releases) => Id().Matches(releases)
        .Select(match =>
            (match.Groups["family"].Value, int.Parse(match.Groups["number"].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture)));

    private static string Releases()
    {
        using var stream = typeof(RuleIds).Assembly.GetManifestResourceStream(Resource)!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }

    [GeneratedRegex(@"^[A-Z]{2,5}$")]
    private static partial Regex Family();

    [GeneratedRegex(@"\bSG-(?<family>[A-Z]{2,5})-(?<number>[0-9]{3})\b")]
    private static partial Regex Id();
}
