using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using ServerlessGuard.Commands;
using ServerlessGuard.Exemptions;
using ServerlessGuard.Findings;
using ServerlessGuard.Remediation;
using ServerlessGuard.Resources;
using ServerlessGuard.Tables;

namespace ServerlessGuard.Page.Actions;

/// <summary>A person's decisions about findings: which there are, and the command that carries one. Pure.</summary>
internal static class Decisions
{
    /// <summary>Later than that a command that nobody has carried out is not wanted any more.</summary>
    private static readonly TimeSpan Life = TimeSpan.FromHours(24);

    private const int LongestReason = 500;

    /// <param name="finding">As it is now.</param>
    /// <param name="exemption">The one that suppresses it, where it lies in the table and not in guard.yaml.</param>
    public static IReadOnlyList<CommandKind> Allowed(Finding finding, Exemption? exemption)
    {
        var allowed = new List<CommandKind>();
        var treatment = finding.Treatment;
        if (finding is { Status: FindingStatus.Open, NeverTouch: false } && treatment is { State: TreatmentState.Proposed or TreatmentState.AwaitingApproval, Plan: not null })
        {
            allowed.Add(CommandKind.Approve);
            allowed.Add(CommandKind.Reject);
        }

        if (!finding.NeverTouch && treatment is { State: TreatmentState.Fixed, Plan: { Risk: not Risk.Irreversible } })
        {
            allowed.Add(CommandKind.Undo);
        }

        if (finding.Status is FindingStatus.Open)
        {
            allowed.Add(CommandKind.Exempt);
        }

        if (finding.Status is FindingStatus.Suppressed && exemption is { RevokedAt: null })
        {
            allowed.Add(CommandKind.Revoke);
        }

        return allowed;
    }

    /// <summary>The command, or one sentence about what is missing.</summary>
    /// <param name="request">What was clicked.</param>
    /// <param name="finding">As it is now.</param>
    /// <param name="exemption">As above.</param>
    /// <param name="person">Who decides.</param>
    /// <param name="home">The cloud whose table is written to; null: one that no host runs on.</param>
    /// <param name="now">The time.</param>
    public static (Command? Command, string? Fault) Of(DecisionRequest request, Finding finding, Exemption? exemption, Person person, Provider? home, DateTimeOffset now)
    {
        var reason = request.Reason?.Trim();
        if (!Allowed(finding, exemption).Contains(request.Kind))
        {
            return (null, "this cannot be decided about the finding as it is now");
        }

        if (request.Revision != finding.Revision)
        {
            return (null, "the finding has changed since it was shown: look again");
        }

        if (reason is { Length: > LongestReason })
        {
            return (null, $"a reason has at most {LongestReason} characters");
        }

        if (request.Kind is CommandKind.Exempt && string.IsNullOrEmpty(reason))
        {
            return (null, "an exemption needs a reason");
        }

        if (request.Kind is CommandKind.Exempt && request.Days is not (> 0 and <= LongestExemption))
        {
            return (null, $"an exemption lasts 1 to {LongestExemption} days");
        }

        var id = Id(request, finding, person);
        return (new Command
        {
            Id = id,
            Kind = request.Kind,
            Partition = RowKeys.Partition(finding.Resource),
            FindingId = finding.Id,
            PlanId = request.Kind is CommandKind.Approve or CommandKind.Reject or CommandKind.Undo ? finding.Treatment?.Plan?.Id : null,
            Exemption = request.Kind switch
            {
                CommandKind.Exempt => new Exemption
                {
                    Id = id,
                    RuleId = finding.RuleId,
                    ResourceId = finding.Resource.Id,
                    Account = finding.Resource.Account,
                    Category = ExemptionCategory.Waiver,
                    Reason = reason!,
                    RequestedBy = person.Name,
                    ExpiresAt = now + TimeSpan.FromDays(request.Days!.Value),
                },
                CommandKind.Revoke => exemption,
                _ => null,
            },
            Reason = string.IsNullOrEmpty(reason) ? null : reason,
            By = person,
            IssuedIn = home ?? finding.Resource.Provider,
            IssuedAt = now,
            ExpiresAt = now + Life,
            State = CommandState.Pending,
        }, null);
    }

    public const int LongestExemption = 90;

    /// <summary>Two clicks on one button are one command; the same decision about a later state, or by somebody else, is another.</summary>
    private static string Id(DecisionRequest request, Finding finding, Person person) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(
        string.Create(CultureInfo.InvariantCulture, $"page\n{request.Kind}\n{finding.Id}\n{finding.Revision}\n{person.Id}\n{request.Days}"))).AsSpan(0, 16));
}
