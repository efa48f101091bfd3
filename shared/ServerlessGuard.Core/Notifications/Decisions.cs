using System.Security.Cryptography;
using System.Text;
using ServerlessGuard.Commands;
using ServerlessGuard.Exemptions;
using ServerlessGuard.Federation;
using ServerlessGuard.Findings;
using ServerlessGuard.Resources;
using ServerlessGuard.Tables;

namespace ServerlessGuard.Notifications;

/// <summary>What a person decided, as a command: the same decision is the same command, however often it is clicked.</summary>
/// <param name="approvals">Who may, and how many it takes.</param>
/// <param name="own">The cloud of this endpoint.</param>
/// <param name="time">The clock.</param>
internal sealed class Decisions(ApprovalSettings approvals, Provider own, TimeProvider time)
{
    /// <summary>A decision that could not be carried out within a day was about something else.</summary>
    private static readonly TimeSpan Life = TimeSpan.FromDays(1);

    private const int MaxReason = 500;

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
                return Enum.GetValues<Provider>().Where(cloud => RowKeys.Deployment(cloud) == target.Partition).Select(cloud => (Provider?)cloud).FirstOrDefault() is { } deployment
                    ? (About(kind, deployment, request, by, reason: null), null)
                    : (null, "This button is about no deployment.");
            case CommandKind.Revoke:
                return (null, "Exemptions are ended from the command line or guard.yaml.");
            case CommandKind.Exempt when days < 1 || days > approvals.MaxExemptionDays:
                return (null, string.Create(System.Globalization.CultureInfo.InvariantCulture, $"Exemptions end after at most {approvals.MaxExemptionDays} days here."));
            case CommandKind.Approve or CommandKind.Reject or CommandKind.Undo or CommandKind.Exempt:
                break;
        }

        if (target.FindingId is null || FindingId.RowKey(target.FindingId) is not { } key || RowKeys.IsDeployment(target.Partition) || !IsKey(target.Partition)
            || await table.FindAsync(target.Partition, key, cancellation) is not { Kind: RowKind.Finding } row)
        {
            return (null, "This finding is not known here. If it is new, try again in a minute.");
        }

        return (About(kind, target.Partition, RowCodec.Finding(row), new Seen(target.Revision, target.PlanId), by, days), null);
    }

    /// <summary>What no store would take as a key is nobody's account.</summary>
    private static bool IsKey(string partition) => partition.Length is > 0 and <= 200 && partition.All(character => char.IsAsciiLetterOrDigit(character) || character is ':' or '-' or '.');

    /// <summary>About one finding.</summary>
    /// <param name="kind">Approve, Reject, Undo or Exempt.</param>
    /// <param name="partition">The owner's account.</param>
    /// <param name="finding">As this table knows it.</param>
    /// <param name="seen">What the person saw.</param>
    /// <param name="by">Who.</param>
    /// <param name="days">Exempt: for how long.</param>
    /// <param name="reason">In the person's words.</param>
    public Command About(CommandKind kind, string partition, Finding finding, Seen seen, Person by, int days = 0, string? reason = null)
    {
        // Two people who say yes are two decisions where it takes two. What its owner asks the person again is a decision of that person and hour: nobody's silence stops another.
        var now = time.GetUtcNow();
        var asks = !Ownership.Owns(own, partition) && Proof.IsNeeded(kind, approvals);
        var who = asks ? $"{by.Id} {now.UtcDateTime:yyyyMMdd'T'HH}" : kind is CommandKind.Approve && approvals.Needed(finding.RuleId) > 1 ? by.Id : string.Empty;
        var id = IdOf(Word(kind), finding.Id, seen.Revision.ToString(System.Globalization.CultureInfo.InvariantCulture), seen.PlanId ?? string.Empty, who, days.ToString(System.Globalization.CultureInfo.InvariantCulture));
        return new Command
        {
            Id = id,
            Kind = kind,
            Partition = partition,
            FindingId = finding.Id,
            PlanId = kind is CommandKind.Approve or CommandKind.Reject ? seen.PlanId : null,
            Reason = Cut(reason),
            Exemption = kind is not CommandKind.Exempt ? null : new Exemption
            {
                Id = "chat-" + id[..16],
                RuleId = finding.RuleId,
                ResourceId = finding.Resource.Id,
                Account = finding.Resource.Account,
                Category = ExemptionCategory.Waiver,
                Reason = Cut(reason) ?? $"accepted for {days} days from chat",
                RequestedBy = by.Name,
                ApprovedBy = by.Name,
                ExpiresAt = now.AddDays(days),
            },
            By = by,
            IssuedIn = own,
            IssuedAt = now,
            ExpiresAt = now + Life,
            State = CommandState.Pending,
        };
    }

    /// <summary>About a whole deployment: stop, resume or sweep. Each request is one decision: <paramref name="request"/> is its identity.</summary>
    public Command About(CommandKind kind, Provider cloud, string request, Person by, string? reason)
    {
        var now = time.GetUtcNow();
        return new Command
        {
            Id = IdOf(Word(kind), RowKeys.Deployment(cloud), request, by.Id),
            Kind = kind,
            Partition = RowKeys.Deployment(cloud),
            Reason = Cut(reason),
            By = by,
            IssuedIn = own,
            IssuedAt = now,
            ExpiresAt = now + Life,
            State = CommandState.Pending,
        };
    }

    /// <summary>The same, with the person's reason.</summary>
    public static Command Because(Command command, string? reason) => Cut(reason) is not { } text ? command
        : command with { Reason = text, Exemption = command.Exemption is { } exemption ? exemption with { Reason = text } : null };

    /// <summary>32 hex digits over all of it; no two lists of parts run into one another.</summary>
    private static string IdOf(params ReadOnlySpan<string> parts)
    {
        var text = new StringBuilder();
        foreach (var part in parts)
        {
            text.Append(part.Length).Append(':').Append(part).Append('\n');
        }

        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())).AsSpan(0, 16));
    }

    private static string Word(CommandKind kind) => kind.ToString().ToLowerInvariant();

    private static string? Cut(string? reason) => string.IsNullOrWhiteSpace(reason) ? null : reason.Trim() is { Length: > MaxReason } text ? text[..MaxReason] : reason.Trim();
}

/// <param name="Revision">Of the finding in the message.</param>
/// <param name="PlanId">Of the plan in the message.</param>
internal sealed record Seen(long Revision, string? PlanId);
