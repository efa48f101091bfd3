using System.CommandLine;
using System.Globalization;
using ServerlessGuard.Cli.Operators;
using ServerlessGuard.Cli.Tables;
using ServerlessGuard.Decisions;
using ServerlessGuard.Exemptions;
using ServerlessGuard.Findings;
using ServerlessGuard.Guards;
using ServerlessGuard.Notifications;
using ServerlessGuard.Resources;
using ServerlessGuard.Tables;
using Decided = ServerlessGuard.Decisions.Command;
using Person = ServerlessGuard.Guards.Person;

namespace ServerlessGuard.Cli.Commands;

/// <summary>
/// <c>guard approve | reject | undo | exempt | sweep | stop | resume</c>: an operator's decisions, written to the table with the operator's
/// own access. The deployment that owns the finding carries them out. Exit 0 when it is done or recorded, 1 when it was refused, 2 when the
/// table or the finding cannot be had.
/// </summary>
internal sealed class DecisionCommands(TimeProvider time, TextWriter output, TextWriter complaints)
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(250);

    private readonly Option<string> _table = new("--table") { Description = $"The table ({OpenTable.Forms})", Required = true };
    private readonly Option<string?> _as = new("--as") { Description = "Your name on the timeline (default: that of your cloud sign-in)" };
    private readonly Option<int> _wait = new("--wait") { Description = "Seconds to wait for the outcome" };
    private readonly Option<string?> _reason = new("--reason") { Description = "The reason, in your words" };
    private readonly Option<bool> _whileStopped = new("--while-stopped")
        { Description = "Even though everything is stopped (in the owner's own table only)" };
    private readonly Option<string?> _peer = new("--peer-table")
        { Description = "The other cloud's table: its deployment is stopped or resumed too" };

    public IEnumerable<System.CommandLine.Command> Create() =>
    [
        OnFinding("approve", "Approve the plan of a finding", CommandKind.Approve),
        OnFinding("reject", "Reject the plan of a finding", CommandKind.Reject),
        OnFinding("undo", "Undo a fix", CommandKind.Undo),
        Exempt(),
        Sweep(),
        Switch("stop", "Stop all fixes in the clouds whose tables are given", stops: true),
        Switch("resume", "Allow fixes again", stops: false),
    ];

    private System.CommandLine.Command OnFinding(string name, string description, CommandKind kind)
    {
        var finding = new Argument<string>("finding") { Description = "The id of the finding" };
        var plan = new Argument<string?>("plan")
            { Description = "The id of the plan that you saw; if omitted, the plan and its id are shown", Arity = ArgumentArity.ZeroOrOne };
        var command = new System.CommandLine.Command(name, description) { finding, plan, _table, _as, _reason, _wait };
        if (kind is CommandKind.Undo)
        {
            command.Options.Add(_whileStopped);
        }

        command.SetAction((parsed, cancellation) => Run(parsed, async table =>
        {
            if (await FindAsync(table, parsed.GetValue(finding)!, cancellation) is not { } found)
            {
                return ScanCommand.Unusable;
            }

            if (found.Treatment?.Plan is not { } known)
            {
                complaints.WriteLine(Terminal.Safe($"{found.Id}: it has no plan to {name}"));
                return ScanCommand.Unusable;
            }

            if (parsed.GetValue(plan) != known.Id)
            {
                Show(known, found, name, parsed.GetValue(plan), parsed.GetValue(_table)!);
                return ScanCommand.Unusable;
            }

            var decided = NewCommand.About(kind, found, Seen.Of(found), Author(table, found.Resource.Provider), time.GetUtcNow(),
                parsed.GetValue(_reason));
            return await SubmitAsync(table, parsed,
                decided with { WhileStopped = kind is CommandKind.Undo && parsed.GetValue(_whileStopped) }, cancellation);
        }, cancellation));
        return command;
    }

    /// <summary>What would be said yes or no to: whoever decides names it.</summary>
    private void Show(RemediationPlan plan, Finding finding, string verb, string? named, string address)
    {
        complaints.WriteLine(
            Terminal.Safe(named is null
                ? $"{verb} needs the id of the plan. The plan of {finding.Id} is:"
                : $"{named} is not the plan of {finding.Id}, which is:"));
        complaints.WriteLine(
            Terminal.Safe(
                $"  {plan.Sentence} ({plan.Call}; {finding.Treatment!.State}, {finding.Severity.ToString().ToLowerInvariant()})"));
        var changes = PlanChanges.Of(plan);
        foreach (var change in changes.Changes)
        {
            complaints.WriteLine(Terminal.Safe($"  {change.Path}: {change.Before} -> {change.After}"));
        }

        if (changes.MoreChanges > 0)
        {
            complaints.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  and {changes.MoreChanges} more"));
        }

        complaints.WriteLine(Terminal.Safe($"To confirm: guard {verb} {finding.Id} {plan.Id} --table {address}"));
    }

    private System.CommandLine.Command Exempt()
    {
        var finding = new Argument<string>("finding") { Description = "The id of the finding" };
        var days = new Option<int>("--days") { Description = "Number of days", Required = true };
        var mitigated = new Option<bool>("--mitigated") { Description = "Another control covers it (otherwise: the risk is accepted)" };
        var rule = new Option<bool>("--whole-rule") { Description = "Every finding of its rule in its account, not just this resource" };
        var command = new System.CommandLine.Command("exempt", "Accept a finding for some days")
            { finding, _table, days, _reason, mitigated, rule, _as, _wait };
        command.SetAction((parsed, cancellation) => Run(parsed, async table =>
        {
            if (parsed.GetValue(_reason) is not { Length: > 0 } reason || parsed.GetValue(days) < 1)
            {
                complaints.WriteLine("an exemption needs a --reason and at least 1 --days");
                return ScanCommand.Unusable;
            }

            if (await FindAsync(table, parsed.GetValue(finding)!, cancellation) is not { } found)
            {
                return ScanCommand.Unusable;
            }

            output.WriteLine(
                Terminal.Safe($"{found.Id}, {found.Severity.ToString().ToLowerInvariant()}: {found.Reason} If it gets worse, it reopens."));
            return await SubmitAsync(
                table,
                parsed,
                NewCommand.About(
                    CommandKind.Exempt,
                    found,
                    Seen.Of(found),
                    Author(table, found.Resource.Provider),
                    time.GetUtcNow(),
                    reason,
                    new Acceptance(parsed.GetValue(days),
                        parsed.GetValue(mitigated) ? ExemptionCategory.Mitigated : ExemptionCategory.Waiver, parsed.GetValue(rule))),
                cancellation);
        }, cancellation));
        return command;
    }

    private System.CommandLine.Command Sweep()
    {
        var command = new System.CommandLine.Command("sweep", "Evaluate everything again, in the cloud that the table belongs to")
            { _table, _as, _wait };
        command.SetAction((parsed, cancellation) => Run(parsed, async table =>
        {
            if (table.Owner is not { } owner)
            {
                complaints.WriteLine("only a deployment can sweep: give its table, dynamodb:// or azure-table://");
                return ScanCommand.Unusable;
            }

            return await SubmitAsync(table, parsed, NewCommand.About(CommandKind.Sweep, owner, Author(table, owner), time.GetUtcNow()),
                cancellation);
        }, cancellation));
        return command;
    }

    /// <summary>Turned here and now, in each table that is given: whoever has access to it need not wait for a deployment.</summary>
    private System.CommandLine.Command Switch(string name, string description, bool stops)
    {
        var command = new System.CommandLine.Command(name, description) { _table, _peer, _as, _reason };
        command.SetAction((parsed, cancellation) => TableCommands.Guarded(complaints, async () =>
        {
            foreach (var address in new[] { parsed.GetValue(_table), parsed.GetValue(_peer) }.OfType<string>())
            {
                using var table = OpenTable.ToWrite(address);
                if (table.Home is not { } owner)
                {
                    complaints.WriteLine(
                        $"{Terminal.Safe(address)}: no deployment uses this table; give a dynamodb:// or azure-table:// table");
                    return ScanCommand.Unusable;
                }

                if (await WhoAsync(table, parsed, cancellation) is not { } person)
                {
                    return ScanCommand.Unusable;
                }

                await TurnAsync(table.Table, owner, stops, person, parsed.GetValue(_reason), cancellation);
                output.WriteLine(Terminal.Safe($"{owner}: {(stops ? "stopped: no more fixes are made" : "resumed")}"));
            }

            return ScanCommand.Clean;
        }));
        return command;
    }

    private async Task TurnAsync(ITable table, Provider owner, bool stops, Person person, string? reason, CancellationToken cancellation)
    {
        var partition = RowKeys.Deployment(owner);
        while (true)
        {
            await new Controls(table, owner, time).ReadAsync(cancellation);
            var row = await table.FindAsync(partition, ControlRows.Key, cancellation);
            var next = Controls.Next(row, stops, person.Name, reason, time.GetUtcNow());
            if (await table.CommitAsync(partition, [TableWrite.Guarded(ControlRows.Row(partition, next, row?.Version))], cancellation))
            {
                return;
            }
        }
    }

    private Task<int> Run(ParseResult parsed, Func<Opened, Task<int>> run, CancellationToken cancellation) =>
        TableCommands.Guarded(complaints, async () =>
    {
        using var table = OpenTable.ToWrite(parsed.GetValue(_table)!);
        return await WhoAsync(table, parsed, cancellation) is { } person
            ? await run(new Opened(table.Table, table.Home, person))
            : ScanCommand.Unusable;
    });

    private async Task<Person?> WhoAsync(OpenTable table, ParseResult parsed, CancellationToken cancellation)
    {
        var (person, complaint) = Operator.Of(parsed.GetValue(_as), await table.Who(cancellation), Environment.UserName);
        if (complaint is not null)
        {
            complaints.WriteLine(complaint);
        }

        return person;
    }

    private async Task<Finding?> FindAsync(Opened table, string id, CancellationToken cancellation)
    {
        var found = await new FindingReader(table.Table).FindAsync(id, cancellation);
        if (found is null)
        {
            complaints.WriteLine(Terminal.Safe($"{id}: no such finding in this table; guard findings list shows them"));
        }

        return found;
    }

    /// <summary>Each call is a decision of its own.</summary>
    private static Author Author(Opened table, Provider owner) => new(table.Person, table.Owner ?? owner, Guid.NewGuid().ToString("N"));

    private async Task<int> SubmitAsync(Opened table, ParseResult parsed, Decided decided, CancellationToken cancellation)
    {
        await new CommandDesk(table.Table).SubmitAsync(decided, cancellation);
        var until = time.GetUtcNow().AddSeconds(parsed.GetValue(_wait));
        var now = decided;
        while (now.State is CommandState.Pending && time.GetUtcNow() < until)
        {
            await Task.Delay(Look, time, cancellation);
            now = await table.Table.FindAsync(decided.Partition, CommandRows.Key(decided.Id), cancellation) is { } row
                ? CommandRows.Read(row)
                : now;
        }

        output.WriteLine(Terminal.Safe(now.State is CommandState.Pending
            ? string.Create(CultureInfo.InvariantCulture,
                $"recorded; the deployment that owns {decided.Partition} will carry it out in its next outbox run")
            : $"{now.State}: {now.Outcome}"));
        if (!decided.Partition.StartsWith(RowKeys.Partition(decided.IssuedIn, string.Empty), StringComparison.Ordinal))
        {
            output.WriteLine(Terminal.Safe(Proof.IsNeeded(decided.Kind)
                ? "It is forwarded to the other cloud, which does not accept an operator's word through this one: use its table if you "
                    + "have access, otherwise decide in its chat."
                : $"It is forwarded to the other cloud, which carries it out if {decided.By.Id} is among its approvers; use its table if "
                    + $"you have access."));
        }

        return now.State is CommandState.Refused ? ScanCommand.Findings : ScanCommand.Clean;
    }

    private sealed record Opened(ITable Table, Provider? Owner, Person Person);
}
