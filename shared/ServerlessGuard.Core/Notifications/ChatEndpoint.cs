using ServerlessGuard.Decisions;
using ServerlessGuard.Guards;
using ServerlessGuard.Resources;
using ServerlessGuard.Rules;
using ServerlessGuard.Tables;

namespace ServerlessGuard.Notifications;

/// <summary>
/// Where people's answers come in, in either cloud: Slack's clicks and slash commands, and the links of a card. It verifies, takes the decision down, and answers; what
/// was decided happens afterwards, in the cloud that owns the finding.
/// </summary>
public sealed class ChatEndpoint
{
    /// <summary>Slack's payload repeats the message that was clicked; beyond that it is none.</summary>
    public const int MaxBody = 64 << 10;

    private readonly IKeyring? _slack;
    private readonly SlackActions _actions;
    private readonly SlackCommands _commands;
    private readonly LinkPages? _links;
    private readonly TimeProvider _time;

    /// <param name="table">Findings, commands, switches.</param>
    /// <param name="desk">Records decisions.</param>
    /// <param name="approvals">Who may decide.</param>
    /// <param name="own">The cloud of this endpoint.</param>
    /// <param name="slack">Slack's signing secret; null: no Slack here.</param>
    /// <param name="answers">Slack's response URLs.</param>
    /// <param name="links">What this cloud, and no other, signs its links with; null: no links here.</param>
    /// <param name="rules">For the pages' text.</param>
    /// <param name="signsIn">The platform signs people in, and says who they are in <c>X-MS-CLIENT-PRINCIPAL-NAME</c>. Only where nobody else can set that header.</param>
    /// <param name="time">The clock.</param>
    /// <param name="signIn">Where people sign in before they decide by a link; null: a link, or a typed name, is enough.</param>
    public ChatEndpoint(
        ITable table,
        CommandDesk desk,
        ApprovalSettings approvals,
        Provider own,
        IKeyring? slack,
        IResponseUrl answers,
        IKeyring? links,
        IEnumerable<RuleDescriptor> rules,
        bool signsIn,
        TimeProvider time,
        ISignIn? signIn = null)
    {
        var decisions = new ChatDecisions(approvals, own, time);
        (_slack, _time) = (slack, time);
        if (links is not null)
        {
            var reader = new LinkReader(own, links, time);
            var people = new LinkPeople(approvals, signsIn, signIn is null ? null : new SignInPage(reader, signIn, approvals, time));
            _links = new LinkPages(table, desk, decisions, own, reader, people, rules.ToDictionary(rule => rule.Id, StringComparer.Ordinal), time);
        }

        _actions = new SlackActions(table, desk, approvals, decisions, answers);
        _commands = new SlackCommands(table, desk, approvals, decisions, new ChatStatus(table, own, time), own);
    }

    /// <summary>The answer to one request, whatever it holds. <see cref="TableUnavailableException"/> becomes a 503: the person tries again.</summary>
    public async Task<ChatAnswer> AnswerAsync(ChatRequest request, CancellationToken cancellation)
    {
        if (request.Body.Length > MaxBody || request.Query.Length > 8192)
        {
            return ChatAnswer.Of(ChatResponse.Empty(413));
        }

        try
        {
            return request.Path switch
            {
                "slack/actions" => await SlackAsync(request, _actions.AnswerAsync, cancellation),
                "slack/commands" => await SlackAsync(request, _commands.AnswerAsync, cancellation),
                "link/signed-in" when _links is not null => await _links.SignedInAsync(request, cancellation),
                "link" when _links is not null => await _links.AnswerAsync(request, cancellation),
                _ => ChatAnswer.Of(ChatResponse.Empty(404)),
            };
        }
        catch (TableUnavailableException)
        {
            return ChatAnswer.Of(ChatResponse.Text(503, "The table is not responding. Nothing was recorded; try again in a minute."), "the table did not answer a chat request");
        }
    }

    private async Task<ChatAnswer> SlackAsync(ChatRequest request, Func<IReadOnlyDictionary<string, string>, CancellationToken, Task<ChatAnswer>> answer, CancellationToken cancellation)
    {
        if (_slack is null)
        {
            return ChatAnswer.Of(ChatResponse.Empty(404));
        }

        if (request.Method is not "POST")
        {
            return ChatAnswer.Of(ChatResponse.Empty(405) with { Headers = [new("Allow", "POST")] });
        }

        if (!Verifies(request, await _slack.KeysAsync(fresh: false, cancellation)) && !Verifies(request, await _slack.KeysAsync(fresh: true, cancellation)))
        {
            return ChatAnswer.Of(ChatResponse.Empty(401), "a request without a valid Slack signature was refused");
        }

        return FormFields.Parse(request.Body) is { } form ? await answer(form, cancellation) : ChatAnswer.Of(ChatResponse.Text(400, "no form"));
    }

    private bool Verifies(ChatRequest request, IReadOnlyList<string> keys) => keys.Any(key => SlackSignature.Verify(
        key, request.Header("X-Slack-Request-Timestamp"), request.Header("X-Slack-Signature"), request.Body.Span, _time.GetUtcNow()) is SlackVerdict.Valid);
}
