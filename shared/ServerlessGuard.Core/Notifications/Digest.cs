using System.Collections.Immutable;
using ServerlessGuard.Findings;
using ServerlessGuard.Tables;
using ServerlessGuard.Verdicts;

namespace ServerlessGuard.Notifications;

/// <summary>A burst of findings of one rule as one message.</summary>
public sealed record Digest
{
    public required string RuleId { get; init; }
    public required string Title { get; init; }
    public required int Total { get; init; }

    /// <summary>Worst first, only those that occur.</summary>
    public required ImmutableArray<SeverityCount> BySeverity { get; init; }

    /// <summary>Most first, at most five.</summary>
    public required ImmutableArray<AccountCount> ByAccount { get; init; }

    /// <summary>Accounts that are not among <see cref="ByAccount"/>.</summary>
    public required int MoreAccounts { get; init; }

    /// <summary>At most five.</summary>
    public required ImmutableArray<DigestItem> Worst { get; init; }

    /// <summary>How to list them all.</summary>
    public required string Hint { get; init; }
}

public sealed record SeverityCount(Severity Severity, int Count);

/// <param name="Partition"><c>aws:111122223333</c>.</param>
public sealed record AccountCount(string Partition, int Count);

public sealed record DigestItem(string FindingId, Severity Severity, MessageResource Resource, string Status);

public static class Digests
{
    private const int MostShown = 5;

    /// <param name="findings">Of one rule, at least one.</param>
    /// <param name="ruleTitle">See <see cref="Rules.RuleDescriptor.Title"/>.</param>
    public static Digest Of(IReadOnlyList<Finding> findings, string ruleTitle)
    {
        ArgumentOutOfRangeException.ThrowIfZero(findings.Count, nameof(findings));
        var rule = SubFinding.RuleOf(findings[0].RuleId);
        var accounts = findings.GroupBy(finding => RowKeys.Partition(finding.Resource), StringComparer.Ordinal)
            .Select(group => new AccountCount(group.Key, group.Count()))
            .OrderByDescending(account => account.Count).ThenBy(account => account.Partition, StringComparer.Ordinal).ToList();
        return new Digest
        {
            RuleId = rule,
            Title = ruleTitle,
            Total = findings.Count,
            BySeverity = [.. findings.GroupBy(finding => finding.Severity).OrderByDescending(group => group.Key)
                .Select(group => new SeverityCount(group.Key, group.Count()))],
            ByAccount = [.. accounts.Take(MostShown)],
            MoreAccounts = Math.Max(0, accounts.Count - MostShown),
            Worst =
            [
                .. findings.OrderByDescending(finding => finding.Severity).ThenBy(finding => finding.OpenedAt)
                    .ThenBy(finding => finding.Id, StringComparer.Ordinal)
                    .Take(MostShown)
                        .Select(finding =>
                            new DigestItem(finding.Id, finding.Severity, Messages.Resource(finding), MessageWords.Status(finding).Word)),
            ],
            Hint = "/guard findings " + rule,
        };
    }
}
