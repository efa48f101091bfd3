using ServerlessGuard.Findings;
using ServerlessGuard.Guards;
using ServerlessGuard.Verdicts;

namespace ServerlessGuard.Decisions;

/// <summary>
/// Whether a finding still is what the person who decided saw: an old button acts on nothing else. The revision alone does not say so, as
/// it also moves with what changes nothing (a refusal, an announcement); what counts is the plan, the weakness, and that nothing was
/// decided or begun in between. Pure.
/// </summary>
internal static class AsSeen
{
    private const string TooOld = "it was made by an older version, which did not record what was seen: decide again";

    /// <summary>Null, or why the decision is refused, in one sentence.</summary>
    /// <param name="finding">As its owner has it now.</param>
    public static string? Fault(Finding finding, Command command)
    {
        if (command.Revision is not { } revision || NeedsPlan(command.Kind) && command.PlanId is null
            || NeedsWeakness(command.Kind) && command is not { Severity: not null, Evidence: not null })
        {
            return TooOld;
        }

        if (command.Severity is { } severity && !Enum.IsDefined(severity))
        {
            return "it names an unknown severity";
        }

        if (revision > finding.Revision)
        {
            return "it refers to a state of the finding that never existed here: decide again";
        }

        if (NeedsPlan(command.Kind) && finding.Treatment?.Plan is var plan && plan?.Id != command.PlanId)
        {
            return command.Kind is CommandKind.Undo
                ? "another fix has been made since"
                : plan is null
                ? "no plan of this finding is waiting for a decision"
                : $"the plan has changed since; the new one is: {plan.Sentence}";
        }

        return NeedsWeakness(command.Kind) ? Worse(Weakness.Of(finding), command, finding.Reason) : null;
    }

    /// <summary>The same for what happened after the revision that was seen; null where that changes nothing.</summary>
    public static string? Fault(FindingStep since, CommandKind kind) => kind switch
    {
        CommandKind.Undo => since is FindingStep.Applying or FindingStep.Fixed ? "another fix has been made since" : null,
        CommandKind.Approve or CommandKind.Reject => since switch
        {
            FindingStep.Applying or FindingStep.Fixed => "the fix has been made since: decide again",
            FindingStep.Undoing or FindingStep.Undone => "the fix has been undone since: decide again",
            FindingStep.Rejected => "the plan has been rejected since: decide again",
            FindingStep.Reopened => "the finding has been reopened since: decide again",
            _ => null,
        },
        CommandKind.Exempt => since is FindingStep.Reopened ? "the finding has been reopened since: decide again" : null,
        CommandKind.Revoke or CommandKind.Sweep or CommandKind.Stop or CommandKind.Resume => null,
    };

    private static string? Worse(Weakness now, Command command, string reason) =>
        now.Severity > command.Severity
            ? $"it is {Word(now.Severity)} now, and was {Word(command.Severity!.Value)} when it was seen: look again"
        : now.Digest() != command.Evidence ? $"the weakness has changed since it was seen: {reason}"
        : null;

    private static bool NeedsPlan(CommandKind kind) => kind is CommandKind.Approve or CommandKind.Reject or CommandKind.Undo;

    /// <summary>What accepts a weakness is about that weakness.</summary>
    private static bool NeedsWeakness(CommandKind kind) => kind is CommandKind.Exempt or CommandKind.Reject;

    private static string Word(Severity severity) => severity.ToString().ToLowerInvariant();
}
