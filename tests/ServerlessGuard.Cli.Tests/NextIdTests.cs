using ServerlessGuard.Cli.Commands;
using ServerlessGuard.Rules;
using ServerlessGuard.Tests;

namespace ServerlessGuard.Cli.Tests;

public sealed class NextIdTests
{
    private const string Releases = """
        ## 0.1.0

        | SG-STOR-001 | critical | Object store is readable by anyone |
        | SG-STOR-008 | medium | Object store cannot be recovered |
        | SG-KEY-999 | low | The last key rule |

        ## Retired

        | SG-STOR-011 | low | Gone |
        """;

    [Theory]
    [InlineData("STOR", "SG-STOR-012")]
    [InlineData("SG-STOR", "SG-STOR-012")]
    [InlineData("NEW", "SG-NEW-001")]
    [InlineData("KEY", null)]
    [InlineData("stor", null)]
    [InlineData("STORES", null)]
    [InlineData("", null)]
    public void The_next_id_follows_the_highest_ever_given_retired_ones_included(string family, string? id) => Assert.Equal(id, RuleIds.Next(family, Releases));

    [Fact]
    public async Task The_command_knows_every_rule_that_was_released()
    {
        var releases = await File.ReadAllTextAsync(Repository.Path("shared", "ServerlessGuard.Core", "Rules", "RuleReleases.md"));
        foreach (var family in RuleCatalog.BuiltIn.All.Select(rule => rule.Descriptor.Id.Split('-')[1]).Distinct(StringComparer.Ordinal))
        {
            var guard = await Guard.Run("rules", "next-id", family);
            Assert.Equal((0, string.Empty), (guard.Code, guard.Complaints));
            Assert.Matches($"^SG-{family}-[0-9]{{3}}\n$", guard.Output);
            Assert.DoesNotContain(guard.Output.Trim(), releases, StringComparison.Ordinal);
            Assert.All(RuleCatalog.BuiltIn.All.Select(rule => rule.Descriptor.Id), id => Assert.NotEqual(id, guard.Output.Trim()));
        }
    }

    [Fact]
    public async Task A_family_that_is_none_is_one_line()
    {
        var guard = await Guard.Run("rules", "next-id", "storage\u001b[31m");
        Assert.Equal((2, string.Empty, 1), (guard.Code, guard.Output, guard.ComplaintLines.Count));
        Assert.Contains("the families are AI, COMP, ", guard.Complaints, StringComparison.Ordinal);
        Assert.DoesNotContain("\u001b", guard.Complaints, StringComparison.Ordinal);
    }
}
