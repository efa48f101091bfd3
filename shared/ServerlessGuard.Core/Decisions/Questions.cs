using ServerlessGuard.Findings;
using ServerlessGuard.Guards;
using ServerlessGuard.Resources;
using ServerlessGuard.Tables;

namespace ServerlessGuard.Decisions;

/// <summary>Makes a question of a command of the peer that the peer's word is not enough for, or says why nobody can be asked.</summary>
/// <param name="reachesSlack">The owner can write to a person in Slack itself, and answers its own links.</param>
internal sealed class Questions(ITable table, Provider own, bool reachesSlack, ApprovalSettings settings, TimeProvider time)
{
    private const string SlackPrefix = "slack:";

    private string Elsewhere =>
        $"decide in {own.Name()}: through a link in {own.Name()}'s own message, or with guard on {own.Name()}'s table";

    /// <summary>One of the two.</summary>
    public async Task<(Command? Asked, string? Why)> OfAsync(Command command, CancellationToken cancellation)
    {
        // Groups are the peer's word as well.
        if (!settings.Allows(command.By with { Groups = null }, isFromPeer: true))
        {
            return (null, $"{command.By.Id} is not among the approvers");
        }

        if (!reachesSlack || !command.By.Id.StartsWith(SlackPrefix, StringComparison.Ordinal))
        {
            return (null, $"the peer's word is not enough for this, and {own.Name()} cannot ask {command.By.Id} directly: {Elsewhere}");
        }

        return command.Kind switch
        {
            CommandKind.Approve or CommandKind.Undo or CommandKind.Exempt => await OnFindingAsync(command, cancellation),
            CommandKind.Resume or CommandKind.Sweep => command.Partition == RowKeys.Deployment(own)
                ? (Ask(command, new Question(0, null, null, time.GetUtcNow(), command.By.Name)), null)
                : (null, "resume and sweep apply to a whole deployment"),
            CommandKind.Revoke => (null, $"an exemption has to be ended where it was made: {Elsewhere}"),
            CommandKind.Reject or CommandKind.Stop => (null, $"{command.Kind} is not accepted from the peer (approvals.fromPeer)"),
        };
    }

    /// <summary>A command of the peer whose time was over before it was answered.</summary>
    public string Unanswered => $"nobody answered {own.Name()}'s question within an hour: try again, or {Elsewhere}";

    private async Task<(Command? Asked, string? Why)> OnFindingAsync(Command command, CancellationToken cancellation)
    {
        if (command.FindingId is not { } id || FindingId.RowKey(id) is not { } key
            || await table.FindAsync(command.Partition, key, cancellation) is not { Kind: RowKind.Finding } row)
        {
            return (null, "no such finding");
        }

        var finding = FindingRows.Finding(row);
        var plan = finding.Treatment?.Plan?.Id;
        var days = command.Exemption is { } exemption
            ? (int)Math.Ceiling(Math.Min((exemption.ExpiresAt - command.IssuedAt).TotalDays, settings.MaxExemptionDays + 1))
            : 0;
        return command.Kind switch
        {
            CommandKind.Approve or CommandKind.Undo when plan is null => (null, "no plan of this finding is waiting for a decision"),
            CommandKind.Approve or CommandKind.Undo when command.PlanId is { } seen && seen != plan => (null, "the plan has changed since"),
            CommandKind.Exempt when days < 1 || days > settings.MaxExemptionDays =>
                (null, $"an exemption must end within {settings.MaxExemptionDays} days"),
            _ => (Ask(AsHere(command, finding),
                new Question(finding.Revision, command.Kind is CommandKind.Exempt ? null : plan,
                    command.Kind is CommandKind.Exempt ? days : null, time.GetUtcNow(), command.By.Name)), null),
        };
    }

    /// <summary>The answer is about what the owner shows: what the peer says that the person saw is its own affair.</summary>
    private static Command AsHere(Command command, Finding finding) =>
        command with { Revision = finding.Revision, Severity = finding.Severity, Evidence = Weakness.Of(finding).Digest() };

    private static Command Ask(Command command, Question question) => command with
    {
        State = CommandState.AwaitsConfirmation,
        By = new Person(command.By.Id, command.By.Id),
        Question = question,
        PlanId = question.PlanId,
        ExpiresAt = question.AskedAt + Proof.Life < command.ExpiresAt ? question.AskedAt + Proof.Life : command.ExpiresAt,
    };
}
