using System.Globalization;
using System.Text;
using ServerlessGuard.Findings;
using ServerlessGuard.Guards;
using ServerlessGuard.Notifications;
using ServerlessGuard.Resources;
using ServerlessGuard.Tables;
using ServerlessGuard.Verdicts;

namespace ServerlessGuard.Chat.Slack;

/// <summary>
/// What people ask for: counts, switches, the worst findings. Whatever there is, an answer costs a bounded number of rows and is there
/// within Slack's three seconds; what was not looked at is said.
/// </summary>
internal sealed class SlackStatus(ITable table, Provider own, TimeProvider time)
{
    public const int MaxAccounts = 30;

    /// <summary>Of one account, looked through for a rule.</summary>
    public const int MaxRows = 200;

    /// <summary>Answered at once: questions do not take what a stop needs.</summary>
    public const int MaxQuestions = 4;

    private const int MaxFindings = 15;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private readonly FindingReader _reader = new(table);
    private int _questions;

    public Task<string> StatusAsync(CancellationToken cancellation) => AnswerAsync(StatusAsync, cancellation);

    /// <param name="filter">A rule, a severity, or null.</param>
    /// <param name="cancellation">Ends the reading.</param>
    public Task<string> FindingsAsync(string? filter, CancellationToken cancellation)
    {
        var severity = Enum.TryParse<Severity>(filter, ignoreCase: true, out var one) && Enum.IsDefined(one)
            && !char.IsAsciiDigit(filter![0]) ? one : (Severity?)null;
        return filter is not null && severity is null && !filter.StartsWith("SG-", StringComparison.OrdinalIgnoreCase)
            ? Task.FromResult(
                $"`{SlackSentences.Escape(filter, 40)}` is neither a rule (SG-STOR-001) nor a severity (low, medium, high, critical).")
            : AnswerAsync((text, token) => FindingsAsync(text, severity is null ? filter : null, severity, token), cancellation);
    }

    private async Task<string> AnswerAsync(Func<StringBuilder, CancellationToken, Task> write, CancellationToken cancellation)
    {
        var text = new StringBuilder();
        using var patience = new CancellationTokenSource(Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, patience.Token);
        try
        {
            if (Interlocked.Increment(ref _questions) > MaxQuestions)
            {
                return "Too many requests at the moment. Try again in a few seconds.";
            }

            await write(text, either.Token);
        }
        catch (OperationCanceledException) when (patience.IsCancellationRequested && !cancellation.IsCancellationRequested)
        {
            text.AppendLine("and more: the table was too slow to list everything here; `guard findings` does");
        }
        finally
        {
            Interlocked.Decrement(ref _questions);
        }

        return text.ToString().TrimEnd();
    }

    private async Task StatusAsync(StringBuilder text, CancellationToken cancellation)
    {
        foreach (var cloud in Enum.GetValues<Provider>())
        {
            var row = await table.FindAsync(RowKeys.Deployment(cloud), ControlRows.Key, cancellation);
            var control = row is null ? null : ControlRows.Read(row);
            text.Append('*').Append(cloud).Append("* ").AppendLine(control switch
            {
                null => "fixes: not known here",
                { Stopped: true } =>
                    $"fixes are *stopped* by {SlackSentences.Escape(control.By)} since {control.At?.UtcDateTime:yyyy-MM-dd HH:mm} "
                        + $"UTC{(control.Reason is { } reason ? ": " + SlackSentences.Escape(reason) : string.Empty)}",
                _ => "fixes are on",
            });
        }

        DateTimeOffset? oldest = null;
        var (accounts, more) = await AccountsAsync(cancellation);
        foreach (var partition in accounts)
        {
            var summary = await _reader.SummaryAsync(partition, cancellation);
            text.AppendLine(CultureInfo.InvariantCulture,
                $"`{ShownName.Partition(partition)}` "
                    + $"{string.Join(" · ", Worst().Select(severity => $"{summary[FindingStatus.Open, severity]} {Word(severity)}"))}");
            if (Ownership.Owns(own, partition) && await OldestAsync(partition, cancellation) is { } waiting
                && (oldest is null || waiting < oldest))
            {
                oldest = waiting;
            }
        }

        if (more)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"and more accounts than {MaxAccounts}; `guard findings summary` shows them all");
        }

        text.Append(oldest is { } since
            ? string.Create(CultureInfo.InvariantCulture,
                $"The other cloud has not yet received changes of the last "
                    + $"{Math.Max(1, Math.Ceiling((time.GetUtcNow() - since).TotalMinutes)):0} min.")
            : "The other cloud has received every change.");
    }

    private async Task FindingsAsync(StringBuilder text, string? rule, Severity? severity, CancellationToken cancellation)
    {
        var found = new List<Finding>();
        var (accounts, more) = await AccountsAsync(cancellation);
        foreach (var partition in accounts)
        {
            var (taken, rows) = (0, 0);
            await foreach (var finding in _reader.ListAsync(partition, FindingStatus.Open, severity, cancellation))
            {
                if (++rows > MaxRows)
                {
                    more = true;
                    break;
                }

                if (rule is not null && !finding.RuleId.StartsWith(rule, StringComparison.OrdinalIgnoreCase))
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

        foreach (var finding in found.OrderByDescending(finding => finding.Severity).ThenBy(finding => finding.OpenedAt).Take(MaxFindings))
        {
            text.AppendLine(
                $"*{Word(finding.Severity)}* {SlackSentences.Escape(finding.Title, 80)} · "
                    + $"{SlackSentences.Escape(finding.Resource.Name ?? finding.Resource.Id, 80)}{(finding.Preview ? " · rule in preview" : string.Empty)}\n`{ShownName.Finding(finding.Id)}`");
        }

        text.Append((found.Count, more) switch
        {
            (0, false) => "No open findings.",
            (0, true) => "None among the findings checked, but there are more: `guard findings list` shows all of them.",
            ( > MaxFindings, _) or (_, true) => "and more: `guard findings list` shows everything",
            _ => string.Empty,
        });
    }

    /// <summary>
    /// The first ones, and whether there are more: nobody can make a list of accounts so long that a question takes for ever.
    /// </summary>
    private async Task<(List<string> Accounts, bool More)> AccountsAsync(CancellationToken cancellation)
    {
        var accounts = new List<string>();
        await foreach (var partition in _reader.AccountsAsync(cancellation))
        {
            if (accounts.Count == MaxAccounts)
            {
                return (accounts, true);
            }

            accounts.Add(partition);
        }

        return (accounts, false);
    }

    private async Task<DateTimeOffset?> OldestAsync(string partition, CancellationToken cancellation)
    {
        var prefix = OutboxRows.Prefix(OutboxKind.Federate);
        await foreach (var row in table.QueryAsync(partition, prefix, RowKeys.After(prefix), limit: 1, cancellation))
        {
            return OutboxRows.Read(row).CreatedAt;
        }

        return null;
    }

    private static IEnumerable<Severity> Worst() => Enum.GetValues<Severity>().OrderDescending();

    private static string Word(Severity severity) => severity.ToString().ToLowerInvariant();
}
