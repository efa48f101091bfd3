using ServerlessGuard.Cli.Findings;
using ServerlessGuard.Cli.Tables;
using ServerlessGuard.Federation;
using ServerlessGuard.Findings;
using ServerlessGuard.Resources;
using ServerlessGuard.Tables;

namespace ServerlessGuard.Cli.Doctor;

/// <summary>Health as sentences: what is so, and for each problem what to do. Pure.</summary>
internal sealed class Diagnosis(DateTimeOffset now, TimeSpan quietAfter, string table, string? peer)
{
    /// <summary>The outbox runs every minute; an entry this old has failed several times or nobody runs it.</summary>
    private static readonly TimeSpan Late = TimeSpan.FromMinutes(15);

    private static readonly TimeSpan News = TimeSpan.FromDays(2);

    /// <summary>Data of the product itself, such as what AWS publishes, is then too old to decide by without a word.</summary>
    private static readonly TimeSpan Stale = TimeSpan.FromDays(180);

    private static readonly string[] TrustWords = ["401", "403", "token", "AssumeRole", "AccessDenied", "unauthorized"];

    private readonly List<string> _lines = [];

    public int Problems { get; private set; }

    public IReadOnlyList<string> Lines => _lines;

    public void Empty()
    {
        _lines.Add("no account has rows");
        Problem("nothing has been recorded yet",
            $"scan something into it (guard scan … --table {table}), or check the deployment that should write it");
    }

    public void Account(AccountHealth health)
    {
        if (RowKeys.IsDeployment(health.Partition))
        {
            _lines.Add(Terminal.Safe($"{health.Partition}  the deployment as a whole"));
        }
        else
        {
            _lines.Add(Terminal.Safe($"{health.Partition}  {health.Findings} findings, {health.Resources} resources evaluated here"));
            Events(health);
        }

        Outbox(health);
        HeldBack(health);
        foreach (var ((kind, reason), count) in health.SetAside.OrderByDescending(one => one.Value))
        {
            Problem($"{count} {kind.ToString().ToLowerInvariant()} entries set aside: {reason}", SetAside(kind));
        }

        foreach (var (holder, until) in health.Leases)
        {
            _lines.Add(Terminal.Safe(until > now
                ? $"  ok       a run ({holder}) is working on the outbox until {FindingFormats.Time(until.Value)}"
                : $"  ok       a run ({holder}) ended without releasing its lease; the next one takes over"));
        }

        if (health.Kept > 0)
        {
            Problem($"{health.Kept} rows of a later version are stored unread",
                "upgrade this side, then run guard federation repair from the peer's side");
        }
    }

    /// <summary>
    /// What each end of the federation last saw of the other, from the rows that they leave: no token is needed to read them.
    /// </summary>
    /// <param name="sent">Of its sending end; empty when it never had anything to send.</param>
    public void Link(Provider own, PeerLink sent, PeerLink received)
    {
        if (sent is { At: null, FaultAt: null } && received.At is null)
        {
            return;
        }

        var (mine, peer) = (Name(own), Name(Ownership.Other(own)));
        _lines.Add($"{RowKeys.Deployment(own)}  the link to {peer}");
        if (sent.FaultAt is { } failed && failed > (sent.At ?? DateTimeOffset.MinValue))
        {
            Problem(
                $"{mine} did not reach {peer} {TableCommands.Age(now - failed)} ago: {sent.Fault}; "
                    + $"{(sent.At is { } good ? $"{peer} last acknowledged rows {TableCommands.Age(now - good)} ago" : $"{peer} never acknowledged any")}",
                IsTrust(sent.Fault)
                    ? $"the trust from {mine} to {peer} is not working: compare role, audience, subject and client on both sides with "
                        + $"docs/federation.md"
                    : $"check that the federation endpoint of {peer} is up and that GUARD_PEER_URL of {mine} is its address; rows are sent "
                        + $"automatically once it answers");
        }
        else
        {
            _lines.Add(sent.At is { } at
                ? $"  ok       {peer} last acknowledged rows of {mine} {TableCommands.Age(now - at)} ago"
                : $"  ok       {mine} had nothing to send yet");
        }

        if (received.Wider is { } wider)
        {
            _lines.Add($"  WARNING  whoever controls {peer} can {Terminal.Safe(wider)} in {mine}, in any approver's name");
            _lines.Add("           do: list only stop and reject in approvals.fromPeer, unless that is what you want");
        }

        _lines.Add(received.At is { } came
            ? $"  ok       rows of {peer} last arrived {TableCommands.Age(now - came)} ago"
            : $"  ok       nothing has arrived from {peer} yet: if it has findings, its own side shows why (guard doctor --table with the "
                + $"table of {peer})");
    }

