using ServerlessGuard.Tables;

namespace ServerlessGuard.Chat.Slack;

/// <summary>
/// Slack's clicks (<c>slack/actions</c>) and slash commands (<c>slack/commands</c>). What bears no signature of Slack's is refused before
/// anything of it is read.
/// </summary>
/// <param name="inbox">Where decisions go.</param>
/// <param name="signing">Slack's signing secret.</param>
/// <param name="answers">Slack's response URLs.</param>
public sealed class SlackRequests(Inbox inbox, IKeyring signing, IResponseUrl answers) : IPlatformRequests
{
    private const string Actions = "slack/actions";
    private const string Commands = "slack/commands";

    private readonly SlackActions _actions = new(inbox.Table, inbox.Desk, inbox.Approvals, inbox.Decisions, answers);
    private readonly SlackCommands _commands =
        new(inbox.Table, inbox.Desk, inbox.Approvals, inbox.Decisions, new SlackStatus(inbox.Table, inbox.Own, inbox.Time), inbox.Own);

    public bool Takes(string path) => path is Actions or Commands;

    /// <summary><see cref="TableUnavailableException"/> is the caller's to answer.</summary>
    public async Task<ChatAnswer> AnswerAsync(ChatRequest request, CancellationToken cancellation)
    {
        if (request.Method is not "POST")
        {
            return ChatAnswer.Of(ChatResponse.Empty(405) with { Headers = [new("Allow", "POST")] });
        }

        if (!Verifies(request, await signing.KeysAsync(fresh: false, cancellation))
            && !Verifies(request, await signing.KeysAsync(fresh: true, cancellation)))
        {
            return ChatAnswer.Of(ChatResponse.Empty(401), "a request without a valid Slack signature was refused");
        }

        return FormFields.Parse(request.Body) is not { } form ? ChatAnswer.Of(ChatResponse.Text(400, "no form"))
            : request.Path is Actions ? await _actions.AnswerAsync(form, cancellation)
            : await _commands.AnswerAsync(form, cancellation);
    }

    private bool Verifies(ChatRequest request, IReadOnlyList<string> keys) => keys.Any(key => SlackSignature.Verify(
        key, request.Header("X-Slack-Request-Timestamp"), request.Header("X-Slack-Signature"), request.Body.Span,
        inbox.Time.GetUtcNow()) is SlackVerdict.Valid);
}
