using System.Text.Json.Nodes;

namespace ServerlessGuard.Simulators.Chat;

/// <param name="Channel">Its channel's id; a person's, where it is private.</param>
/// <param name="Ts">Its id in it.</param>
/// <param name="ThreadTs">The message that it replies to.</param>
/// <param name="Body">As it was sent last.</param>
public sealed record SlackMessage(string Channel, string Ts, string? ThreadTs, JsonObject Body)
{
    public int Updates { get; init; }

    /// <summary>The first link in its text, <c>&lt;address|words&gt;</c>, as Slack shows it; null: none.</summary>
    public Uri? Link => Texts(Body).Select(Address).FirstOrDefault(address => address is not null);

    private static Uri? Address(string text)
    {
        var (from, to) = (text.IndexOf("<http", StringComparison.Ordinal), text.IndexOf('|', StringComparison.Ordinal));
        return from >= 0 && to > from ? new Uri(text[(from + 1)..to]) : null;
    }

    private static IEnumerable<string> Texts(JsonNode? node) => node switch
    {
        JsonObject found when (string?)(found["type"] as JsonValue) == "mrkdwn" => [(string)found["text"]!],
        JsonObject many => many.SelectMany(entry => Texts(entry.Value)),
        JsonArray list => list.SelectMany(Texts),
        _ => [],
    };
}
