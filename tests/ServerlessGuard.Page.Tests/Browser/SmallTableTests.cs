using System.Text.Json.Nodes;
using ServerlessGuard.Decisions;
using ServerlessGuard.Exemptions;
using ServerlessGuard.Findings;
using ServerlessGuard.Guards;
using ServerlessGuard.Recording;
using ServerlessGuard.Remediation.Seals;
using ServerlessGuard.Resources;
using ServerlessGuard.Sqlite;
using ServerlessGuard.Tables;

namespace ServerlessGuard.Page.Tests.Browser;

/// <summary>guard serve on a table of a small company, looked at by a real browser. The checks are in small.mjs; each is a test here.</summary>
public sealed class SmallTableTests(SmallTableTests.Run run) : IClassFixture<SmallTableTests.Run>
{
    public static TheoryData<string> Checks =>
    [
        "the page loads and counts",
        "without the key there is nothing to see",
        "filters narrow, and the address keeps them",
        "search finds by any word",
        "columns sort both ways",
        "groups open",
        "the keyboard goes all the way",
        "a finding tells its whole story",
        "strangers write text and nothing else",
        "what changes shows without a reload",
        "a person approves, and sees it done",
        "the overview shows every part",
        "axe finds nothing, light",
        "axe finds nothing, dark",
        "a phone is wide enough",
        "nothing is violated, nothing leaves",
    ];

    [Theory]
    [MemberData(nameof(Checks))]
    public void Holds(string check)
    {
        Assert.True(run.Results.TryGetValue(check, out var result), $"small.mjs has no check \"{check}\"");
        Assert.True(result.Held, result.Detail);
    }

    [Fact]
    public void Every_check_of_the_script_is_a_test() => Assert.Equal(Checks.Order(StringComparer.Ordinal), run.Results.Keys.Order(StringComparer.Ordinal));

    public sealed class Run : IAsyncLifetime
    {
        private readonly string _folder = Directory.CreateTempSubdirectory("guard-page-").FullName;
        private readonly DateTimeOffset _now = DateTimeOffset.UtcNow;

        internal IReadOnlyDictionary<string, CheckResult> Results { get; private set; } = new Dictionary<string, CheckResult>();

        public async Task InitializeAsync()
        {
            var file = Path.Combine(_folder, "small.db");
            using var table = SqliteTable.Open(file);
            await SmallCompany.WriteAsync(new Sample(table, _now));
            await using var guard = await GuardServe.StartAsync("--table", "sqlite:" + file);
            Results = await BrowserScript.RunAsync("small.mjs", guard.Address, wish => DoAsync(table, wish));
        }

        public Task DisposeAsync()
        {
            Directory.Delete(_folder, recursive: true);
            return Task.CompletedTask;
        }

        private static async Task<JsonNode> DoAsync(SqliteTable table, string wish)
        {
            var late = Sample.Bucket("late-arrival");
            switch (wish)
            {
                case "counts":
                    var open = 0L;
                    await foreach (var partition in new FindingReader(table).AccountsAsync(CancellationToken.None))
                    {
                        var summary = await new FindingReader(table).SummaryAsync(partition, CancellationToken.None);
                        open += Enum.GetValues<Verdicts.Severity>().Sum(severity => summary[FindingStatus.Open, severity]);
                    }

                    return new JsonObject { ["open"] = open };
                case "hostile":
                    return new JsonObject { ["hostile"] = SmallCompany.Hostile, ["longTag"] = SmallCompany.LongTag };
                case "open another":
                    await new Sample(table, DateTimeOffset.UtcNow).OpenAsync("SG-STOR-008", late, TimeSpan.FromSeconds(2));
                    return new JsonObject();
                case "resolve it":
                    await new Sample(table, DateTimeOffset.UtcNow).ResolveAsync("SG-STOR-008", late, TimeSpan.Zero);
                    return new JsonObject();
                case "carry out":
                    return await CarryOutAsync(table);
                default:
                    throw new InvalidOperationException(wish);
            }
        }

        /// <summary>As a host does: the command that waits, through the runner.</summary>
        private static async Task<JsonNode> CarryOutAsync(SqliteTable table)
        {
            var time = TimeProvider.System;
            var backoff = new Backoff(static () => 0);
            var outbox = new OutboxPolicy(RemediationSettings.Default);
            var exemptions = new ExemptionReader(table, []);
            var walk = new ExpiryWalk(table, exemptions, ApprovalSettings.Default.Expiry, TimeSpan.FromDays(7), outbox.After, time, backoff);
            var runner = new CommandRunner(table, new SealedPlans(table, Sample.Sealer), Provider.Aws, undo: null, walk, sweep: null, ApprovalSettings.Default, outbox, time, backoff);
            var partition = RowKeys.Partition(Provider.Aws, Sample.Production);
            var prefix = OutboxRows.Prefix(OutboxKind.Command);
            await foreach (var row in table.QueryAsync(partition, prefix, RowKeys.After(prefix), 1, CancellationToken.None))
            {
                var key = OutboxRows.Read(row).Row!;
                await runner.HandleAsync(partition, row.Key, CancellationToken.None);
                var command = CommandRows.Read((await table.FindAsync(partition, key, CancellationToken.None))!);
                return new JsonObject { ["kind"] = command.Kind.ToString(), ["state"] = command.State.ToString(), ["by"] = command.By.Name, ["operator"] = Environment.UserName, ["reason"] = command.Reason };
            }

            return new JsonObject { ["state"] = "no command waits" };
        }
    }
}
