using ServerlessGuard.Cli.Findings;
using ServerlessGuard.Cli.Tables;
using ServerlessGuard.Federation;
using ServerlessGuard.Findings;

namespace ServerlessGuard.Cli.Doctor;

/// <summary>Health as sentences: what is so, and for each problem what to do. Pure.</summary>
internal sealed class Diagnosis(DateTimeOffset now, TimeSpan quietAfter, string table, string? peer)
{
    /// <summary>The outbox runs every minute; an entry this old has failed several times or nobody runs it.</summary>
    private static readonly TimeSpan Late = TimeSpan.FromMinutes(15);

    private readonly List<string> _lines = [];

    public int Problems { get; private set; }

    public IReadOnlyList<string> Lines => _lines;

    public void Empty()
    {
        _lines.Add("no account has rows");
        Problem("nothing was ever recorded", $"scan something into it (guard scan … --table {table}), or check the deployment that should write it");
    }

    public void Account(AccountHealth health)
    {
        _lines.Add(Terminal.Safe($"{health.Partition}  {health.Findings} findings, {health.Resources} resources judged here"));
        Events(health);
        Outbox(health);
        foreach (var (reason, count) in health.SetAside.OrderByDescending(one => one.Value))
        {
            Problem($"{count} outbox entries set aside: {reason}", "the peer will never take these rows as they are: if its version is older, upgrade it; then run guard federation repair");
        }

        foreach (var (holder, until) in health.Leases)
        {
            _lines.Add(Terminal.Safe(until > now
                ? $"  ok       a run is at the outbox ({holder}) until {FindingFormats.Time(until.Value)}"
                : $"  ok       a run ({holder}) ended without giving its lease back; the next one takes it over"));
        }

        if (health.Kept > 0)
        {
            Problem($"{health.Kept} rows of a later version are kept unread", "upgrade this side, then run guard federation repair from the peer's side");
        }
    }

    public void Agreement(string partition, AccountDigest mine, AccountDigest theirs)
    {
        if (mine == theirs)
        {
            _lines.Add($"  ok       both tables agree: {mine.Findings} findings");
            return;
        }

        var provider = partition.Split(':')[0];
        Problem($"the tables differ: {mine.Findings} findings here, {theirs.Findings} in the peer's, or other revisions",
            $"if the outbox above is empty, resend what differs from the owner's side: guard federation repair --table OWNER --peer-table OTHER --provider {provider} ({table} and {peer})");
    }

    public void Write(TextWriter output)
    {
        foreach (var line in _lines)
        {
            output.WriteLine(Terminal.Safe(line));
        }

        output.WriteLine(Problems switch { 0 => "No problems.", 1 => "1 problem.", _ => $"{Problems} problems." });
    }

    private void Events(AccountHealth health)
    {
        if (health.LatestCapture is not { } latest)
        {
            _lines.Add("  ok       a copy of the peer's account: its own side receives the events");
            return;
        }

        var age = now - latest;
        if (age > quietAfter)
        {
            Problem($"the latest capture is {TableCommands.Age(age)} old ({FindingFormats.Time(latest)})", health.Partition.StartsWith("aws:", StringComparison.Ordinal)
                ? "check that the Config recorder is on and that its events reach the function; without a deployment, scan again"
                : "check the Event Grid subscription and its dead letters; without a deployment, scan again");
        }
        else
        {
            _lines.Add($"  ok       the latest capture is {TableCommands.Age(age)} old");
        }
    }

    private void Outbox(AccountHealth health)
    {
        foreach (var kind in Enum.GetValues<OutboxKind>())
        {
            var name = kind.ToString().ToLowerInvariant();
            if (!health.Outbox.TryGetValue(kind, out var queue))
            {
                _lines.Add($"  ok       outbox {name}: empty");
                continue;
            }

            var state = $"outbox {name}: {queue.Depth} entries, the oldest {TableCommands.Age(now - queue.Oldest)} old";
            if (now - queue.Oldest <= Late)
            {
                _lines.Add($"  ok       {state}");
            }
            else
            {
                Problem(queue.Fault is { } fault ? $"{state}, {queue.Attempts} attempts, the last one: {fault}" : $"{state}, never tried", queue.Fault is null
                    ? "check that the outbox schedule of this side is enabled and its function runs"
                    : Remedy(kind));
            }
        }
    }

    private static string Remedy(OutboxKind kind) => kind switch
    {
        OutboxKind.Remediate => "check the permissions of the remediation role and the fault above",
        OutboxKind.Federate => "check that the peer is up and that both trusts stand; the entries go out by themselves when it answers",
        OutboxKind.Command => "check the fault above; a decision about the peer's resources also needs the peer up and both trusts",
        OutboxKind.Notify => "check the chat's address and secret; the messages go out by themselves when it answers",
    };

    private void Problem(string what, string todo)
    {
        Problems++;
        _lines.Add($"  PROBLEM  {what}");
        _lines.Add($"           do: {todo}");
    }
}
