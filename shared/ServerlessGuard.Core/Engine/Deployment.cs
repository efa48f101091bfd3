using ServerlessGuard.Decisions;
using ServerlessGuard.Evaluations;
using ServerlessGuard.Exemptions;
using ServerlessGuard.Facts;
using ServerlessGuard.Federation;
using ServerlessGuard.Guards;
using ServerlessGuard.Notifications;
using ServerlessGuard.Recording;
using ServerlessGuard.Remediation;
using ServerlessGuard.Remediation.Seals;
using ServerlessGuard.Resources;
using ServerlessGuard.Rules;
using ServerlessGuard.Tables;

namespace ServerlessGuard.Engine;

/// <summary>What is reached besides this cloud.</summary>
/// <param name="Federates">A peer is configured: every change is its business.</param>
/// <param name="Notifies">Somebody is told.</param>
/// <param name="Asks">Slack is among the ways: a person can be asked to confirm there.</param>
public sealed record Reach(bool Federates, bool Notifies, bool Asks);

/// <summary>The team's own rules.</summary>
/// <param name="Rules">Of the sound files.</param>
/// <param name="Refused">How many files were left out.</param>
public sealed record OwnRules(IReadOnlyList<DocumentRule> Rules, int Refused)
{
    public static OwnRules None { get; } = new([], 0);
}

/// <summary>
/// The parts of a deployment that are the same in both clouds, put together by hand from guard.yaml and the host's ports.
/// </summary>
public sealed class Deployment
{
    private readonly Provider _own;
    private readonly GuardSettings _guard;
    private readonly Reach _reach;
    private readonly ITable _table;
    private readonly IWake _wake;
    private readonly ITelemetry _telemetry;
    private readonly TimeProvider _time;
    private readonly Func<double> _jitter;
    private readonly OwnRules _rules;
    private readonly ExpiryWalk _expiry;

    /// <param name="own">This cloud.</param>
    /// <param name="guard">The team's settings.</param>
    /// <param name="reach">What is configured besides.</param>
    /// <param name="table">The findings.</param>
    /// <param name="wake">Messages to ourselves.</param>
    /// <param name="telemetry">Counts and log lines.</param>
    /// <param name="time">The clock.</param>
    /// <param name="jitter">Evenly spread over 0 to 1.</param>
    /// <param name="rules">Besides the built-in ones; null: none.</param>
    public Deployment(
        Provider own, GuardSettings guard, Reach reach, ITable table, IWake wake, ITelemetry telemetry, TimeProvider time,
        Func<double> jitter, OwnRules? rules = null)
    {
        (_own, _guard, _reach, _table, _wake, _telemetry, _time, _jitter) = (own, guard, reach, table, wake, telemetry, time, jitter);
        _rules = rules ?? OwnRules.None;
        Backoff = new Backoff(jitter);
        Policy = new OutboxPolicy(guard.Remediation, reach.Federates, reach.Notifies);
        Wakes = new Wakes(wake, Policy, telemetry);
        Pipeline = new Pipeline(new FindingRecorder(table, time, Backoff, guard.Exemptions, Policy.After), Wakes, telemetry, time);
        _expiry = new ExpiryWalk(
            table,
            new ExemptionReader(table, guard.Exemptions),
            guard.Approvals.Expiry,
            TimeSpan.FromDays(guard.Notifications.ExemptionWarningDays),
            Policy.After,
            time,
            Backoff);
    }

    public Backoff Backoff { get; }

    public OutboxPolicy Policy { get; }

    public Wakes Wakes { get; }

    public Pipeline Pipeline { get; }

    /// <summary>Of the time of one event: an instance lives for hours.</summary>
    public Assessor NewAssessor()
    {
        if (_rules.Refused > 0)
        {
            _telemetry.RuleFilesRefused(_rules.Refused);
        }

        return new Assessor(RuleCatalog.BuiltIn, new FactContext(_guard, _time.GetUtcNow()) { ReadsNeighbours = true }, _rules.Rules);
    }

    /// <summary>The plans that count only under the seal of this deployment.</summary>
    /// <param name="table">Where only the remediating identity writes.</param>
    /// <param name="sealer">Without a key nothing can be sealed, so nothing is changed.</param>
    public SealedPlans Plans(ITable table, ISealer sealer) => new(table, sealer, _telemetry.SealRefused);

    /// <param name="plans">See <see cref="Plans"/>.</param>
    /// <param name="remediators">The cloud's, with the remediating identity.</param>
    /// <param name="spared">What of this deployment no fix may touch.</param>
    /// <param name="sweep">Begins a sweep, and says so in one line; null: a person cannot ask for one here.</param>
    public Executors Executors(SealedPlans plans, IReadOnlyList<Remediator> remediators, OwnResources spared,
        Func<CancellationToken, Task<string>>? sweep)
    {
        var careful = SparingRemediator.All(TouchChecked.All(remediators, _guard), spared);
        var controls = new Controls(_table, _own, _time);
        return new Executors(
            new Remedy(_table, plans, careful, _guard, _guard.Remediation, _guard.Approvals, controls, _time, Backoff, Policy),
            new CommandRunner(
                _table,
                plans,
                _own,
                new Undo(_table, plans, careful, _guard, _guard.Remediation, controls, _time, Backoff, Policy.After),
                _expiry,
                sweep,
                _guard.Approvals,
                Policy,
                _time,
                Backoff,
                reachesSlack: _reach.Asks));
    }

    /// <summary>What a message names is carried out.</summary>
    public OutboxTask OutboxTask(Func<Executors> executors) => new(_table, executors, Walk(), Wakes, _telemetry, _time);

    /// <summary>What the schedule does.</summary>
    public OutboxRun OutboxRun() => new(Walk(), _expiry, _wake, _own, _telemetry, _time);

    /// <summary>Our rows to the peer, our news to people.</summary>
    /// <param name="peer">Null: there is none.</param>
    /// <param name="notifier">Null: nobody is told.</param>
    /// <param name="holder">A name that no other run has had.</param>
    public Outgoing Outgoing(IPeer? peer, Notifier? notifier, Func<string> holder) =>
        new(peer is null ? null : new FederationSender(_table, peer, _own, _time, _jitter), notifier, holder, _telemetry, _time);

    /// <summary>The peer's rows.</summary>
    /// <param name="accounts">Of the other cloud: those that the peer may speak of.</param>
    public PeerInbox Inbox(IReadOnlySet<string> accounts) =>
        new(_own, _table, accounts, _guard.Approvals, Policy, Wakes, _telemetry, _time, Backoff);

    private OutboxWalk Walk() => new(_table, _own, _time, _jitter);
}
