using ServerlessGuard.Decisions;
using ServerlessGuard.Exemptions;
using ServerlessGuard.Findings;
using ServerlessGuard.Guards;
using ServerlessGuard.Resources;

namespace ServerlessGuard.Page.Actions;

/// <summary>A person's decisions about findings: which there are, and the command that carries one. Pure.</summary>
internal static class PageDecisions
{
    /// <param name="exemption">The one that suppresses it, where it lies in the table and not in guard.yaml.</param>
    public static IReadOnlyList<CommandKind> Allowed(Finding finding, Exemption? exemption)
    {
        var allowed = new List<CommandKind>();
        var treatment = finding.Treatment;
        if (finding is { Status: FindingStatus.Open, NeverTouch: false, Preview: false }
            && treatment is { State: TreatmentState.Proposed or TreatmentState.AwaitingApproval, Plan: not null })
        {
            allowed.Add(CommandKind.Approve);
            allowed.Add(CommandKind.Reject);
        }

        if (finding is { NeverTouch: false, Preview: false }
            && treatment is { State: TreatmentState.Fixed, Plan: { Risk: not Risk.Irreversible } })
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
    /// <param name="home">The cloud whose table is written to; null: one that no host runs on.</param>
    public static (Command? Command, string? Fault) Of(DecisionRequest request, Finding finding, Exemption? exemption, Person person,
        Provider? home, DateTimeOffset now)
    {
        var reason = request.Reason?.Trim();
        if (!Allowed(finding, exemption).Contains(request.Kind))
        {
            return (null, "this decision does not apply to the finding as it is now");
        }

        if (request.Revision != finding.Revision)
        {
            return (null, "the finding has changed since it was shown: look again");
        }

        if (reason is { Length: > NewCommand.MaxReason })
        {
            return (null, $"a reason has at most {NewCommand.MaxReason} characters");
        }

        if (request.Kind is CommandKind.Exempt && string.IsNullOrEmpty(reason))
        {
            return (null, "an exemption needs a reason");
        }

        if (request.Kind is CommandKind.Exempt && request.Days is not (> 0 and <= LongestExemption))
        {
            return (null, $"an exemption lasts 1 to {LongestExemption} days");
        }

        // The page's own copy has the revision that the person saw: what else it held then is in it.
        return (NewCommand.About(
            request.Kind,
            finding,
            Seen.Of(finding),
            new Author(person, home ?? finding.Resource.Provider, "page " + person.Id),
            now,
            reason,
            request.Kind is CommandKind.Exempt ? new Acceptance(request.Days!.Value) : null,
            request.Kind is CommandKind.Revoke ? exemption : null), null);
    }

    public const int LongestExemption = 90;
}
