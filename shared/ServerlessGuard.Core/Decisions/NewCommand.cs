using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using ServerlessGuard.Exemptions;
using ServerlessGuard.Findings;
using ServerlessGuard.Guards;
using ServerlessGuard.Resources;
using ServerlessGuard.Tables;

namespace ServerlessGuard.Decisions;

/// <summary>
/// A person's decision as a command, the same from chat, page and command line: every one carries what the person saw. Pure.
/// </summary>
public static class NewCommand
{
    /// <summary>A decision that could not be carried out within a day was about something else.</summary>
    public static readonly TimeSpan Life = TimeSpan.FromDays(1);

    public const int MaxReason = 500;

    /// <summary>About one finding: approve, reject, undo, exempt, revoke.</summary>
    /// <param name="seen">What the person saw of it.</param>
    /// <param name="author">Who decides, where, and what makes two clicks one.</param>
    /// <param name="accepts">Exempt: for how long, and how much.</param>
    /// <param name="ends">Revoke: the exemption.</param>
    public static Command About(
        CommandKind kind, Finding finding, Seen seen, Author author, DateTimeOffset now, string? reason = null, Acceptance? accepts = null,
        Exemption? ends = null)
    {
        var days = accepts?.Days ?? 0;
        var id = IdOf(
            Word(kind), finding.Id, Number(seen.Revision), seen.PlanId ?? string.Empty, seen.Severity?.ToString() ?? string.Empty,
            seen.Evidence ?? string.Empty, author.Salt, Number(days));
        return new Command
        {
            Id = id,
            Kind = kind,
            Partition = RowKeys.Partition(finding.Resource),
            FindingId = finding.Id,
            PlanId = seen.PlanId,
            Revision = seen.Revision,
            Severity = seen.Severity,
            Evidence = seen.Evidence,
            Reason = Cut(reason),
            Exemption = accepts is null ? ends : new Exemption
            {
                Id = id,
                RuleId = finding.RuleId,
                ResourceId = accepts.WholeRule ? null : finding.Resource.Id,
                Account = finding.Resource.Account,
                Category = accepts.Category,
                Reason = Cut(reason) ?? string.Create(CultureInfo.InvariantCulture, $"accepted for {days} days without a reason"),
                RequestedBy = author.Person.Name,
                ApprovedBy = author.Person.Name,
                ExpiresAt = now.AddDays(days),
            },
            By = author.Person,
            IssuedIn = author.IssuedIn,
            IssuedAt = now,
            ExpiresAt = now + Life,
            State = CommandState.Pending,
        };
    }

    /// <summary>About a whole deployment: stop, resume or sweep. Each request is one decision: the author's salt is its identity.</summary>
    public static Command About(CommandKind kind, Provider cloud, Author author, DateTimeOffset now, string? reason = null) => new()
    {
        Id = IdOf(Word(kind), RowKeys.Deployment(cloud), author.Salt, author.Person.Id),
        Kind = kind,
        Partition = RowKeys.Deployment(cloud),
        Reason = Cut(reason),
        By = author.Person,
        IssuedIn = author.IssuedIn,
        IssuedAt = now,
        ExpiresAt = now + Life,
        State = CommandState.Pending,
    };

    /// <summary>The same, with the person's reason.</summary>
    public static Command Because(Command command, string? reason) => Cut(reason) is not { } text ? command
        : command with
            { Reason = text,
                Exemption = command is { Kind: CommandKind.Exempt, Exemption: { } exemption }
                ? exemption with { Reason = text }
                : command.Exemption };

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

    private static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);

    private static string? Cut(string? reason) =>
        string.IsNullOrWhiteSpace(reason) ? null : reason.Trim() is { Length: > MaxReason } text ? text[..MaxReason] : reason.Trim();
}

/// <param name="IssuedIn">The cloud where.</param>
/// <param name="Salt">Two decisions with everything else alike are one if this is the same: empty for a button that counts once, whoever
/// clicks it.</param>
public sealed record Author(Person Person, Provider IssuedIn, string Salt);

/// <param name="Category">Why one may live with it.</param>
/// <param name="WholeRule">Every finding of the rule in the account that is no worse, not this resource alone.</param>
public sealed record Acceptance(int Days, ExemptionCategory Category = ExemptionCategory.Waiver, bool WholeRule = false);
