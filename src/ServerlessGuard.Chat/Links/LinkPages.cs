using System.Text;
using ServerlessGuard.Chat.SignIn;
using ServerlessGuard.Decisions;
using ServerlessGuard.Findings;
using ServerlessGuard.Guards;
using ServerlessGuard.Notifications;
using ServerlessGuard.Resources;
using ServerlessGuard.Rules;
using ServerlessGuard.Tables;

namespace ServerlessGuard.Chat.Links;

/// <summary>The pages behind links: GET shows what would be decided, POST decides.</summary>
public sealed class LinkPages
{
    private readonly Inbox _inbox;
    private readonly LinkReader _links;
    private readonly LinkPeople _people;
    private readonly Dictionary<string, RuleDescriptor> _rules;

    /// <param name="inbox">Where decisions go; its cloud answers for its own accounts only.</param>
    /// <param name="keys">What this cloud, and no other, signs its links with.</param>
    /// <param name="rules">For the pages' text.</param>
    /// <param name="signsIn">The platform signs people in, and says who they are in <c>X-MS-CLIENT-PRINCIPAL-NAME</c>. Only where nobody
    /// else can set that header.</param>
    /// <param name="signIn">Where people sign in before they decide by a link; null: a link, or a typed name, is enough.</param>
    public LinkPages(Inbox inbox, IKeyring keys, IEnumerable<RuleDescriptor> rules, bool signsIn, ISignIn? signIn = null)
    {
        _inbox = inbox;
        _links = new LinkReader(inbox.Own, keys, inbox.Time);
        _people = new LinkPeople(inbox.Approvals, signsIn,
            signIn is null ? null : new SignInPage(_links, signIn, inbox.Approvals, inbox.Time));
        _rules = rules.ToDictionary(rule => rule.Id, StringComparer.Ordinal);
    }

    private string Elsewhere
    {
        get
        {
            var owner = Ownership.Other(_inbox.Own).Name();
            return $"This is for {owner} to decide, and {owner} answers its own links. Open the one in {owner}'s own message.";
        }
    }

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
        var reading = await _links.ReadAsync(text, cancellation);
        if (reading.Content is not { } content)
        {
            return reading.Fault switch
            {
                ActionLinkFault.Expired =>
                    Page(PageResult.Expired, "Ask for the finding again, or look for a newer message in the channel."),
                ActionLinkFault.AnotherOwner =>
                    Page(PageResult.Refused, Elsewhere) with { Note = "a link about the other cloud was refused" },
                _ => Page(PageResult.Invalid, "It is incomplete, was changed, or does not come from ServerlessGuard.") with
                    { Note = $"a link was refused: {reading.Fault}" },
            };
        }

