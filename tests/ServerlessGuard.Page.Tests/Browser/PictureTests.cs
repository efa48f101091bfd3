using System.Text.Json.Nodes;
using ServerlessGuard.Sqlite;
using ServerlessGuard.Testing;

namespace ServerlessGuard.Page.Tests.Browser;

/// <summary>guard serve on the tables of two clouds of which one is behind, and the pictures of the pages about it: they land in artifacts/pictures.</summary>
public sealed class PictureTests(PictureTests.Run run) : IClassFixture<PictureTests.Run>
{
    public static TheoryData<string> Checks => ["both sides of the federation are told", "pictures, light", "pictures, dark"];

    [Theory]
    [MemberData(nameof(Checks))]
    public void Holds(string check)
    {
        Assert.True(run.Results.TryGetValue(check, out var result), $"pictures.mjs has no check \"{check}\"");
        Assert.True(result.Held, result.Detail);
    }

    public sealed class Run : IAsyncLifetime
    {
        private readonly string _folder = Directory.CreateTempSubdirectory("guard-page-").FullName;

        internal IReadOnlyDictionary<string, CheckResult> Results { get; private set; } = new Dictionary<string, CheckResult>();

        public async Task InitializeAsync()
        {
            var (first, second) = (Path.Combine(_folder, "aws.db"), Path.Combine(_folder, "azure.db"));
            using var aws = SqliteTable.Open(first);
            using var azure = SqliteTable.Open(second);
            await new Northwind(aws, azure, DateTimeOffset.UtcNow).WriteAsync();
            await using var guard = await GuardServe.StartAsync("--table", "sqlite:" + first, "--peer-table", "sqlite:" + second);
            var where = new JsonObject { ["folder"] = Repository.Path("artifacts", "pictures"), ["behind"] = Northwind.Behind };
            Results = await BrowserScript.RunAsync("pictures.mjs", guard.Address, _ => Task.FromResult<JsonNode>(where.DeepClone()));
        }

        public Task DisposeAsync()
        {
            Directory.Delete(_folder, recursive: true);
            return Task.CompletedTask;
        }
    }
}
