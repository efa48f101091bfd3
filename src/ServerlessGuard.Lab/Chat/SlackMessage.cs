using System.Text.Json.Nodes;

namespace ServerlessGuard.Lab.Chat;

/// <param name="Channel">Its channel's id.</param>
/// <param name="Ts">Its id in it.</param>
/// <param name="ThreadTs">The message that it replies to.</param>
/// <param name="Body">As it was sent last.</param>
public sealed record SlackMessage(string Channel, string Ts, string? ThreadTs, JsonObject Body)
{
    public int Updates { get; init; }
}
