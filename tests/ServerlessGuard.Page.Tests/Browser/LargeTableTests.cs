using System.Diagnostics;
using System.Text.Json.Nodes;
using ServerlessGuard.Findings;
using ServerlessGuard.Sqlite;
using ServerlessGuard.Verdicts;
using Xunit.Abstractions;

namespace ServerlessGuard.Page.Tests.Browser;

/// <summary>The same with 100,000 findings. The checks are in large.mjs; each is a test here.</summary>
public sealed class LargeTableTests(LargeTableTests.Run run, ITestOutputHelper output) : IClassFixture<LargeTableTests.Run>
{
    private const int Findings = 100_000;

    public static TheoryData<string> Checks =>
    [
        "the first paint takes a second at most",
        "everything is read",
        "any place of the list is a moment away",
        "filter, search and sort answer quickly",
    ];

    [Theory]
    [MemberData(nameof(Checks))]
    public void Holds(string check)
    {
        Assert.True(run.Results.TryGetValue(check, out var result), $"large.mjs has no check \"{check}\"");
        output.WriteLine($"{result.Detail} (table written in {run.Written.TotalSeconds:F1} s)");
        Assert.True(result.Held, result.Detail);
    }

    [Fact]
    public void Every_check_of_the_script_is_a_test() => Assert.Equal(Checks.Order(StringComparer.Ordinal), run.Results.Keys.Order(StringComparer.Ordinal));

    public sealed class Run : IAsyncLifetime
    {
        private readonly string _folder = Directory.CreateTempSubdirectory("guard-page-").FullName;

        internal IReadOnlyDictionary<string, CheckResult> Results { get; private set; } = new Dictionary<string, CheckResult>();

        internal TimeSpan Written { get; private set; }

        public async Task InitializeAsync()
        {
            var file = Path.Combine(_folder, "large.db");
            using var table = SqliteTable.Open(file);
            var began = Stopwatch.StartNew();
            var needles = await LargeTable.WriteAsync(table, Findings, DateTimeOffset.UtcNow);
            Written = began.Elapsed;
            var open = 0L;
            await foreach (var partition in new FindingReader(table).AccountsAsync(CancellationToken.None))
            {
                var summary = await new FindingReader(table).SummaryAsync(partition, CancellationToken.None);
                open += Enum.GetValues<Severity>().Sum(severity => summary[FindingStatus.Open, severity]);
            }

            await using var guard = await GuardServe.StartAsync("--table", "sqlite:" + file, "--read-only");
            Results = await BrowserScript.RunAsync("large.mjs", guard.Address, _ => Task.FromResult<JsonNode>(new JsonObject { ["open"] = open, ["needles"] = needles }));
        }

        public Task DisposeAsync()
        {
            Directory.Delete(_folder, recursive: true);
            return Task.CompletedTask;
        }
    }
}
