using ServerlessGuard.Chat.Links;
using ServerlessGuard.Tables;

namespace ServerlessGuard.Chat;

/// <summary>
/// Where people's answers come in, in either cloud: the platforms' clicks and commands, and the links of a card. It verifies, records the
/// decision, and answers; what was decided happens afterwards, in the cloud that owns the finding.
/// </summary>
/// <param name="platforms">Those that send requests.</param>
/// <param name="links">The pages behind links; null: no links here.</param>
public sealed class ChatEndpoint(IReadOnlyList<IPlatformRequests> platforms, LinkPages? links)
{
    /// <summary>Slack's payload repeats the message that was clicked; beyond that it is none.</summary>
    public const int MaxBody = 64 << 10;

    /// <summary>
    /// The answer to one request, whatever it holds. <see cref="TableUnavailableException"/> becomes a 503: the person tries again.
    /// </summary>
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
                "link/signed-in" when links is not null => await links.SignedInAsync(request, cancellation),
                "link" when links is not null => await links.AnswerAsync(request, cancellation),
                _ when platforms.FirstOrDefault(platform => platform.Takes(request.Path)) is { } platform =>
                    await platform.AnswerAsync(request, cancellation),
                _ => ChatAnswer.Of(ChatResponse.Empty(404)),
            };
        }
        catch (TableUnavailableException)
        {
            return ChatAnswer.Of(ChatResponse.Text(503, "The table is not responding. Nothing was recorded; try again in a minute."),
                "the table did not answer a chat request");
        }
    }
}
