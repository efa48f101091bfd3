using System.Text.Json;
using ServerlessGuard.Tests;

namespace ServerlessGuard.Cli.Tests.Tables;

/// <summary><c>guard scan --table</c>: what one scan after the other makes of a table.</summary>
public sealed class RecordedScanTests : IDisposable
{
    private const string Nothing = "0 opened, 0 reopened, 0 suppressed, 0 changed, 0 resolved";

    private readonly TableFolder _table = new();

    public void Dispose() => _table.Dispose();

    [Fact]
    public async Task A_finding_opens_stays_resolves_and_reopens()
    {
        Assert.Equal("1 opened, 0 reopened, 0 suppressed, 0 changed, 0 resolved", await Scanned(Snapshot.Bad("b", 1)));
        Assert.Equal(Nothing, await Scanned(Snapshot.Bad("b", 2)));
        Assert.Equal("0 opened, 0 reopened, 0 suppressed, 0 changed, 1 resolved", await Scanned(Snapshot.Good("b", 3)));
        Assert.Equal("0 opened, 1 reopened, 0 suppressed, 0 changed, 0 resolved", await Scanned(Snapshot.Bad("b", 4)));
        var steps = await Steps();
        Assert.Equal(["Opened", "Resolved", "Reopened"], steps.Select(step => step.GetProperty("step").GetString()));
        Assert.Equal(["10:01", "10:03", "10:04"], steps.Select(step => step.GetProperty("at").GetString()![11..16]));
    }

    [Fact]
    public async Task An_older_capture_changes_nothing_and_is_said()
    {
        await Scanned(Snapshot.Good("b", 5));
        Assert.Equal(Nothing + "; 1 of 1 resources are known from a later capture: nothing changed there", await Scanned(Snapshot.Bad("b", 4)));
    }

