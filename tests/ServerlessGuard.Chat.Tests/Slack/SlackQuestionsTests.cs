using System.Globalization;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using ServerlessGuard.Chat.Slack;
using ServerlessGuard.Guards;
using ServerlessGuard.Resources;
using ServerlessGuard.Tables;
using ServerlessGuard.Testing;
using ServerlessGuard.Tests.Findings;
using ServerlessGuard.Verdicts;

namespace ServerlessGuard.Chat.Tests.Slack;

/// <summary>Questions in chat: who may ask, what an answer may cost, and that a stop waits for none of them.</summary>
public sealed class SlackQuestionsTests
{
    private const string Secret = "8f742231b10e8888abcd99yyyzzz85a5";

    private readonly CountedTable _table = new();
    private readonly ManualTime _clock = new(Some.Start);
    private readonly ChatEndpoint _endpoint;

    public SlackQuestionsTests() => _endpoint = Endpoints.Of(
        _table, new ApprovalSettings { Approvers = ["slack:U1"], Readers = ["slack:U2"] }, Provider.Azure, new OneKey(), new NoAnswers(), links: null, [], signsIn: false, _clock);

    [Theory]
    [InlineData("status")]
    [InlineData("findings")]
    [InlineData("findings SG-STOR-001")]
    public async Task A_stranger_in_the_workspace_reads_nothing(string question)
    {
        await AccountsAsync(1, findings: 1);
        _table.Rows = 0;
        Assert.StartsWith("You may not ask here: `slack:U9` is among neither `approvals.readers` nor", await AskAsync(question, "U9"), StringComparison.Ordinal);
        Assert.Equal(0, _table.Rows);
        Assert.DoesNotContain("may not", await AskAsync(question, "U2"), StringComparison.Ordinal);
        Assert.StartsWith("You may not decide here", await AskAsync("stop", "U2"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("status")]
    [InlineData("findings")]
    [InlineData("findings SG-KEY-999")]
    public async Task A_question_over_a_thousand_accounts_and_findings_costs_few_rows_and_says_so(string question)
    {
        await AccountsAsync(1000, findings: 0);
        await AccountsAsync(3, findings: SlackStatus.MaxRows + 50);
        (_table.Rows, _table.Calls) = (0, 0);
        Assert.Contains("more", await AskAsync(question, "U1"), StringComparison.Ordinal);
        Assert.InRange(_table.Rows, 1, (SlackStatus.MaxAccounts + 1) * (SlackStatus.MaxRows + 20));
        Assert.InRange(_table.Calls, 1, 3 * SlackStatus.MaxAccounts + 10);
    }

    [Fact]
    public async Task A_stop_is_not_held_up_by_questions_and_reads_no_findings()
    {
        await AccountsAsync(2, findings: 2);
        _table.Hold = new TaskCompletionSource();
        var questions = Enumerable.Range(0, 20).Select(_ => AskAsync("status", "U1")).ToList();
        _table.Queries = 0;
        Assert.Equal("Stopping.", await AskAsync("stop a fire", "U1"));
        Assert.Equal(0, _table.Queries);
        Assert.Equal(["azure:guard", "aws:guard"], _table.Written.Where(row => row.Kind is RowKind.Command).Select(row => row.Partition));
        _table.Hold.SetResult();
        Assert.Equal(20 - SlackStatus.MaxQuestions, (await Task.WhenAll(questions)).Count(answer => answer.StartsWith("Too many requests", StringComparison.Ordinal)));
        Assert.DoesNotContain("Too many requests", await AskAsync("status", "U1"), StringComparison.Ordinal);
    }

    private async Task AccountsAsync(int count, int findings)
    {
        for (var i = 0; i < count; i++)
        {
            var account = (100_000_000_000 + i).ToString(CultureInfo.InvariantCulture);
            await _table.RegisterAsync(RowKeys.Partition(Provider.Aws, account), CancellationToken.None);
            for (var j = 0; j < findings; j++)
            {
                await Some.Recorder(_table).RecordAsync(Some.Of(Some.Bucket($"b{j}") with { Account = account }, 1, Some.Rule(Compliance.NonCompliant)), CancellationToken.None);
            }
        }
    }

    private async Task<string> AskAsync(string text, string user)
    {
        var body = $"command=%2Fguard&text={Uri.EscapeDataString(text)}&user_id={user}&user_name=sam&trigger_id=t1";
        var timestamp = _clock.GetUtcNow().ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        var answer = await _endpoint.AnswerAsync(
            new ChatRequest
            {
                Method = "POST",
                Path = "slack/commands",
                Headers = new Dictionary<string, string>
                {
                    ["x-slack-request-timestamp"] = timestamp,
                    ["x-slack-signature"] = "v0=" + Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(Secret), Encoding.UTF8.GetBytes($"v0:{timestamp}:{body}"))),
                },
                Body = Encoding.UTF8.GetBytes(body),
            },
            CancellationToken.None);
        return (string)JsonNode.Parse(answer.Response.Body.Span)!["text"]!;
    }

    private sealed class OneKey : IKeyring
    {
        public ValueTask<IReadOnlyList<string>> KeysAsync(bool fresh, CancellationToken cancellation) => ValueTask.FromResult<IReadOnlyList<string>>([Secret]);
    }

    private sealed class NoAnswers : IResponseUrl
    {
        public Task<bool> TryAnswerAsync(string address, JsonObject message, CancellationToken cancellation) => Task.FromResult(true);
    }

    /// <summary>Counts what is read, and can be slow to answer queries.</summary>
    private sealed class CountedTable : ITable
    {
        private readonly MemoryTable _inner = new();

        public int Rows { get; set; }
        public int Calls { get; set; }
        public int Queries { get; set; }
        public TaskCompletionSource? Hold { get; set; }
        public List<TableRow> Written { get; } = [];

        public async Task<TableRow?> FindAsync(string partition, string key, CancellationToken cancellation)
        {
            Calls++;
            var row = await _inner.FindAsync(partition, key, cancellation);
            Rows += row is null ? 0 : 1;
            return row;
        }

        public async IAsyncEnumerable<TableRow> QueryAsync(string partition, string from, string to, int? limit, [EnumeratorCancellation] CancellationToken cancellation)
        {
            Calls++;
            Queries++;
            if (Hold is { } hold)
            {
                await hold.Task.WaitAsync(cancellation);
            }

            await foreach (var row in _inner.QueryAsync(partition, from, to, limit, cancellation))
            {
                Rows++;
                yield return row;
            }
        }

        public Task<bool> CommitAsync(string partition, IReadOnlyList<TableWrite> writes, CancellationToken cancellation)
        {
            Written.AddRange(writes.OfType<TableWrite.Insert>().Select(write => write.Row));
            return _inner.CommitAsync(partition, writes, cancellation);
        }
    }
}
