using ServerlessGuard.Commands;
using ServerlessGuard.Resources;
using ServerlessGuard.Sqlite;
using ServerlessGuard.Tables;
using Decided = ServerlessGuard.Commands.Command;

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
        var id = await FindingAsync();
        var guard = await Guard.Run(verb, id, "--table", _table.Table, "--as", "kim", "--reason", "checked");
        Assert.Equal((0, string.Empty), (guard.Code, guard.Complaints));
        Assert.Contains("taken down; the deployment that owns aws:111122223333 carries it out", guard.Output, StringComparison.Ordinal);
        var command = Assert.Single(await CommandsAsync());
        Assert.Equal((kind, id, "kim", "local:kim", "checked", CommandState.Pending), (command.Kind, command.FindingId, command.By.Name, command.By.Id, command.Reason, command.State));
    }

    [Fact]
    public async Task An_exemption_has_a_reason_and_an_end()
    {
        var id = await FindingAsync();
        foreach (var options in new string[][] { ["--days", "7"], ["--days", "0", "--reason", "x"] })
        {
            var wrong = await Guard.Run(["exempt", id, "--table", _table.Table, .. options]);
            Assert.Equal((2, "an exemption has a --reason and lasts --days, at least 1\n"), (wrong.Code, wrong.Complaints));
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

    private async Task<string> FindingAsync()
    {
        await _table.Scan(Public);
        using var table = SqliteTable.OpenToRead(_table.File("guard.db"));
        await foreach (var row in table.QueryAsync(RowKeys.Partition(Provider.Aws, "111122223333"), "r:", RowKeys.After("r:"), null, CancellationToken.None))
        {
            if (row.Kind is RowKind.Finding)
            {
                return RowCodec.Finding(row).Id;
            }
        }

        throw new InvalidOperationException("the scan found nothing");
    }

    private async Task<List<Decided>> CommandsAsync()
    {
        using var table = SqliteTable.OpenToRead(_table.File("guard.db"));
        var commands = new List<Decided>();
        await foreach (var row in table.QueryAsync(RowKeys.Partition(Provider.Aws, "111122223333"), "c:", RowKeys.After("c:"), null, CancellationToken.None))
        {
            commands.Add(RowCodec.Command(row));
        }

        return commands;
    }
}
