using System.CommandLine;
using System.Text.Json;
using ServerlessGuard.Cli.Findings;
using ServerlessGuard.Cli.Tables;
using ServerlessGuard.Federation;
using ServerlessGuard.Findings;
using ServerlessGuard.Resources;
using ServerlessGuard.Tables;
using ServerlessGuard.Verdicts;

namespace ServerlessGuard.Cli.Commands;

/// <summary><c>guard findings list|show|summary|timeline|export</c>: exit 0, or 2 when the table cannot be read.</summary>
internal sealed class FindingsCommand(TimeProvider time, TextWriter output, TextWriter complaints)
{
    public Command Create() => new("findings", "Read the findings in a table") { List(), Show(), Summary(), Timeline(), Export() };

    private Command List()
    {
        var options = new FilterOptions("table", "json", "csv");
        var status = FilterOptions.Status("open");
        var command = options.Of("list", "List findings, the most severe first", status, options.Severity, options.Rule, options.Since);
        command.SetAction((parsed, cancellation) => Read(options, parsed, status, (table, filter) =>
            FindingFormats.WriteAsync(parsed.GetValue(options.Format)!, new FindingStreams(table).ListAsync(filter, cancellation),
                output)));
        return command;
    }

    private Command Export()
    {
        var options = new FilterOptions("json", "csv", "ocsf");
        var status = FilterOptions.Status("all");
        var command =
            options.Of("export", "Export all findings for another program", status, options.Severity, options.Rule, options.Since);
        command.SetAction((parsed, cancellation) => Read(options, parsed, status, (table, filter) =>
            FindingFormats.WriteAsync(parsed.GetValue(options.Format)!, new FindingStreams(table).ListAsync(filter, cancellation),
                output)));
        return command;
    }

    private Command Timeline()
    {
        var options = new FilterOptions("table", "json", "csv");
        var status = FilterOptions.Status("all");
        var command = options.Of("timeline", "Every step of every finding, in chronological order", status, options.Severity, options.Rule,
            options.Since);
        command.SetAction((parsed, cancellation) => Read(options, parsed, status, (table, filter) =>
            TimelineFormats.WriteAsync(parsed.GetValue(options.Format)!, new FindingStreams(table).TimelineAsync(filter, cancellation),
                output)));
        return command;
    }

    private Command Summary()
    {
        var options = new FilterOptions("table", "json", "csv");
        var command = options.Of("summary", "Count findings by account and severity");
        command.SetAction((parsed, cancellation) => Read(options, parsed, null, async (table, filter) =>
        {
            var accounts = new List<(string, Summary)>();
            foreach (var partition in await new FindingStreams(table).PartitionsAsync(filter, cancellation))
            {
                accounts.Add((partition, await new FindingReader(table).SummaryAsync(partition, cancellation)));
            }

            SummaryFormats.Write(parsed.GetValue(options.Format)!, accounts, output);
        }));
        return command;
    }

    private Command Show()
    {
        var id = new Argument<string>("id") { Description = "The finding's id, as shown by guard findings list" };
        var options = new FilterOptions("table", "json");
        var command = new Command("show", "One finding in full, with its history") { id, options.Table, options.Format };
        command.SetAction((parsed, cancellation) => TableCommands.Guarded(complaints, async () =>
        {
            using var table = OpenTable.ToRead(parsed.GetValue(options.Table)!);
            var reader = new FindingReader(table.Table);
            if (await reader.FindAsync(parsed.GetValue(id)!, cancellation) is not { } finding)
            {
                complaints.WriteLine(
                    $"{Terminal.Safe(parsed.GetValue(id)!)}: no such finding (guard findings list --status all shows them)");
                return ScanCommand.Unusable;
            }

            finding = await table.Table.WithFederatedAsync(finding, cancellation);
            var story = FindingEvent.InOrder(await reader.StoryAsync(finding, cancellation).ToListAsync(cancellation)).ToAsyncEnumerable();
            if (parsed.GetValue(options.Format) is "json")
            {
                output.Write($"{{\n\"finding\":{JsonSerializer.Serialize(finding, FindingsJson.Default.Finding)},\n\"story\":");
                await FindingFormats.JsonAsync(output, story,
                    static step => JsonSerializer.Serialize(step, FindingsJson.Default.FindingEvent));
                output.WriteLine("}");
            }
            else
            {
                await FindingStory.WriteAsync(finding, story, output);
            }

            return ScanCommand.Clean;
        }));
        return command;
    }