    /// <summary>A scan of a part says nothing about the rest.</summary>
    [Fact]
    public async Task What_is_not_in_the_scan_is_left_alone_and_what_was_deleted_is_resolved()
    {
        await Scanned($"[{Snapshot.Bad("a", 1)},{Snapshot.Bad("b", 1)}]");
        Assert.Equal(Nothing, await Scanned(Snapshot.Bad("a", 2)));
        Assert.Equal("0 opened, 0 reopened, 0 suppressed, 0 changed, 1 resolved", await Scanned(Snapshot.Deleted("b", 3)));
        var steps = await Steps();
        Assert.Equal("The resource was deleted.", steps[^1].GetProperty("detail").GetString());
        Assert.Contains(Snapshot.Arn("a"), (await _table.Findings("list")).Output, StringComparison.Ordinal);
        Assert.DoesNotContain(Snapshot.Arn("b"), (await _table.Findings("list")).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_custom_rules_finding_ends_with_its_resource()
    {
        var rules = _table.Write("rules/rule.yaml", "id: ACME-1\ntitle: T\nseverity: low\nrisk: r\nfix: f\nnativeType: Acme::Thing::One\nschema: {required: [owner]}\n");
        string Thing(string status, int minute) => $$"""{"resourceType":"Acme::Thing::One","resourceId":"t","awsAccountId":"111122223333","awsRegion":"eu-west-1","configurationItemStatus":"{{status}}","configurationItemCaptureTime":"2026-10-30T10:0{{minute}}:00Z","configuration":{{(status is "OK" ? "{\"a\":1}" : "null")}}}""";
        var folder = Path.GetDirectoryName(rules)!;
        Assert.StartsWith("1 opened", TableFolder.Counts(await _table.Scan(Thing("OK", 1), "--rules-dir", folder, "--rules", "ACME-1")), StringComparison.Ordinal);
        Assert.EndsWith("1 resolved", TableFolder.Counts(await _table.Scan(Thing("ResourceDeleted", 2), "--rules-dir", folder, "--rules", "ACME-1")), StringComparison.Ordinal);
    }

    /// <summary>The table holds exactly what the report says, for every rule and both clouds, and its counters equal a recount.</summary>
    [Fact]
    public async Task The_table_holds_what_the_report_shows()
    {
        var guard = await Guard.Run("scan", Repository.Path("tests", "fixtures"), "--table", _table.Table, "--as-of", Guard.Day, "--format", "json");
        var counts = JsonDocument.Parse(guard.Output).RootElement.GetProperty("counts");
        var expected = counts.GetProperty("nonCompliant").GetInt32() + counts.GetProperty("subFindings").GetInt32();
        var listed = JsonDocument.Parse((await _table.Findings("list", "--format", "json")).Output).RootElement.EnumerateArray().ToList();
        Assert.Equal(expected, listed.Count);
        Assert.StartsWith($"{expected} opened, 0 reopened", TableFolder.Counts(guard), StringComparison.Ordinal);
        Assert.Equal(2, listed.Select(one => one.GetProperty("resource").GetProperty("provider").GetString()).Distinct().Count());

        var summary = JsonDocument.Parse((await _table.Findings("summary", "--format", "json")).Output).RootElement;
        foreach (var severity in new[] { "critical", "high", "medium", "low" })
        {
            Assert.Equal(
                listed.Count(one => one.GetProperty("severity").GetString()!.Equals(severity, StringComparison.OrdinalIgnoreCase)),
                summary.GetProperty("total").GetProperty("open").GetProperty(severity).GetInt32());
        }

        var again = await Guard.Run("scan", Repository.Path("tests", "fixtures"), "--table", _table.Table, "--as-of", Guard.Day, "--format", "json");
        Assert.Equal(Nothing, TableFolder.Counts(again));
        Assert.Equal(guard.Output, again.Output);
    }

    [Fact]
    public async Task An_item_without_a_time_was_captured_when_it_was_scanned()
    {
        await _table.Scan(Repository.Fixture("azure/Microsoft.KeyVault-vaults/bad.json"), "--rules", "SG-KEY-001");
        Assert.All(await Steps(), step => Assert.Equal("2026-11-01T12:00:00+00:00", step.GetProperty("at").GetString()));
    }

    [Theory]
    [InlineData("rule: SG-STOR-004", "2099-01-01", true)]
    [InlineData("resource: 'arn:aws:s3:::b'", "2099-01-01", true)]
    [InlineData("tag: purpose=website", "2099-01-01", true)]
    [InlineData("tag: purpose=other", "2099-01-01", false)]
    [InlineData("resource: 'arn:aws:s3:::other'", "2099-01-01", false)]
    [InlineData("rule: SG-STOR-004", "2020-01-01", false)]
    public async Task An_exemption_suppresses_in_the_table_in_the_report_and_in_the_exit(string scope, string expires, bool covers)
    {
        var config = _table.Write("guard.yaml", $"exemptions:\n  - {{id: website, {scope}, category: waiver, reason: the company's website, requestedBy: sam, expires: {expires}}}\n");
        var document = Snapshot.Tagged("b", 1, "purpose", "website");
        var guard = await _table.Scan(document, "--rules", Snapshot.Rule, "--config", config);
        Assert.Equal(covers ? 0 : 1, guard.Code);
        Assert.Equal(covers ? "0 opened, 0 reopened, 1 suppressed, 0 changed, 0 resolved" : "1 opened, 0 reopened, 0 suppressed, 0 changed, 0 resolved", TableFolder.Counts(guard));
        Assert.Equal(covers, guard.Output.Contains("Suppressed by exemptions: 1 by website.", StringComparison.Ordinal));
        Assert.Equal(!covers, guard.Output.Contains("  - " + Snapshot.Arn("b"), StringComparison.Ordinal));
        Assert.Equal(covers, (await _table.Findings("list", "--status", "suppressed")).Output.Contains("suppressed by website", StringComparison.Ordinal));

        var json = JsonDocument.Parse((await Guard.Scan("b.json", document, "--rules", Snapshot.Rule, "--config", config, "--format", "json")).Output).RootElement;
        Assert.Equal(covers ? 1 : 0, json.GetProperty("counts").GetProperty("suppressed").GetInt32());
        Assert.Equal(covers, json.GetProperty("evaluations")[0].TryGetProperty("suppression", out var suppression) && suppression.GetProperty("exemption").GetString() is "website");
        var sarif = JsonDocument.Parse((await Guard.Scan("b.json", document, "--rules", Snapshot.Rule, "--config", config, "--format", "sarif")).Output).RootElement;
        Assert.Equal(covers, sarif.GetProperty("runs")[0].GetProperty("results")[0].TryGetProperty("suppressions", out var suppressions) && suppressions[0].GetProperty("status").GetString() is "accepted");
        var ocsf = JsonDocument.Parse((await Guard.Scan("b.json", document, "--rules", Snapshot.Rule, "--config", config, "--format", "ocsf")).Output).RootElement;
        Assert.Equal(covers ? "Suppressed" : "New", ocsf[0].GetProperty("status").GetString());
        var csv = await Guard.Scan("b.json", document, "--rules", Snapshot.Rule, "--config", config, "--format", "csv");
        Assert.EndsWith(covers ? ",website\r\n" : ",\r\n", csv.Output, StringComparison.Ordinal);
        Assert.Equal(covers ? 0 : 1, csv.Code);
        var html = await Guard.Scan("b.json", document, "--rules", Snapshot.Rule, "--config", config, "--format", "html");
        Assert.Equal(covers, html.Output.Contains("<li><b>1</b>suppressed</li>", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_finding_reopens_when_its_exemption_is_gone()
    {
        var config = _table.Write("guard.yaml", "exemptions:\n  - {id: website, rule: SG-STOR-004, category: waiver, reason: r, requestedBy: sam, expires: 2099-01-01}\n");
        await _table.Scan(Snapshot.Bad("b", 1), "--rules", Snapshot.Rule, "--config", config);
        Assert.Equal("0 opened, 1 reopened, 0 suppressed, 0 changed, 0 resolved", await Scanned(Snapshot.Bad("b", 2)));
    }

    [Fact]
    public async Task A_report_for_a_program_stays_whole()
    {
        var guard = await _table.Scan(Snapshot.Bad("b", 1), "--rules", Snapshot.Rule, "--format", "json");
        JsonDocument.Parse(guard.Output).Dispose();
        Assert.Contains("Recorded in ", guard.Complaints, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("guard.db", "not a table; expected ")]
    [InlineData("sqlite:", "not a table; expected ")]
    [InlineData("dynamodb://", "not a table; expected ")]
    [InlineData("dynamodb://a/b", "not a table; expected ")]
    [InlineData("dynamodb://guard?region=eu-west-1&endpoint=http://example.test", "the endpoint must be an https address (http only for this machine)")]
    [InlineData("azure-table://account", "not a table; expected ")]
    [InlineData("azure-table://evil.example/guard", "not a table; expected ")]
    [InlineData("azure-table://account/guard?endpoint=ftp://x", "the endpoint must be an https address (http only for this machine)")]
    public async Task An_address_that_is_none_is_one_sentence(string address, string what)
    {
        var complaint = $"{address}: {what}{(what.EndsWith(' ') ? "sqlite:FILE, dynamodb://TABLE[?region=REGION&endpoint=URL] or azure-table://ACCOUNT/TABLE[?endpoint=URL]" : string.Empty)}";
        var scan = await Guard.Run("scan", Repository.Path("tests", "fixtures"), "--table", address);
        Assert.Equal((2, complaint + "\n", string.Empty), (scan.Code, scan.Complaints, scan.Output));
        var list = await Guard.Run("findings", "list", "--table", address);
        Assert.Equal((2, complaint + "\n", string.Empty), (list.Code, list.Complaints, list.Output));
    }

    [Fact]
    public async Task A_table_that_is_not_there_is_not_made_by_reading()
    {
        var guard = await _table.Findings("list");
        Assert.Equal(2, guard.Code);
        Assert.Contains("guard.db: no such table", Assert.Single(guard.ComplaintLines), StringComparison.Ordinal);
        Assert.False(File.Exists(_table.File("guard.db")));
    }

    private async Task<string> Scanned(string document) => TableFolder.Counts(await _table.Scan(document, "--rules", Snapshot.Rule));

    private async Task<List<JsonElement>> Steps() => [.. JsonDocument.Parse((await _table.Findings("timeline", "--format", "json")).Output).RootElement.EnumerateArray()];
}