        return isPost
            ? await DecideAsync(request, form, content, cancellation)
            : await ShowAsync(content, ActionLink.Token(text)!, cancellation);
    }

    /// <summary>
    /// The browser comes back from the issuer: the page that asks, for whoever signed in there. Nothing is decided by it.
    /// </summary>
    public async Task<ChatAnswer> SignedInAsync(ChatRequest request, CancellationToken cancellation)
    {
        if (request.Method is not "POST")
        {
            return ChatAnswer.Of(ChatResponse.Empty(405) with { Headers = [new("Allow", "POST")] });
        }

        if (_people.SignIn is not { } signIn || FormFields.Parse(request.Body) is not { } form)
        {
            return Page(PageResult.Invalid, "The form could not be read.");
        }

        var (content, token, problem) = await signIn.ReturnAsync(form, cancellation);
        return content is null
            ? Page(PageResult.Refused, problem) with { Note = "a sign-in was refused" }
            : await ShowAsync(content, token!, cancellation);
    }

    private async Task<ChatAnswer> ShowAsync(ActionLinkContent content, string token, CancellationToken cancellation)
    {
        if (await _inbox.Table.FindAsync(content.Target.Partition, CommandRows.Key(content.CommandId()), cancellation) is { } used
            && CommandRows.Read(used) is { State: not CommandState.AwaitsConfirmation } known)
        {
            return Page(PageResult.Used, Known(known));
        }

        Message? message = null;
        if (content.Target.FindingId is { } id)
        {
            if (FindingId.RowKey(id) is not { } key
                || await _inbox.Table.FindAsync(content.Target.Partition, key, cancellation) is not { Kind: RowKind.Finding } row)
            {
                return Page(PageResult.Refused, "This finding is not known here. If it is new, try again in a minute.");
            }

            var finding = FindingRows.Finding(row);
            message = Messages.Of(finding, [], _rules.GetValueOrDefault(Routing.Rule(finding)), _inbox.Time.GetUtcNow());
        }

        if (_people.SignIn is not { } signIn || SignInPage.IsSignedIn(content))
        {
            return ChatAnswer.Of(Html(200, ConfirmationPage.Render(content, token, message)));
        }

        return await signIn.AddressAsync(content, token, cancellation) is { } address
            ? ChatAnswer.Of(Html(200, ConfirmationPage.Render(content, message, address)))
            : Page(PageResult.Refused, "The sign-in does not answer. Try again in a minute.") with
                { Note = "the issuer of the sign-in does not answer" };
    }

    private async Task<ChatAnswer> DecideAsync(ChatRequest request, Dictionary<string, string> form, ActionLinkContent content,
        CancellationToken cancellation)
    {
        var (person, refusal) = _people.Of(request, form, content);
        if (person is null)
        {
            return Page(PageResult.Refused, refusal);
        }

        var (command, problem) = await _inbox.Decisions.FromAsync(_inbox.Table, content.Kind, content.Days ?? 0, content.Target, person,
            content.Nonce, cancellation);
        if ((content.PersonId is null ? null : await ChangedAsync(content, cancellation)) is { } changed)
        {
            return Page(PageResult.Refused, changed);
        }

        if (command is null)
        {
            return Page(PageResult.Refused, problem);
        }

        command = ChatDecisions.Because(command, form.GetValueOrDefault(ConfirmationPage.ReasonField)) with
            { Id = _people.CommandId(content) ?? command.Id };
        var known = await _inbox.Desk.SubmitAsync(command, cancellation);
        return ReferenceEquals(known, command)
            ? Page(PageResult.Accepted, "The result will be posted in the channel.") with { Submitted = [command] }
            : Page(PageResult.Used, Known(known));
    }

    /// <summary>A link for one person is about what it was when they were asked; null: it still is.</summary>
    private async Task<string?> ChangedAsync(ActionLinkContent content, CancellationToken cancellation)
    {
        if (content.Target.FindingId is not { } id || FindingId.RowKey(id) is not { } key
            || await _inbox.Table.FindAsync(content.Target.Partition, key, cancellation) is not { Kind: RowKind.Finding } row)
        {
            return null;
        }

        var finding = FindingRows.Finding(row);
        var isSame = content.Kind is CommandKind.Exempt
            ? finding.Revision == content.Target.Revision
            : finding.Treatment?.Plan?.Id == content.Target.PlanId;
        return isSame ? null : "The finding has changed since this link was sent. Look at its message in the channel, and decide again.";
    }

    private static string Known(Command command) => command.State switch
    {
        CommandState.Pending or CommandState.AwaitsConfirmation => $"By {command.By.Name}; it is being carried out.",
        CommandState.Done => $"By {command.By.Name}, and done: {command.Outcome}",
        CommandState.Refused => $"By {command.By.Name}, and not carried out: {command.Outcome}",
    };

    private static ChatAnswer Page(PageResult result, string? detail) =>
        ChatAnswer.Of(Html(ConfirmationPage.StatusOf(result), ConfirmationPage.Render(result, detail)));

    private static ChatResponse Html(int status, string html) =>
        new(status, ConfirmationPage.ContentType, Encoding.UTF8.GetBytes(html)) { Headers = ConfirmationPage.Headers };
}