    private Task<int> Read(FilterOptions options, ParseResult parsed, Option<string[]>? status, Func<ITable, FindingFilter, Task> work) =>
        TableCommands.Guarded(complaints, async () =>
    {
        if (options.Filter(parsed, status, time.GetUtcNow()) is not { } filter)
        {
            complaints.WriteLine(
                $"--since: \"{Terminal.Safe(parsed.GetValue(options.Since)!)}\" is neither a time like 2026-01-31T12:00:00Z nor an age "
                    + $"like 90m, 24h or 7d");
            return ScanCommand.Unusable;
        }

        using var table = OpenTable.ToRead(parsed.GetValue(options.Table)!);
        await work(table.Table, filter);
        return ScanCommand.Clean;
    });

    /// <summary>Options belong to one command each: these are made anew for every one.</summary>
    private sealed class FilterOptions
    {
        public FilterOptions(params string[] formats)
        {
            Format = new Option<string>("--format") { Description = "Output format", DefaultValueFactory = _ => formats[0] };
            Format.AcceptOnlyFromAmong(formats);
            Provider.AcceptOnlyFromAmong("aws", "azure");
            Severity.AcceptOnlyFromAmong("low", "medium", "high", "critical");
        }

        public Option<string> Table { get; } = new("--table") { Description = $"The table ({OpenTable.Forms})", Required = true };
        public Option<string> Format { get; }
        public Option<string?> Provider { get; } = new("--provider") { Description = "Only this cloud: aws, azure" };
        public Option<string?> Account { get; } = new("--account") { Description = "Only this AWS account or Azure subscription" };
        public Option<string[]> Rule { get; } = new("--rule")
            { Description = "Only these rules, by id or prefix (SG-STOR)", AllowMultipleArgumentsPerToken = true };
        public Option<string[]> Severity { get; } = new("--severity")
            { Description = "Only these: low, medium, high, critical", AllowMultipleArgumentsPerToken = true };
        public Option<string?> Since { get; } = new("--since")
            { Description = "Only findings captured since: a time, or an age like 24h or 7d" };

        public static Option<string[]> Status(string preset)
        {
            var status = new Option<string[]>("--status")
                { Description = $"Only these: open, suppressed, resolved, all (default: {preset})", AllowMultipleArgumentsPerToken = true,
                    DefaultValueFactory = _ => [preset] };
            status.AcceptOnlyFromAmong("open", "suppressed", "resolved", "all");
            return status;
        }

        public Command Of(string name, string description, params IEnumerable<Option> more)
        {
            var command = new Command(name, description) { Table, Format, Provider, Account };
            foreach (var option in more)
            {
                command.Add(option);
            }

            return command;
        }

        /// <summary>Null when --since is no time.</summary>
        public FindingFilter? Filter(ParseResult parsed, Option<string[]>? status, DateTimeOffset now)
        {
            var whole = status is null;
            var since = whole ? null : parsed.GetValue(Since);
            var from = since is null ? null : TableCommands.Since(since, now);
            var statuses = status is null ? [] : parsed.GetValue(status) ?? [];
            return since is not null && from is null ? null : new FindingFilter
            {
                Provider = parsed.GetValue(Provider) is { } provider ? Enum.Parse<Provider>(provider, ignoreCase: true) : null,
                Account = parsed.GetValue(Account),
                Rules = whole
                    ? []
                    : [.. (parsed.GetValue(Rule) ?? [])
                        .SelectMany(rule => rule.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))],
                Severities = whole ? [] : [.. (parsed.GetValue(Severity) ?? []).Select(one => Enum.Parse<Severity>(one, ignoreCase: true))],
                Statuses = statuses.Contains("all") ? [] : [.. statuses.Select(one => Enum.Parse<FindingStatus>(one, ignoreCase: true))],
                Since = from,
            };
        }
    }
}
