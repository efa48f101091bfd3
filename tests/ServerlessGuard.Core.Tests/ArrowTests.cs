using System.Collections.Immutable;
using System.Text.RegularExpressions;

namespace ServerlessGuard.Tests;

/// <summary>The folders of the core, the lowest first: each may know those before it. Why this order, docs/decisions says.</summary>
public sealed partial class ArrowTests
{
    private static readonly ImmutableArray<string> Order =
    [
        "Documents", "Networks", "Resources", "Ingestion", "Policies", "Verdicts", "Settings", "Facts", "Rules", "Evaluations",
        "Tables", "Findings", "Due", "Exemptions", "Guards", "Recording", "Remediation", "Decisions", "Federation", "Notifications",
        "Engine", "Permissions",
    ];

    private static readonly string Core = Repository.Path("shared", "ServerlessGuard.Core");

    private static readonly ImmutableArray<(string Folder, string File, string Text)> Sources =
    [
        .. Directory.EnumerateFiles(Core, "*.cs", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(Core, file).Replace('\\', '/'))
            .Where(file => !file.StartsWith("obj/", StringComparison.Ordinal) && !file.StartsWith("bin/", StringComparison.Ordinal))
            .Select(file => (file.Split('/') is [var folder, _, ..] ? folder : "(none)", file, File.ReadAllText(Path.Combine(Core, file)))),
    ];

    /// <summary>What is declared in each folder: only a name of one of these makes <c>Findings.X</c> a qualified one.</summary>
    private static readonly ImmutableHashSet<(string Folder, string Type)> Types =
        [.. Sources.SelectMany(source => Declaration().Matches(source.Text).Select(found => (source.Folder, found.Groups["name"].Value)))];

    [Fact]
    public void Arrows_between_folders_point_downwards_only() =>
        Assert.Empty(Sources.SelectMany(source => Upward(source.Folder, source.Text).Select(arrow => $"{source.File} knows {arrow}")));

    [Fact]
    public void Every_folder_has_its_place_in_the_order() =>
        Assert.Equal(Order.Order(StringComparer.Ordinal), Sources.Select(source => source.Folder).Distinct().Order(StringComparer.Ordinal));

    [Fact]
    public void A_namespace_is_that_of_its_folder() => Assert.All(Sources, source => Assert.Matches($@"(?m)^namespace ServerlessGuard\.{source.Folder}(?:\.\w+)*;", source.Text));

    [Theory]
    [InlineData("using ServerlessGuard.Engine;")]
    [InlineData("using ServerlessGuard.Remediation.Seals;")]
    [InlineData("using static ServerlessGuard.Decisions.Proof;")]
    [InlineData("using Row = ServerlessGuard.Federation.FederatedRow;")]
    [InlineData("    public Decisions.Command? Command { get; init; }")]
    [InlineData("    if (x is global::ServerlessGuard.Engine.GuardSettings)")]
    [InlineData("/// <summary>See <see cref=\"Remediation.Remedy\"/>.</summary>")]
    public void An_upward_arrow_is_seen_however_it_is_written(string line) => Assert.NotEmpty(Upward("Findings", line));

    [Theory]
    [InlineData("using ServerlessGuard.Tables;")]
    [InlineData("using ServerlessGuard.Findings;")]
    [InlineData("    var changed = Decisions.Count(one => one.IsMade);")]
    [InlineData("    public Verdicts.Severity Severity { get; }")]
    public void What_points_downwards_or_is_a_member_is_no_arrow(string line) => Assert.Empty(Upward("Findings", line));

    private static IEnumerable<string> Upward(string folder, string text) => Using().Matches(text).Select(found => found.Groups["to"].Value)
        .Concat(Qualified().Matches(text).Where(found => Types.Contains((found.Groups["to"].Value, found.Groups["type"].Value)))
            .Select(found => found.Groups["to"].Value))
        .Where(other => Order.IndexOf(other) > Order.IndexOf(folder)).Distinct(StringComparer.Ordinal);

    [GeneratedRegex(@"^\s*(?:global )?using (?:static )?(?:\w+ = )?(?:global::)?ServerlessGuard\.(?<to>\w+)", RegexOptions.Multiline)]
    private static partial Regex Using();

    [GeneratedRegex(@"(?<![\w.])(?:(?:global::)?ServerlessGuard\.)?(?<to>[A-Z]\w+)\.(?:[A-Z]\w+\.)??(?<type>[A-Z]\w+)")]
    private static partial Regex Qualified();

    [GeneratedRegex(@"^(?:(?:public|internal|static|sealed|abstract|partial|readonly|ref) )*(?:class|record struct|record|struct|interface|enum) (?<name>\w+)", RegexOptions.Multiline)]
    private static partial Regex Declaration();
}
