using System.Globalization;
using System.Text.Json.Nodes;
using ServerlessGuard.Decisions;
using ServerlessGuard.Findings;
using ServerlessGuard.Guards;
using ServerlessGuard.Resources;
using ServerlessGuard.Tables;

namespace ServerlessGuard.Chat.Slack;

/// <summary>
/// The slash command <c>/guard</c>. Who is listed may ask, who may decide may decide; a stop comes before everything else and reads nothing
/// first.
/// </summary>
/// <remarks>Source: https://docs.slack.dev/interactivity/implementing-slash-commands.</remarks>
internal sealed class SlackCommands(ITable table, CommandDesk desk, ApprovalSettings approvals, ChatDecisions decisions, SlackStatus status,
    Provider own)
{
    private const string Help =
        "`/guard status` · counts, and whether fixes are stopped\n`/guard findings [RULE or SEVERITY]` · the most severe open "
            + "findings\n`/guard approve FINDING PLAN` · approve this plan\n"
        + "`/guard undo FINDING PLAN` · undo this fix\n`/guard exempt FINDING DAYS REASON` · accept it for a while\n`/guard stop [REASON]` "
        + "· no more fixes, in both clouds\n"
        + "`/guard resume` · allow fixes again\n`/guard sweep` · evaluate everything again";

    public async Task<ChatAnswer> AnswerAsync(IReadOnlyDictionary<string, string> form, CancellationToken cancellation)
    {
        var words = (form.GetValueOrDefault("text") ?? string.Empty)
            .Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var person = SlackSentences.Person(form.GetValueOrDefault("user_id"), form.GetValueOrDefault("user_name"));
        if (person is null)
        {
            return ChatAnswer.Of(ChatResponse.Text(400, "no user_id"));
        }

        var verb = words.Length == 0 ? "help" : words[0].ToLowerInvariant();
        switch (verb)
        {
            case "stop" when approvals.Allows(person, isFromPeer: false):
                return await DeploymentAsync(verb, words, person, form.GetValueOrDefault("trigger_id"), cancellation);
            case "status" or "findings" when !approvals.MayRead(person):
                return Say(SlackSentences.MayNotAsk(person));
            case "status":
                return Say(await status.StatusAsync(cancellation));
            case "findings":
                return Say(await status.FindingsAsync(words.Length > 1 ? words[1] : null, cancellation));
            case "approve" or "undo" or "exempt" or "stop" or "resume" or "sweep" when !approvals.Allows(person, isFromPeer: false):
                return Say(SlackSentences.NotAllowed(person));
            case "approve" or "undo" or "exempt":
                return await FindingAsync(verb, words, person, cancellation);
            case "resume" or "sweep":
                return await DeploymentAsync(verb, words, person, form.GetValueOrDefault("trigger_id"), cancellation);
            case "help":
                return Say(Help);
            default:
                return Say("Unknown command.\n" + Help);
        }
    }

    private async Task<ChatAnswer> FindingAsync(string verb, string[] words, Person person, CancellationToken cancellation)
    {
        if (words.Length < 2 || await new FindingReader(table).FindAsync(words[1], cancellation) is not { } finding)
        {
            return Say(words.Length < 2
                ? $"Which finding? `/guard {verb} FINDING`"
                : $"No finding `{SlackSentences.Escape(words[1], 80)}`. `/guard findings` lists them with their ids.");
        }

        var seen = Seen.Of(finding);
        var plan = finding.Treatment?.Plan;
        switch (verb)
        {
            case "approve" or "undo" when plan is null:
                return Say(verb is "approve" ? "There is no plan for it that could be approved." : "There is no fix to undo.");
            case "approve" or "undo" when words.Length < 3 || words[2] != plan.Id:
                // What was typed names no more than the finding: which of its plans was meant only the person knows.
                return Say($"{(words.Length < 3 ? string.Empty : "That is not its plan now. ")}{SlackSentences.Escape(plan.Sentence)}\nTo "
                    + $"confirm: `/guard {verb} {SlackSentences.Escape(finding.Id, 80)} {SlackSentences.Escape(plan.Id, 40)}`");
            case "approve":
                return await SubmitAsync([decisions.About(CommandKind.Approve, finding, seen, person)], cancellation);
            case "undo":
                return await SubmitAsync([decisions.About(CommandKind.Undo, finding, seen, person)], cancellation);
            default:
                return words.Length < 4 || !int.TryParse(words[2], NumberStyles.None, CultureInfo.InvariantCulture, out var days)
                    || days < 1 || days > approvals.MaxExemptionDays
                    ? Say(string.Create(CultureInfo.InvariantCulture,
                        $"`/guard exempt FINDING DAYS REASON`, with 1 to {approvals.MaxExemptionDays} days and a reason."))
                    : await SubmitAsync([decisions.About(CommandKind.Exempt, finding, seen, person, days, string.Join(' ', words[3..]))],
                        cancellation);
        }
    }

    /// <summary>One decision for each cloud, ours first: each deployment carries out its own.</summary>
    private Task<ChatAnswer> DeploymentAsync(string verb, string[] words, Person person, string? trigger, CancellationToken cancellation)
    {
        var kind = verb switch { "stop" => CommandKind.Stop, "resume" => CommandKind.Resume, _ => CommandKind.Sweep };
        var reason = words.Length > 1 ? string.Join(' ', words[1..]) : null;

        // Slack's own retry of a request carries the same trigger: it is the same decision.
        var request = string.IsNullOrEmpty(trigger) ? decisions.Now : trigger;
        return SubmitAsync(
            [.. Enum.GetValues<Provider>().OrderByDescending(cloud => cloud == own)
                .Select(cloud => decisions.About(kind, cloud, request, person, reason))], cancellation);
    }

    private async Task<ChatAnswer> SubmitAsync(Command[] commands, CancellationToken cancellation)
    {
        var submitted = new List<Command>();
        var sentence = string.Empty;
        foreach (var command in commands)
        {
            var known = await desk.SubmitAsync(command, cancellation);
            if (ReferenceEquals(known, command))
            {
                submitted.Add(command);
            }

            var said = ReferenceEquals(known, command) ? SlackSentences.Taken(command, approvals) : SlackSentences.Known(known);
            sentence = sentence.Length == 0 || sentence == said ? said : sentence + "\n" + said;
        }

        return Say(sentence) with { Submitted = [.. submitted] };
    }

    private static ChatAnswer Say(string text) =>
        ChatAnswer.Of(ChatResponse.Json(new JsonObject { ["response_type"] = "ephemeral", ["text"] = text }));
}