    /// <summary>
    /// What the peer did that somebody should know of. A conflict stays until an operator has made both tables equal; the others are news
    /// for a while.
    /// </summary>
    public void Alarm(Provider own, PeerNote note)
    {
        var (mine, peer) = (Name(own), Name(Ownership.Other(own)));
        var about = Terminal.Safe(note.About ?? "?");
        switch (note.Alarm)
        {
            case PeerAlarmKind.Conflict:
                Problem(
                    $"{peer} sent a different document under a revision that {mine} holds, {TableCommands.Age(now - note.At)} ago: {about}",
                    $"one of the two tables was restored, or changed by someone other than its owner; compare them, then make the copy "
                        + $"equal to the owner's: guard federation repair --force --table {peer.ToUpperInvariant()} --peer-table "
                        + $"{mine.ToUpperInvariant()} --provider {peer}");
                break;
            case PeerAlarmKind.TooMany when now - note.At < News:
                Problem(
                    $"{peer} requested more {about.ToLowerInvariant()} from {mine} in an hour than are accepted, "
                        + $"{TableCommands.Age(now - note.At)} ago",
                    "find out who did that; if nobody did, that deployment may be compromised: remove it from approvals.fromPeer, and "
                        + "investigate");
                break;
            case PeerAlarmKind.NewAccount when now - note.At < News:
                _lines.Add($"  ok       {peer} sent rows of {about} for the first time {TableCommands.Age(now - note.At)} ago");
                break;
            case PeerAlarmKind.NewAccount or PeerAlarmKind.TooMany or null:
                break;
        }
    }

    /// <summary>No problem of the deployment: a newer version has newer data, and there may be none yet.</summary>
    public void Dated(string what, DateOnly asOf)
    {
        if (now - new DateTimeOffset(asOf, TimeOnly.MinValue, TimeSpan.Zero) is var age && age > Stale)
        {
            _lines.Add($"  WARNING  {what} are as of {asOf:yyyy-MM-dd}, {(int)age.TotalDays} days ago: upgrade to a newer version, if any");
        }
    }

    public void Agreement(string partition, AccountDigest mine, AccountDigest theirs)
    {
        if (mine == theirs)
        {
            _lines.Add(RowKeys.IsDeployment(partition)
                ? "  ok       both tables agree"
                : $"  ok       both tables agree: {mine.Findings} findings");
            return;
        }

        var provider = partition.Split(':')[0];
        Problem($"the tables differ: {mine.Findings} findings here, {theirs.Findings} in the peer's, or different revisions",
            $"if the outbox above is empty, resend the differences from the owner's side: guard federation repair --table OWNER "
                + $"--peer-table OTHER --provider {provider} ({table} and {peer})");
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
        var recorded = health.LastRecorded is { } last
            ? $"the last change was recorded {TableCommands.Age(now - last)} ago"
            : "no finding has been recorded yet";
        if (health.LatestCapture is not { } latest)
        {
            _lines.Add("  ok       a copy of the peer's account: its own side receives the events; " + recorded);
            return;
        }

        var age = now - latest;
        if (age > quietAfter)
        {
            Problem($"the latest capture is {TableCommands.Age(age)} old ({FindingFormats.Time(latest)})",
                health.Partition.StartsWith("aws:", StringComparison.Ordinal)
                ? "check that the Config recorder is on and that its events reach the function; without a deployment, scan again"
                : "check the Event Grid subscription and its dead letters; without a deployment, scan again");
        }
        else
        {
            _lines.Add($"  ok       the latest capture is {TableCommands.Age(age)} old; {recorded}");
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
                Problem(queue.Fault is { } fault ? $"{state}, {queue.Attempts} attempts, last error: {fault}" : $"{state}, never tried",
                    queue.Fault is null
                    ? "check that the outbox schedule of this side is enabled and its function runs"
                    : Remedy(kind));
            }
        }
    }

    private void HeldBack(AccountHealth health)
    {
        if (health.HeldBack > 0)
        {
            _lines.Add($"  ok       held back: {health.HeldBack} {(health.HeldBack == 1 ? "fix waits" : "fixes wait")} for the end of a "
                + $"stop, the breaker's hour or the dry window");
        }
    }

    private static string Remedy(OutboxKind kind) => kind switch
    {
        OutboxKind.Remediate => "check the permissions of the remediation role and the error above",
        OutboxKind.Federate => "check that the peer is up and that both trusts work; the entries are sent automatically once it answers",
        OutboxKind.Notify => "check the chat's address and secret; the messages are sent automatically once it answers",
        OutboxKind.Command => "check that the owner's remediation function runs; decisions for the peer are sent once it answers",
    };

    private static string SetAside(OutboxKind kind) => kind switch
    {
        OutboxKind.Federate =>
            "the peer will never accept these rows as they are: if its version is older, upgrade it; then run guard federation repair",
        OutboxKind.Command => "the owner rejected these decisions: decide again, on the owner's side if this side is not allowed to",
        OutboxKind.Remediate or OutboxKind.Notify => "see the reason; entries that were set aside are not tried again",
    };

    /// <summary>By the words of the two clouds' refusals; a guess, and only which hint is printed hangs on it.</summary>
    private static bool IsTrust(string? fault) => fault is not null
        && TrustWords.Any(word => fault.Contains(word, StringComparison.OrdinalIgnoreCase));

    private static string Name(Provider provider) => provider.ToString().ToLowerInvariant();

    private void Problem(string what, string todo)
    {
        Problems++;
        _lines.Add($"  PROBLEM  {what}");
        _lines.Add($"           do: {todo}");
    }
}
