using System.Text.Json.Nodes;
using ServerlessGuard.Documents;
using ServerlessGuard.Facts.Secrets;
using ServerlessGuard.Resources;

namespace ServerlessGuard.Tests.Facts;

public sealed class SecretSettingsTests
{
    public static TheoryData<bool, string, string> Table()
    {
        var rows = new TheoryData<bool, string, string>();
        foreach (var line in Repository.Fixture("settings/secrets.txt").Split('\n').Where(line => line.Length > 0 && line[0] != '#'))
        {
            var parts = line.Split('\t');
            rows.Add(parts[0] == "secret", parts[1], parts[2].Replace("\\n", "\n", StringComparison.Ordinal));
        }

        return rows;
    }

    [Fact]
    public void The_table_has_at_least_300_rows_both_ways()
    {
        var rows = Table().Select(row => (IsSecret: (bool)row[0], Name: (string)row[1], Value: (string)row[2])).ToList();
        Assert.True(rows.Count >= 300, $"{rows.Count} rows");
        Assert.True(rows.Count(row => row.IsSecret) >= 140 && rows.Count(row => !row.IsSecret) >= 140);
        Assert.Equal(rows.Count, rows.Select(row => (row.Name, row.Value)).Distinct().Count());
    }

    [Theory]
    [MemberData(nameof(Table))]
    public void Name_and_value_decide_together(bool isSecret, string name, string value)
    {
        var found = SecretSettings.Read(new Doc(System.Text.Json.JsonElement.Parse(new JsonObject { [name] = value }.ToJsonString())), "settings", Provider.Aws);
        Assert.Equal(isSecret, found.Fact.Value);
        Assert.DoesNotContain(value.Length > 6 ? value : "never", found.Fact.Evidence.ToString() ?? string.Empty, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(100_000)]
    [InlineData(2_000_000)]
    public void A_value_of_megabytes_is_read_in_its_beginning_only(int length)
    {
        foreach (var text in new[] { new string('a', length), new string('=', length), string.Concat(Enumerable.Repeat("a=b;", length / 4)), new string('/', length), "https://" + new string('a', length) + ":", new string('P', length) })
        {
            _ = SecretSettings.Read(new Doc(System.Text.Json.JsonElement.Parse(new JsonObject { ["PASSWORD_SOMETHING"] = text }.ToJsonString())), "settings", Provider.Aws);
        }
    }
}
