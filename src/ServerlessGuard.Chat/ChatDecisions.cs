using System.Globalization;
using ServerlessGuard.Decisions;
using ServerlessGuard.Findings;
using ServerlessGuard.Guards;
using ServerlessGuard.Notifications;
using ServerlessGuard.Resources;
using ServerlessGuard.Tables;

namespace ServerlessGuard.Chat;

/// <summary>What a click asks for, as a command: the same decision is the same command, however often it is clicked.</summary>
/// <param name="approvals">Who may, and how many it takes.</param>
/// <param name="own">The cloud of this endpoint.</param>
/// <param name="time">The clock.</param>
internal sealed class ChatDecisions(ApprovalSettings approvals, Provider own, TimeProvider time)
{
    /// <summary>An identity for a request that brings none: the moment.</summary>
    public string Now => RowKeys.Time(time.GetUtcNow());

    /// <summary>A click on a button or a link; null with the reason, for the person, when nothing can be decided with it.</summary>
    /// <param name="table">Where the finding is.</param>
    /// <param name="kind">What was clicked.</param>
    /// <param name="days">Exempt: for how long.</param>
    /// <param name="target">What it is about, as the message said.</param>
    /// <param name="by">Who.</param>
    /// <param name="request">The click's own identity, for what is about no finding.</param>
    /// <param name="cancellation">Ends the reading.</param>
    public async Task<(Command? Command, string? Problem)> FromAsync(
        ITable table, CommandKind kind, int days, ButtonTarget target, Person by, string request, CancellationToken cancellation)
    {
        switch (kind)
        {
            case CommandKind.Stop or CommandKind.Resume or CommandKind.Sweep:
                return Enum.GetValues<Provider>().Where(cloud => RowKeys.Deployment(cloud) == target.Partition)
                    .Select(cloud => (Provider?)cloud).FirstOrDefault() is { } deployment
                    ? (About(kind, deployment, request, by, reason: null), null)
                    : (null, "This button does not refer to a deployment.");
            case CommandKind.Revoke:
                return (null, "Exemptions are ended from the command line or guard.yaml.");
            case CommandKind.Exempt when days < 1 || days > approvals.MaxExemptionDays:
                return (null,
                    string.Create(CultureInfo.InvariantCulture, $"Exemptions may last at most {approvals.MaxExemptionDays} days here."));
            case CommandKind.Approve or CommandKind.Reject or CommandKind.Undo or CommandKind.Exempt:
                break;
        }

        if (target.FindingId is null || FindingId.RowKey(target.FindingId) is not { } key || RowKeys.IsDeployment(target.Partition)
            || !IsKey(target.Partition)
            || await table.FindAsync(target.Partition, key, cancellation) is not { Kind: RowKind.Finding } row)
        {
            return (null, "This finding is not known here. If it is new, try again in a minute.");
        }

        if (target.Severity is null || target.Evidence is null)
        {
            return (null, "This button belongs to an older message, which did not record what you saw. Use a newer one, or `/guard`.");
        }

        // Of the row here only what it is about is taken, never what was seen: that is the message's.
        return FindingRows.Finding(row) is var finding && finding.Id == target.FindingId
            && RowKeys.Partition(finding.Resource) == target.Partition
            ? (About(kind, finding, target.Seen(), by, days), null)
            : (null, "This finding does not match its row. Check the table with `guard doctor`.");
    }

    /// <summary>What no store would take as a key is nobody's account.</summary>
    private static bool IsKey(string partition) =>
        partition.Length is > 0 and <= 200
            && partition.All(character => char.IsAsciiLetterOrDigit(character) || character is ':' or '-' or '.');

    /// <summary>About one finding.</summary>
    /// <param name="kind">Approve, Reject, Undo or Exempt.</param>
    /// <param name="finding">As this table knows it.</param>
    /// <param name="seen">What the person saw.</param>
    /// <param name="by">Who.</param>
    /// <param name="days">Exempt: for how long.</param>
    /// <param name="reason">In the person's words.</param>
    public Command About(CommandKind kind, Finding finding, Seen seen, Person by, int days = 0, string? reason = null)
    {
        // Two people who say yes are two decisions where it takes two. What its owner asks the person again is a decision of that person
        // and hour: nobody's silence stops another.
        var now = time.GetUtcNow();
        var asks = finding.Resource.Provider != own && Proof.IsNeeded(kind, approvals);
        var who = asks
            ? $"{by.Id} {now.UtcDateTime:yyyyMMdd'T'HH}"
            : kind is CommandKind.Approve && approvals.Needed(finding.RuleId) > 1 ? by.Id : string.Empty;
        return NewCommand.About(
            kind, finding, seen, new Author(by, own, who), now,
            reason ?? (kind is CommandKind.Exempt
                ? string.Create(CultureInfo.InvariantCulture, $"accepted for {days} days from chat")
                : null),
            kind is CommandKind.Exempt ? new Acceptance(days) : null);
    }

    /// <summary>
    /// About a whole deployment: stop, resume or sweep. Each request is one decision: <paramref name="request"/> is its identity.
    /// </summary>
    public Command About(CommandKind kind, Provider cloud, string request, Person by, string? reason) =>
        NewCommand.About(kind, cloud, new Author(by, own, request), time.GetUtcNow(), reason);

    /// <summary>The same, with the person's reason.</summary>
    public static Command Because(Command command, string? reason) => NewCommand.Because(command, reason);
}
