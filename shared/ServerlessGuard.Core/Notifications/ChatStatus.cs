using System.Globalization;
using System.Text;
using ServerlessGuard.Evaluations;
using ServerlessGuard.Federation;
using ServerlessGuard.Findings;
using ServerlessGuard.Resources;
using ServerlessGuard.Tables;

namespace ServerlessGuard.Notifications;

/// <summary>What people ask for: counts, switches, the worst findings. Key ranges only, so that it is there within Slack's three seconds.</summary>
internal sealed class ChatStatus(ITable table, Provider own, TimeProvider time)
{
    private const int MaxAccounts = 30;
    private const int MaxFindings = 15;

    private readonly FindingReader _reader = new(table);

    public async Task<string> StatusAsync(CancellationToken cancellation)
    {
        var text = new StringBuilder();
        foreach (var cloud in Enum.GetValues<Provider>())
        {
            var row = await table.FindAsync(RowKeys.Deployment(cloud), RowKeys.Control, cancellation);
            var control = row is null ? null : RowCodec.Control(row);
            text.Append('*').Append(cloud).Append("* ").AppendLine(control switch
            {
                null => "fixes: not known here",
                { Stopped: true } => $"fixes are *stopped* by {SlackSentences.Escape(control.By)} since {control.At?.UtcDateTime:yyyy-MM-dd HH:mm} UTC{(control.Reason is { } reason ? ": " + SlackSentences.Escape(reason) : string.Empty)}",
                _ => "fixes are on",
            });
        }

        var accounts = 0;
        DateTimeOffset? oldest = null;
        await foreach (var partition in _reader.AccountsAsync(cancellation))
        {
            if (++accounts > MaxAccounts)
            {
                continue;
            }

            var summary = await _reader.SummaryAsync(partition, cancellation);
            text.AppendLine(CultureInfo.InvariantCulture, $"`{ShownName.Partition(partition)}` {string.Join(" · ", Worst().Select(severity => $"{summary[FindingStatus.Open, severity]} {Word(severity)}"))}");
            if (Ownership.Owns(own, partition) && await OldestAsync(partition, cancellation) is { } waiting && (oldest is null || waiting < oldest))
            {
                oldest = waiting;
            }
        }

        if (accounts > MaxAccounts)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"and {accounts - MaxAccounts} more accounts");
        }

        text.Append(oldest is { } since
            ? string.Create(CultureInfo.InvariantCulture, $"The other cloud has yet to hear of changes of the last {Math.Max(1, Math.Ceiling((time.GetUtcNow() - since).TotalMinutes)):0} min.")
            : "Nothing waits for the other cloud.");
        return text.ToString();
    }

    /// <param name="filter">A rule, a severity, or null.</param>
    /// <param name="cancellation">Ends the reading.</param>
    public async Task<string> FindingsAsync(string? filter, CancellationToken cancellation)
    {
        var severity = Enum.TryParse<Severity>(filter, ignoreCase: true, out var one) && Enum.IsDefined(one) && !char.IsAsciiDigit(filter![0]) ? one : (Severity?)null;
        if (filter is not null && severity is null && !filter.StartsWith("SG-", StringComparison.OrdinalIgnoreCase))
        {
            return $"`{SlackSentences.Escape(filter, 40)}` is neither a rule (SG-STOR-001) nor a severity (low, medium, high, critical).";
        }

        var found = new List<Finding>();
        await foreach (var partition in _reader.AccountsAsync(cancellation))
        {
            var taken = 0;
            await foreach (var finding in _reader.ListAsync(partition, FindingStatus.Open, severity, cancellation))
            {
                if (filter is not null && severity is null && !finding.RuleId.StartsWith(filter, StringComparison.OrdinalIgnoreCase))
                {
                    continue;
                }

                found.Add(finding);
                if (++taken > MaxFindings)
                {
                    break;
                }
            }
        }

        var lines = found.OrderByDescending(finding => finding.Severity).ThenBy(finding => finding.OpenedAt).Take(MaxFindings)
            .Select(finding => $"*{Word(finding.Severity)}* {SlackSentences.Escape(finding.Title, 80)} · {SlackSentences.Escape(finding.Resource.Name ?? finding.Resource.Id, 80)}\n`{ShownName.Finding(finding.Id)}`");
        return found.Count == 0 ? "No open finding." : string.Join('\n', lines) + (found.Count > MaxFindings ? "\nand more" : string.Empty);
    }

    private async Task<DateTimeOffset?> OldestAsync(string partition, CancellationToken cancellation)
    {
        var prefix = RowKeys.Outbox(OutboxKind.Federate);
        await foreach (var row in table.QueryAsync(partition, prefix, RowKeys.After(prefix), limit: 1, cancellation))
        {
            return RowCodec.Outbox(row).CreatedAt;
        }

        return null;
    }

    private static IEnumerable<Severity> Worst() => Enum.GetValues<Severity>().OrderDescending();

    private static string Word(Severity severity) => severity.ToString().ToLowerInvariant();
}
