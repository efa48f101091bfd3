using ServerlessGuard.Findings;
using ServerlessGuard.Resources;
using ServerlessGuard.Rules;
using ServerlessGuard.Tables;
using ServerlessGuard.Verdicts;

namespace ServerlessGuard.Page.Tests;

/// <summary>Very many findings, written as rows in transactions as large as a table takes: list entry and event each, and the counters at the end. Their own rows, which lists do not read, are left out.</summary>
internal static class LargeTable
{
    public const int Accounts = 20;

    /// <summary>Every 250th is critical and open in the same known account: what a search for it must find.</summary>
    public const string Needle = "needle-in-the-hay";

    public static async Task<int> WriteAsync(ITable table, int findings, DateTimeOffset now)
    {
        var rules = RuleCatalog.BuiltIn.All.Select(rule => rule.Descriptor).Where(rule => rule.IsIn(Provider.Aws) && rule.IsIn(Provider.Azure)).ToList();
        var needles = 0;
        var perAccount = findings / Accounts;
        for (var account = 0; account < Accounts; account++)
        {
            var partition = string.Empty;
            var summary = new Dictionary<string, Summary>(StringComparer.Ordinal);
            var writes = new List<TableWrite>(ITable.MaxWrites);
            for (var i = 0; i < perAccount; i++)
            {
                var rule = rules[i % rules.Count];
                var isNeedle = account == 0 && i % 250 == 0;
                needles += isNeedle ? 1 : 0;
                var finding = One(account, i, rule, isNeedle, now);
                partition = RowKeys.Partition(finding.Resource);
                var step = FindingChange.Of(null, finding, FindingStep.Opened, finding.OpenedAt, finding.OpenedAt.AddSeconds(2), null, finding.Reason).Event;
                writes.Add(new TableWrite.Put(FindingRows.IndexRow(partition, finding)));
                writes.Add(new TableWrite.Put(FindingRows.Row(partition, FindingKeys.Timeline(step), step)));
                var shard = FindingKeys.Summary(RowKeys.Hash(finding.Resource));
                summary[shard] = summary.GetValueOrDefault(shard, Summary.Empty).Moved(null, finding);
                if (writes.Count > ITable.MaxWrites - 2 || i == perAccount - 1)
                {
                    Assert.True(await table.CommitAsync(partition, writes, CancellationToken.None));
                    writes.Clear();
                }
            }

            Assert.True(await table.CommitAsync(partition, [.. summary.Select(shard => new TableWrite.Put(FindingRows.Row(partition, shard.Key, shard.Value, version: null)))], CancellationToken.None));
            Assert.True(await table.CommitAsync(RowKeys.Directory, [new TableWrite.Put(AccountRows.Row(partition))], CancellationToken.None));
        }

        return needles;
    }

    private static Finding One(int account, int i, RuleDescriptor rule, bool isNeedle, DateTimeOffset now)
    {
        var name = isNeedle ? $"{Needle}-{i}" : $"resource-{account:D2}-{i:D5}";
        var subject = account % 2 == 0
            ? Sample.Thing("AWS::S3::Bucket", name, $"{100000000000L + account}")
            : Sample.Azure("Microsoft.Storage/storageAccounts", name, $"11111111-2222-3333-4444-{account:D12}");
        var opened = now - TimeSpan.FromMinutes(30 + (i * 37L + account * 11) % 40_000);
        var status = isNeedle || i % 10 < 7 ? FindingStatus.Open : i % 10 == 7 ? FindingStatus.Suppressed : FindingStatus.Resolved;
        return new Finding
        {
            Id = FindingId.Of(rule.Id, subject),
            RuleId = rule.Id,
            Resource = subject,
            Title = rule.Title,
            Severity = isNeedle ? Severity.Critical : rule.Severity,
            Status = status,
            Reason = rule.Risk,
            Evidence = [new Evidence("supplementaryConfiguration.Policy", "Statement[0]: principal *, no condition")],
            Revision = 1,
            CapturedAt = opened,
            OpenedAt = opened,
            ResolvedAt = status is FindingStatus.Resolved ? opened.AddMinutes(20) : null,
            DetectedBy = DetectedBy.Change,
            Treatment = i % 25 == 0 ? new Treatment { State = TreatmentState.Proposed, At = opened.AddSeconds(3) } : null,
            Stages = new FindingStages { Captured = opened, Delivered = opened.AddMilliseconds(900 + i % 700), Evaluated = opened.AddMilliseconds(1650 + i % 40), Recorded = opened.AddMilliseconds(1720 + i % 90) },
        };
    }
}
