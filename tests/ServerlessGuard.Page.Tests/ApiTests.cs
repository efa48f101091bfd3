using System.Text;
using System.Text.Json.Nodes;
using ServerlessGuard.Decisions;
using ServerlessGuard.Findings;
using ServerlessGuard.Guards;
using ServerlessGuard.Tables;
using ServerlessGuard.Testing;

namespace ServerlessGuard.Page.Tests;

/// <summary>The API over a small company's table, as a host calls it.</summary>
public sealed class ApiTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 25, 12, 0, 0, TimeSpan.Zero);
    private static readonly Person Sam = new("sam", "local:sam");

    [Theory]
    [InlineData("everything open", "status=Open", 13)]
    [InlineData("everything", "", 15)]
    [InlineData("one cloud", "status=Open&provider=Azure", 5)]
    [InlineData("one severity", "status=Open&severity=Low", 1)]
    [InlineData("two severities", "status=Open&severity=Low,Medium", 3)]
    [InlineData("what was accepted", "status=Suppressed", 1)]
    [InlineData("what is over", "status=Resolved", 1)]
    [InlineData("a family of rules", "rule=SG-STOR", 6)]
    [InlineData("a rule in any case", "rule=sg-stor-001", 3)]
    [InlineData("exactly a rule", "rule=%3DSG-STOR-001", 3)]
    [InlineData("no rule has just that name", "rule=%3DSG-STOR", 0)]
    [InlineData("one account", "account=aws:444455556666", 4)]
    [InlineData("what waits for a person", "treatment=AwaitingApproval", 1)]
    [InlineData("what was fixed", "treatment=Fixed", 1)]
    [InlineData("the last hours", "status=Open&since=5h", 4)]
    [InlineData("since a time", "status=Open&since=2026-11-25T09:30:00Z", 3)]
    [InlineData("a word", "q=webhook", 1)]
    [InlineData("two words, in different places", "q=northwind%20objects%20training", 1)]
    [InlineData("an actor", "q=JANE", 3)]
    [InlineData("markup is only text", "q=%3Cscript%3E", 1)]
    [InlineData("right to left", "q=%D7%A9%D7%9C%D7%95%D7%9D", 1)]
    [InlineData("nothing of the kind", "q=nowhere", 0)]
    public async Task Filters(string scenario, string query, int expected)
    {
        using var page = await PageAsync();
        var answer = await GetAsync(page, "/api/findings", query);
        Assert.True(expected == answer["total"]!.GetValue<int>(), $"{scenario}: {answer["total"]} {answer.ToJsonString()}");
        Assert.Equal(expected, answer["rows"]!.AsArray().Count);
    }

    [Theory]
    [InlineData("severity=Bad")]
    [InlineData("severity=1")]
    [InlineData("sort=constructor")]
    [InlineData("order=up")]
    [InlineData("limit=201")]
    [InlineData("limit=-1")]
    [InlineData("offset=x")]
    [InlineData("since=yesterday")]
    public async Task What_is_no_question_is_a_400_with_a_sentence(string query)
    {
        using var page = await PageAsync();
        var response = await page.HandleAsync(new PageRequest("GET", "/api/findings", query), CancellationToken.None);
        Assert.Equal(400, response.Status);
        Assert.NotEmpty(Json(response)["error"]!.GetValue<string>());
    }

    [Theory]
    [InlineData("severity", "desc", "severity")]
    [InlineData("rule", "asc", "rule")]
    [InlineData("rule", "desc", "rule")]
    [InlineData("title", "asc", "title")]
    [InlineData("account", "asc", "account")]
    [InlineData("opened", "asc", "opened")]
    [InlineData("opened", "desc", "opened")]
    [InlineData("changed", "desc", "changed")]
    public async Task Sorts(string sort, string order, string column)
    {
        using var page = await PageAsync();
        var rows = (await GetAsync(page, "/api/findings", $"sort={sort}&order={order}"))["rows"]!.AsArray();
        var values = rows.Select(row => row![column]!.GetValue<string>()).Select(value => column is "severity" ? Array.IndexOf(["Low", "Medium", "High", "Critical"], value).ToString() : value).ToList();
        var expected = values.Order(StringComparer.Ordinal).ToList();
        if (order is "desc")
        {
            expected.Reverse();
        }

        Assert.Equal(expected, values);
    }

    [Fact]
    public async Task Pages_are_parts_of_one_list()
    {
        using var page = await PageAsync();
        var whole = (await GetAsync(page, "/api/findings", "limit=200"))["rows"]!.AsArray().Select(row => row!["id"]!.GetValue<string>()).ToList();
        var parts = new List<string>();
        for (var offset = 0; offset < whole.Count + 5; offset += 5)
        {
            parts.AddRange((await GetAsync(page, "/api/findings", $"limit=5&offset={offset}"))["rows"]!.AsArray().Select(row => row!["id"]!.GetValue<string>()));
        }

        Assert.Equal(whole, parts);
        Assert.Equal(whole.Count, parts.Distinct(StringComparer.Ordinal).Count());
    }

    [Theory]
    [InlineData("rule")]
    [InlineData("account")]
    [InlineData("provider")]
    [InlineData("severity")]
    [InlineData("type")]
    [InlineData("resource")]
    public async Task Groups_add_up_and_lead_to_their_findings(string by)
    {
        using var page = await PageAsync();
        var answer = await GetAsync(page, "/api/groups", "status=Open&by=" + by);
        var groups = answer["groups"]!.AsArray();
        Assert.Equal(13, groups.Sum(group => group!["total"]!.GetValue<int>()));
        foreach (var group in groups)
        {
            var key = (by is "rule" ? "=" : string.Empty) + group!["key"]!.GetValue<string>();
            var rows = await GetAsync(page, "/api/findings", $"status=Open&{by}={Uri.EscapeDataString(key)}");
            Assert.Equal(group["total"]!.GetValue<int>(), rows["total"]!.GetValue<int>());
        }
    }

    [Fact]
    public async Task Open_findings_over_time_end_with_what_is_open_and_began_with_nothing()
    {
        using var page = await PageAsync();
        var points = (await GetAsync(page, "/api/overview", "range=30d"))["trend"]!["points"]!.AsArray();
        Assert.Equal(61, points.Count);
        Assert.Equal(0, Total(points[0]!));
        Assert.Equal(13, Total(points[^1]!));

        // 71 hours ago the security group was open; it was resolved an hour later.
        var before = points.Last(point => point!["at"]!.GetValue<DateTimeOffset>() <= Now.AddHours(-70.5));
        var after = points.First(point => point!["at"]!.GetValue<DateTimeOffset>() > Now.AddHours(-70));
        Assert.Equal(10, Total(before!));
        Assert.Equal(9, Total(after!));
    }

    [Fact]
    public async Task Latency_is_that_of_change_events_and_of_fixes()
    {
        using var page = await PageAsync();
        var latency = (await GetAsync(page, "/api/overview", string.Empty))["latency"]!.AsArray().ToDictionary(stage => stage!["stage"]!.GetValue<string>(), stage => stage!);
        Assert.Equal((14, 1200, 1200), (latency["delivered"]["count"]!.GetValue<int>(), latency["delivered"]["p50"]!.GetValue<int>(), latency["delivered"]["p95"]!.GetValue<int>()));
        Assert.Equal(40, latency["evaluated"]["p50"]!.GetValue<int>());
        Assert.Equal((1, 620), (latency["remediated"]["count"]!.GetValue<int>(), latency["remediated"]["p50"]!.GetValue<int>()));
        Assert.Equal(0, latency["notified"]["count"]!.GetValue<int>());
        Assert.Null(latency["notified"]["p50"]);
    }

    [Fact]
    public async Task The_heat_map_counts_every_open_finding_once()
    {
        using var page = await PageAsync();
        var heat = (await GetAsync(page, "/api/overview", string.Empty))["heat"]!;
        Assert.Equal(13, heat["rows"]!.AsArray().Sum(row => row!["cells"]!.AsArray().Sum(cell => cell?["count"]!.GetValue<int>() ?? 0)));
        Assert.All(heat["rows"]!.AsArray(), row => Assert.Equal(heat["rules"]!.AsArray().Count, row!["cells"]!.AsArray().Count));
    }

    [Fact]
    public async Task Who_signs_in_beside_the_one_identity_provider_is_named()
    {
        var table = new MemoryTable();
        var sample = new Sample(table, Now);
        await sample.OpenAsync("SG-ID-001", Sample.Thing("AWS::IAM::User", "jane"), TimeSpan.FromHours(9));
        await sample.OpenAsync("SG-ID-001", Sample.Azure("Microsoft.Authorization/roleAssignments", "guest"), TimeSpan.FromHours(8));
        await sample.OpenAsync("SG-ID-001", Sample.Thing("AWS::IAM::User", "kim"), TimeSpan.FromHours(7));
        await sample.ResolveAsync("SG-ID-001", Sample.Thing("AWS::IAM::User", "kim"), TimeSpan.FromHours(6));
        await sample.OpenAsync("SG-ID-002", Sample.Thing("AWS::IAM::User", "sam"), TimeSpan.FromHours(5));
        using var page = new PageApi(table, null, new PageSettings("memory"), new ManualTime(Now));
        await CompleteAsync(page);
        var identity = (await GetAsync(page, "/api/overview", string.Empty))["identity"]!;
        Assert.Equal((2, 0, 1), ((int)identity["outside"]!, (int)identity["accepted"]!, (int)identity["noLonger"]!));
        Assert.Equal(["jane", "guest"], identity["who"]!.AsArray().Select(row => (string)row!["name"]!));
    }

    [Fact]
    public async Task What_changes_in_the_table_raises_the_version()
    {
        var table = new MemoryTable();
        var time = new ManualTime(Now);
        await SmallCompany.WriteAsync(new Sample(table, Now));
        using var page = new PageApi(table, null, new PageSettings("memory"), TimeProvider.System);
        var version = await CompleteAsync(page);
        await new Sample(table, DateTimeOffset.UtcNow).OpenAsync("SG-STOR-008", Sample.Bucket("late"), TimeSpan.FromMinutes(1));
        var raised = (await GetAsync(page, "/api/changes", $"after={version}&wait=10"))["version"]!.GetValue<long>();
        Assert.True(raised > version);
        Assert.Equal(1, (await GetAsync(page, "/api/findings", "q=late"))["total"]!.GetValue<int>());
        Assert.Equal(14, Open(await GetAsync(page, "/api/state", string.Empty)));
    }

    /// <summary>Its event lies further back than what is read again: only the counters tell.</summary>
    [Fact]
    public async Task A_change_that_was_captured_long_ago_is_seen_all_the_same()
    {
        var table = new MemoryTable();
        await SmallCompany.WriteAsync(new Sample(table, Now));
        using var page = new PageApi(table, null, new PageSettings("memory"), TimeProvider.System);
        var version = await CompleteAsync(page);
        await new Sample(table, Now).OpenAsync("SG-STOR-008", Sample.Bucket("forgotten"), TimeSpan.FromDays(20));
        await GetAsync(page, "/api/changes", $"after={version}&wait=10");
        Assert.Equal(1, (await GetAsync(page, "/api/findings", "q=forgotten"))["total"]!.GetValue<int>());
    }

    [Fact]
    public async Task Without_a_person_nothing_can_be_decided()
    {
        using var page = await PageAsync();
        var story = await StoryAsync(page, "northwind-training-data");
        Assert.Empty(story["actions"]!.AsArray());
        Assert.Equal(403, (await PostAsync(page, Decision(story, "Approve"))).Status);
    }

    [Theory]
    [InlineData("northwind-training-data", "Approve Reject Exempt")]
    [InlineData("northwind-exports", "Undo Exempt")]
    [InlineData("webhook", "Exempt")]
    [InlineData("northwind-website", "")]
    [InlineData("sg-0a1b2c3d", "")]
    public async Task What_may_be_decided_follows_from_the_finding(string resource, string actions)
    {
        using var page = await PageAsync(Sam);
        Assert.Equal(actions, string.Join(' ', (await StoryAsync(page, resource))["actions"]!.AsArray().Select(action => action!.GetValue<string>())));
    }

    [Fact]
    public async Task A_decision_is_one_command_however_often_it_is_clicked()
    {
        var table = new MemoryTable();
        await SmallCompany.WriteAsync(new Sample(table, Now));
        using var page = new PageApi(table, null, new PageSettings("memory") { Person = Sam }, new ManualTime(Now));
        var story = await StoryAsync(page, "northwind-training-data");
        for (var click = 0; click < 3; click++)
        {
            var response = await PostAsync(page, Decision(story, "Approve"));
            Assert.Equal((202, "Pending"), (response.Status, Json(response)["state"]!.GetValue<string>()));
        }

        var command = CommandRows.Read(Assert.Single(table.Rows, row => row.Kind is RowKind.Command));
        Assert.Equal((CommandKind.Approve, Sam, CommandState.Pending, Now), (command.Kind, command.By, command.State, command.IssuedAt));
        Assert.Equal(story["finding"]!["treatment"]!["plan"]!["id"]!.GetValue<string>(), command.PlanId);
        Assert.Single(table.Rows, row => row.Kind is RowKind.Outbox && OutboxRows.Read(row).Kind is OutboxKind.Command);
        Assert.Equal("Pending", (await GetAsync(page, "/api/command", $"account={command.Partition}&id={command.Id}"))["state"]!.GetValue<string>());
    }

    [Fact]
    public async Task A_page_over_one_clouds_table_does_not_decide_for_the_other_and_says_where()
    {
        var table = new MemoryTable();
        await SmallCompany.WriteAsync(new Sample(table, Now));
        using var page = new PageApi(table, null, new PageSettings("memory") { Person = Sam, Home = ServerlessGuard.Resources.Provider.Azure }, new ManualTime(Now));
        var story = await StoryAsync(page, "northwind-training-data");
        var response = await PostAsync(page, Decision(story, "Approve"));
        Assert.Equal(409, response.Status);
        Assert.StartsWith("this is for Aws to decide", Json(response)["error"]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.DoesNotContain(table.Rows, row => row.Kind is RowKind.Command);
    }

    [Theory]
    [InlineData("an exemption without a reason", "Exempt", null, 30, 0)]
    [InlineData("an exemption without end", "Exempt", "because", null, 0)]
    [InlineData("an exemption for years", "Exempt", "because", 91, 0)]
    [InlineData("a state that has passed", "Approve", null, null, -1)]
    [InlineData("nothing to undo", "Undo", null, null, 0)]
    [InlineData("nothing to revoke", "Revoke", null, null, 0)]
    [InlineData("what is for operators only", "Stop", null, null, 0)]
    public async Task What_cannot_be_decided_is_refused_and_not_written(string scenario, string kind, string? reason, int? days, int revision)
    {
        var table = new MemoryTable();
        await SmallCompany.WriteAsync(new Sample(table, Now));
        using var page = new PageApi(table, null, new PageSettings("memory") { Person = Sam }, new ManualTime(Now));
        var decision = Decision(await StoryAsync(page, "northwind-training-data"), kind);
        decision["reason"] = reason;
        decision["days"] = days;
        decision["revision"] = decision["revision"]!.GetValue<long>() + revision;
        var response = await PostAsync(page, decision);
        Assert.True(response.Status == 409, $"{scenario}: {response.Status}");
        Assert.DoesNotContain(table.Rows, row => row.Kind is RowKind.Command);
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{\"finding\":null,\"kind\":\"Approve\",\"revision\":1}")]
    [InlineData("{\"finding\":\"x\",\"kind\":\"Explode\",\"revision\":1}")]
    [InlineData("{\"finding\":\"SG-STOR-001-00000000000000000000000000000000\",\"kind\":\"Approve\",\"revision\":1}")]
    public async Task A_body_that_is_no_decision_is_a_400(string body)
    {
        using var page = await PageAsync(Sam);
        Assert.Equal(400, (await page.HandleAsync(new PageRequest("POST", "/api/commands", Body: body), CancellationToken.None)).Status);
    }

    [Theory]
    [InlineData("GET", "/", 200, "text/html; charset=utf-8")]
    [InlineData("GET", "/app.js", 200, "text/javascript; charset=utf-8")]
    [InlineData("GET", "/app.css", 200, "text/css; charset=utf-8")]
    [InlineData("GET", "/icon.svg", 200, "image/svg+xml")]
    [InlineData("GET", "/../guard.yaml", 404, "application/json; charset=utf-8")]
    [InlineData("GET", "/api/finding", 404, "application/json; charset=utf-8")]
    [InlineData("DELETE", "/api/findings", 405, "application/json; charset=utf-8")]
    public async Task Every_answer_has_its_type_and_the_policy(string method, string path, int status, string type)
    {
        using var page = await PageAsync();
        var response = await page.HandleAsync(new PageRequest(method, path), CancellationToken.None);
        Assert.Equal((status, type), (response.Status, response.ContentType));
        Assert.Equal(PageSecurity.ContentSecurityPolicy, response.Headers["Content-Security-Policy"]);
        Assert.Equal("nosniff", response.Headers["X-Content-Type-Options"]);
        Assert.NotEqual(0, response.Body.Length);
    }

    [Fact]
    public async Task A_row_of_a_later_version_is_counted_and_stops_no_other()
    {
        var table = new MemoryTable();
        await SmallCompany.WriteAsync(new Sample(table, Now));
        const string Partition = "aws:" + Sample.Production;
        await table.CommitAsync(Partition, [new TableWrite.Put(new TableRow(Partition, "x:open:0:ffff:SG-NEW-001", RowKind.Index, """{"id":"new","status":"Fizzled"}"""))], CancellationToken.None);
        using var page = new PageApi(table, null, new PageSettings("memory"), new ManualTime(Now));
        await CompleteAsync(page);
        var state = await GetAsync(page, "/api/state", string.Empty);
        Assert.Equal(1, state["loading"]!["unreadable"]!.GetValue<int>());
        Assert.Equal(15, (await GetAsync(page, "/api/findings", string.Empty))["total"]!.GetValue<int>());
    }

    private static async Task<PageApi> PageAsync(Person? person = null)
    {
        var table = new MemoryTable();
        await SmallCompany.WriteAsync(new Sample(table, Now));
        var page = new PageApi(table, null, new PageSettings("memory") { Person = person }, new ManualTime(Now));
        await CompleteAsync(page);
        return page;
    }

    /// <summary>The version at which everything was read.</summary>
    private static async Task<long> CompleteAsync(PageApi page)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (true)
        {
            var state = await GetAsync(page, "/api/state", string.Empty);
            if (state["loading"]!["history"]!.GetValue<bool>())
            {
                return state["version"]!.GetValue<long>();
            }

            limit.Token.ThrowIfCancellationRequested();
            await Task.Delay(5);
        }
    }

    private static async Task<JsonNode> GetAsync(PageApi page, string path, string query)
    {
        var response = await page.HandleAsync(new PageRequest("GET", path, query), CancellationToken.None);
        Assert.True(response.Status == 200, $"{path}?{query}: {response.Status} {Encoding.UTF8.GetString(response.Body.Span)}");
        return Json(response);
    }

    private static async Task<JsonNode> StoryAsync(PageApi page, string resource)
    {
        await CompleteAsync(page);
        var rows = (await GetAsync(page, "/api/findings", "q=" + resource))["rows"]!.AsArray();
        return await GetAsync(page, "/api/finding", "id=" + rows.First(row => row!["name"]!.GetValue<string>() == resource)!["id"]!.GetValue<string>());
    }

    private static JsonObject Decision(JsonNode story, string kind) => new()
    {
        ["finding"] = story["finding"]!["id"]!.GetValue<string>(),
        ["kind"] = kind,
        ["revision"] = story["finding"]!["revision"]!.GetValue<long>(),
    };

    private static Task<PageResponse> PostAsync(PageApi page, JsonObject body) =>
        page.HandleAsync(new PageRequest("POST", "/api/commands", Body: body.ToJsonString()), CancellationToken.None);

    private static JsonNode Json(PageResponse response) => JsonNode.Parse(response.Body.Span)!;

    private static long Total(JsonNode point) => Counts(point["open"]!);

    private static long Open(JsonNode state) => Counts(state["counts"]!["open"]!);

    private static long Counts(JsonNode counts) => counts.AsObject().Sum(entry => entry.Value!.GetValue<long>());
}
