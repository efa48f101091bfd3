using ServerlessGuard.Decisions;
using ServerlessGuard.Findings;
using ServerlessGuard.Guards;
using ServerlessGuard.Resources;
using ServerlessGuard.Sqlite;
using ServerlessGuard.Tables;
using Decided = ServerlessGuard.Decisions.Command;

namespace ServerlessGuard.Cli.Tests.Tables;

/// <summary>An operator's decisions: what they leave in the table for the deployment to carry out.</summary>
public sealed class DecisionTests : IDisposable
{
    private const string Public =
        """{"version":"1.3","configurationItemStatus":"OK","configurationItemCaptureTime":"2026-10-30T10:00:00Z","awsAccountId":"111122223333","resourceType":"AWS::S3::Bucket","resourceId":"open","resourceName":"open","ARN":"arn:aws:s3:::open","awsRegion":"eu-west-1","tags":{},"configuration":{"name":"open"},"supplementaryConfiguration":{"PublicAccessBlockConfiguration":{"blockPublicAcls":false,"ignorePublicAcls":false,"blockPublicPolicy":false,"restrictPublicBuckets":false},"BucketPolicy":{"policyText":"{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Principal\":\"*\",\"Action\":\"s3:GetObject\",\"Resource\":\"arn:aws:s3:::open/*\"}]}"}}}""";

    private readonly TableFolder _table = new();

    public void Dispose() => _table.Dispose();

    [Theory]
    [InlineData("approve", CommandKind.Approve)]
    [InlineData("reject", CommandKind.Reject)]
    [InlineData("undo", CommandKind.Undo)]
    public async Task A_decision_is_taken_down_for_the_owner_of_the_finding(string verb, CommandKind kind)
    {
        var id = await FindingAsync(plan: "0123456789abcdef");
        var guard = await Guard.Run(verb, id, "0123456789abcdef", "--table", _table.Table, "--as", Environment.UserName, "--reason", "checked");
        Assert.Equal((0, string.Empty), (guard.Code, guard.Complaints));
        Assert.Contains("recorded; the deployment that owns aws:111122223333 will carry it out", guard.Output, StringComparison.Ordinal);
        var command = Assert.Single(await CommandsAsync());
        Assert.Equal((kind, id, Environment.UserName, "local:" + Environment.UserName, "checked", CommandState.Pending), (command.Kind, command.FindingId, command.By.Name, command.By.Id, command.Reason, command.State));
        Assert.Equal(("0123456789abcdef", 1), (command.PlanId, command.Revision));
        Assert.Matches("^[0-9a-f]{64}$", command.Evidence);
    }

    [Fact]
    public async Task A_decision_as_somebody_else_is_refused_and_leaves_nothing()
    {
        var id = await FindingAsync(plan: "0123456789abcdef");
        var guard = await Guard.Run("approve", id, "0123456789abcdef", "--table", _table.Table, "--as", "kim-who-is-somebody-else");
        Assert.Equal((2, $"--as kim-who-is-somebody-else: you are {Environment.UserName} and cannot decide under another name; omit --as\n"), (guard.Code, guard.Complaints));
        Assert.Empty(await CommandsAsync());
    }

    [Theory]
    [InlineData("approve")]
    [InlineData("reject")]
    [InlineData("undo")]
    public async Task A_decision_that_names_no_plan_or_another_one_shows_the_plan_and_leaves_nothing(string verb)
    {
        var id = await FindingAsync(plan: "0123456789abcdef");
        foreach (var named in new string[][] { [], ["fedcba9876543210"] })
        {
            var guard = await Guard.Run([verb, id, .. named, "--table", _table.Table]);
            Assert.Equal(2, guard.Code);
            Assert.Contains("Block public access.", guard.Complaints, StringComparison.Ordinal);
            Assert.EndsWith($"guard {verb} {id} 0123456789abcdef --table {_table.Table}\n", guard.Complaints, StringComparison.Ordinal);
        }

        Assert.Empty(await CommandsAsync());
    }

    [Fact]
    public async Task An_exemption_has_a_reason_and_an_end()
    {
        var id = await FindingAsync();
        foreach (var options in new string[][] { ["--days", "7"], ["--days", "0", "--reason", "x"] })
        {
            var wrong = await Guard.Run(["exempt", id, "--table", _table.Table, .. options]);
            Assert.Equal((2, "an exemption needs a --reason and at least 1 --days\n"), (wrong.Code, wrong.Complaints));
        }

        Assert.Equal(0, (await Guard.Run("exempt", id, "--table", _table.Table, "--days", "7", "--reason", "a website", "--whole-rule", "--mitigated")).Code);
        var exemption = Assert.Single(await CommandsAsync()).Exemption!;
        Assert.Equal((null, "a website", Exemptions.ExemptionCategory.Mitigated, "111122223333"), (exemption.ResourceId, exemption.Reason, exemption.Category, exemption.Account));
        Assert.StartsWith("SG-STOR", exemption.RuleId, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_cannot_be_decided_is_one_line_and_leaves_nothing()
    {
        await FindingAsync();
        var unknown = await Guard.Run("approve", "SG-STOR-001-00000000000000000000000000000000", "--table", _table.Table);
        Assert.Equal((2, 1), (unknown.Code, unknown.ComplaintLines.Count));
        foreach (var verb in new[] { "stop", "resume", "sweep" })
        {
            var guard = await Guard.Run(verb, "--table", _table.Table);
            Assert.Equal((2, 1), (guard.Code, guard.ComplaintLines.Count));
        }

        Assert.Empty(await CommandsAsync());
    }

    private async Task<string> FindingAsync(string? plan = null)
    {
        await _table.Scan(Public);
        using var table = SqliteTable.Open(_table.File("guard.db"));
        var rows = new List<TableRow>();
        await foreach (var row in table.QueryAsync(RowKeys.Partition(Provider.Aws, "111122223333"), "r:", RowKeys.After("r:"), null, CancellationToken.None))
        {
            rows.Add(row);
        }

        var found = rows.First(row => row.Kind is RowKind.Finding);
        var finding = FindingRows.Finding(found);
        if (plan is not null)
        {
            Assert.True(await table.CommitAsync(found.Partition, [new TableWrite.Put(FindingRows.Row(found.Partition, finding with { Treatment = Planned(plan) }, version: null))], CancellationToken.None));
        }

        return finding.Id;
    }

    private static Treatment Planned(string id) => new()
    {
        State = TreatmentState.AwaitingApproval,
        At = DateTimeOffset.UnixEpoch,
        Plan = new RemediationPlan
        {
            Id = id,
            Sentence = "Block public access.",
            Before = "{}",
            After = """{"on":true}""",
            Call = "s3:PutPublicAccessBlock",
            Permissions = [],
            Risk = Risk.None,
            PlannedAt = DateTimeOffset.UnixEpoch,
        },
    };

    private async Task<List<Decided>> CommandsAsync()
    {
        using var table = SqliteTable.OpenToRead(_table.File("guard.db"));
        var commands = new List<Decided>();
        await foreach (var row in table.QueryAsync(RowKeys.Partition(Provider.Aws, "111122223333"), "c:", RowKeys.After("c:"), null, CancellationToken.None))
        {
            commands.Add(CommandRows.Read(row));
        }

        return commands;
    }
}
