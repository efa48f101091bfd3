using System.Text;
using ServerlessGuard.Commands;
using ServerlessGuard.Federation;
using ServerlessGuard.Findings;
using ServerlessGuard.Resources;
using ServerlessGuard.Rules;
using ServerlessGuard.Tables;

namespace ServerlessGuard.Notifications;

/// <summary>The pages behind a card's links: GET shows what would be decided, POST decides.</summary>
/// <param name="table">The findings.</param>
/// <param name="desk">Takes decisions down.</param>
/// <param name="approvals">Who may.</param>
/// <param name="decisions">What was decided, as a command.</param>
/// <param name="own">The cloud of this endpoint: it answers for its own accounts only.</param>
/// <param name="keys">What this cloud signs its links with.</param>
/// <param name="rules">For the page's text.</param>
/// <param name="signsIn">The platform signs people in before a request comes here, and says who it is in a header that it does not let through from outside.</param>
/// <param name="time">The clock.</param>
internal sealed class LinkPages(
    ITable table, CommandDesk desk, ApprovalSettings approvals, Decisions decisions, Provider own, IKeyring keys, IReadOnlyDictionary<string, RuleDescriptor> rules, bool signsIn, TimeProvider time)
{
    private const string PrincipalHeader = "X-MS-CLIENT-PRINCIPAL-NAME";

    public async Task<ChatAnswer> AnswerAsync(ChatRequest request, CancellationToken cancellation)
    {
        var isPost = request.Method is "POST";
        if (!isPost && request.Method is not ("GET" or "HEAD"))
        {
            return ChatAnswer.Of(ChatResponse.Empty(405) with { Headers = [new("Allow", "GET, HEAD, POST")] });
        }

        var form = isPost ? FormFields.Parse(request.Body) : [];
        if (form is null)
        {
            return Page(PageResult.Invalid, "The form could not be read.");
        }

        var text = isPost ? Encoding.UTF8.GetString(request.Body.Span) : request.Query;
        var reading = await ReadAsync(text, cancellation);
        if (reading.Content is not { } content)
        {
            return reading.Fault switch
            {
                ActionLinkFault.Expired => Page(PageResult.Expired, "Ask for the finding again, or look for a newer message in the channel."),
                ActionLinkFault.AnotherOwner => Page(PageResult.Refused, Elsewhere) with { Note = "a link about the other cloud was refused" },
                _ => Page(PageResult.Invalid, "It was cut off, changed, or is not one of ours.") with { Note = $"a link was refused: {reading.Fault}" },
            };
        }

        return isPost ? await DecideAsync(request, form, content, cancellation) : await ShowAsync(content, ActionLink.Token(text)!, cancellation);
    }

    private string Elsewhere
    {
        get
        {
            var owner = MessageWords.Cloud(Ownership.Other(own));
            return $"This is {owner}'s to decide, and {owner} answers its own links. Open the one in {owner}'s own message.";
        }
    }

    private async Task<ActionLinkReading> ReadAsync(string text, CancellationToken cancellation)
    {
        var reading = ActionLink.Read(own, await BytesAsync(fresh: false, cancellation), text, time.GetUtcNow());
        return reading.Fault is ActionLinkFault.Forged ? ActionLink.Read(own, await BytesAsync(fresh: true, cancellation), text, time.GetUtcNow()) : reading;
    }

    private async Task<IReadOnlyList<byte[]>> BytesAsync(bool fresh, CancellationToken cancellation) =>
        [.. (await keys.KeysAsync(fresh, cancellation)).Select(Encoding.UTF8.GetBytes)];

    private async Task<ChatAnswer> ShowAsync(ActionLinkContent content, string token, CancellationToken cancellation)
    {
        if (await table.FindAsync(content.Target.Partition, RowKeys.Command(content.CommandId()), cancellation) is { } used
            && RowCodec.Command(used) is { State: not CommandState.AwaitsConfirmation } known)
        {
            return Page(PageResult.Used, Known(known));
        }

        Message? message = null;
        if (content.Target.FindingId is { } id)
        {
            if (FindingId.RowKey(id) is not { } key || await table.FindAsync(content.Target.Partition, key, cancellation) is not { Kind: RowKind.Finding } row)
            {
                return Page(PageResult.Refused, "This finding is not known here. If it is new, try again in a minute.");
            }

            var finding = RowCodec.Finding(row);
            message = Messages.Of(finding, [], rules.GetValueOrDefault(Routing.Rule(finding)), time.GetUtcNow());
        }

        return ChatAnswer.Of(Html(200, ConfirmationPage.Render(content, token, message)));
    }

    private async Task<ChatAnswer> DecideAsync(ChatRequest request, Dictionary<string, string> form, ActionLinkContent content, CancellationToken cancellation)
    {
        if (Person(request, form, content) is not { } person)
        {
            return Page(PageResult.Refused, "Your name is missing: it goes on the timeline. Go back and fill it in.");
        }

        if (!approvals.Allows(person, isFromPeer: false))
        {
            return Page(PageResult.Refused, $"You may not decide here: {person.Id} is not among approvals.approvers in guard.yaml. Whoever keeps that file can add it.");
        }

        var reason = form.GetValueOrDefault(ConfirmationPage.ReasonField);
        var (command, problem) = await decisions.FromAsync(table, content.Kind, content.Days ?? 0, content.Target, person, content.Nonce, cancellation);
        if (command is null)
        {
            return Page(PageResult.Refused, problem);
        }

        if (content.PersonId is not null && await ChangedAsync(content, cancellation) is { } changed)
        {
            return Page(PageResult.Refused, changed);
        }

        // One link, one decision; where it takes two people, one of each of them.
        var rule = content.Target.FindingId?[..^33];
        command = Decisions.Because(command, reason) with { Id = content.PersonId is null && content.Kind is CommandKind.Approve && approvals.Needed(rule?.Split('.')[0] ?? string.Empty) > 1 ? command.Id : content.CommandId() };
        var known = await desk.SubmitAsync(command, cancellation);
        return ReferenceEquals(known, command)
            ? Page(PageResult.Accepted, "What comes of it is told in the channel.") with { Submitted = [command] }
            : Page(PageResult.Used, Known(known));
    }

    /// <summary>A link for one person is about what it was when they were asked; null: it still is.</summary>
    private async Task<string?> ChangedAsync(ActionLinkContent content, CancellationToken cancellation)
    {
        if (content.Target.FindingId is not { } id || FindingId.RowKey(id) is not { } key || await table.FindAsync(content.Target.Partition, key, cancellation) is not { Kind: RowKind.Finding } row)
        {
            return null;
        }

        var finding = RowCodec.Finding(row);
        var isSame = content.Kind is CommandKind.Exempt ? finding.Revision == content.Target.Revision : finding.Treatment?.Plan?.Id == content.Target.PlanId;
        return isSame ? null : "The finding has changed since this link was sent. Look at its message in the channel, and decide again.";
    }

    /// <summary>To whom the link was sent; else whom the platform signed in; else whoever typed a name, which anybody with the link may do: the list of approvers says whether that counts.</summary>
    private Person? Person(ChatRequest request, Dictionary<string, string> form, ActionLinkContent content)
    {
        if (content.PersonId is { } sentTo)
        {
            return sentTo.StartsWith("slack:", StringComparison.Ordinal) ? new Person(sentTo, sentTo) : null;
        }

        if (signsIn)
        {
            return request.Header(PrincipalHeader)?.Trim() is { Length: > 0 and <= 256 } principal ? new Person(principal, "entra:" + principal) : null;
        }

        var name = form.GetValueOrDefault(ConfirmationPage.NameField);
        return string.IsNullOrWhiteSpace(name) || name.Length > ConfirmationPage.MaxName || PlainText.Of(name, ConfirmationPage.MaxName) is PlainText.Blank
            ? null
            : new Person(PlainText.Of(name, ConfirmationPage.MaxName) + " (by link)", "teams-link");
    }

    private static string Known(Command command) => command.State switch
    {
        CommandState.Pending or CommandState.AwaitsConfirmation => $"By {command.By.Name}; it is being carried out.",
        CommandState.Done => $"By {command.By.Name}, and done: {command.Outcome}",
        CommandState.Refused => $"By {command.By.Name}, and not carried out: {command.Outcome}",
    };

    private static ChatAnswer Page(PageResult result, string? detail) => ChatAnswer.Of(Html(ConfirmationPage.StatusOf(result), ConfirmationPage.Render(result, detail)));

    private static ChatResponse Html(int status, string html) => new(status, ConfirmationPage.ContentType, Encoding.UTF8.GetBytes(html)) { Headers = ConfirmationPage.Headers };
}
