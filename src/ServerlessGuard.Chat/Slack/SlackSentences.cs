using System.Text.Json.Nodes;
using ServerlessGuard.Decisions;
using ServerlessGuard.Guards;
using ServerlessGuard.Notifications;
using ServerlessGuard.Resources;
using ServerlessGuard.Tables;

namespace ServerlessGuard.Chat.Slack;

/// <summary>Short answers to people in Slack, in its mrkdwn: foreign text is escaped.</summary>
internal static class SlackSentences
{
    private const int MaxName = 80;

    /// <summary>The person of a payload. The name is for the timeline, the id decides.</summary>
    public static Person? Person(JsonObject? user)
    {
        if (user is null || user["id"] is not JsonValue value || !value.TryGetValue<string>(out var id))
        {
            return null;
        }

        return Person(id, user["username"] is JsonValue first && first.TryGetValue<string>(out var username) ? username
            : user["name"] is JsonValue second && second.TryGetValue<string>(out var name) ? name : id);
    }

    public static Person? Person(string? id, string? name) => id is { Length: > 1 and <= 30 } && id.All(char.IsAsciiLetterOrDigit)
        ? new Person("@" + Name(string.IsNullOrWhiteSpace(name) ? id : name), "slack:" + id)
        : null;

    public static string NotAllowed(Person person) =>
        $"You may not decide here: `{person.Id}` is not among `approvals.approvers` in guard.yaml. Ask whoever maintains that file to add "
            + $"it.";

    public static string MayNotAsk(Person person) =>
        $"You may not ask here: `{person.Id}` is among neither `approvals.readers` nor `approvals.approvers` in guard.yaml. Ask whoever "
            + $"maintains that file to add it.";

    /// <summary>What the peer owns is the peer's to decide where our word is not enough for it: it asks the person itself.</summary>
    /// <param name="command">As submitted.</param>
    /// <param name="settings">What we would take from the peer is what we expect it to take from us: both clouds have one
    /// guard.yaml.</param>
    public static string Taken(Command command, ApprovalSettings settings) =>
        !Ownership.Owns(command.IssuedIn, command.Partition) && Proof.IsNeeded(command.Kind, settings)
        ? $"{Ownership.Other(command.IssuedIn).Name()} has to decide this: it sends you a link in a private message, valid for one hour."
        : Taken(command);

    private static string Taken(Command command) => command.Kind switch
    {
        CommandKind.Approve => "Approved. The plan is made again and applied if it is still the same; the message will show it.",
        CommandKind.Reject => "Rejected. This plan is not proposed again as long as it stays the same.",
        CommandKind.Undo => "The fix will be undone, unless somebody has changed the resource since.",
        CommandKind.Exempt => $"Accepted until {command.Exemption?.ExpiresAt.UtcDateTime:yyyy-MM-dd}.",
        CommandKind.Revoke => "The exemption will end.",
        CommandKind.Sweep => "Everything will be evaluated again.",
        CommandKind.Stop => "Stopping.",
        CommandKind.Resume => "Resuming.",
    };

    public static string Known(Command command) => command.State switch
    {
        CommandState.Pending or CommandState.AwaitsConfirmation =>
            $"Submitted before, by {Escape(command.By.Name)}; it is being carried out.",
        CommandState.Done => $"Submitted before, by {Escape(command.By.Name)}, and done: {Escape(command.Outcome)}",
        CommandState.Refused => $"Submitted before, by {Escape(command.By.Name)}, and not carried out: {Escape(command.Outcome)}",
    };

    /// <summary>Slack's three characters, its mentions, and what would break a line or change its direction.</summary>
    public static string Escape(string? text, int most = 300)
    {
        // The same as everywhere: one line, nothing invisible, right-to-left text isolated.
        var cut = string.IsNullOrWhiteSpace(text) ? string.Empty : PlainText.Of(text, Math.Max(16, most));
        return cut.Replace("&", "&amp;", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal)
            .Replace(">", "&gt;", StringComparison.Ordinal)
            .Replace('`', '\'').Replace('|', '¦').Replace("*", "∗", StringComparison.Ordinal)
                .Replace("_", "\u200B_\u200B", StringComparison.Ordinal).Replace('~', '∼');
    }

    private static string Name(string name)
    {
        var clean = string.Concat(name.Where(character => char.IsLetterOrDigit(character) || character is '.' or '-' or '_' or ' ')).Trim();
        return clean.Length == 0 ? "somebody" : clean.Length <= MaxName ? clean : clean[..MaxName];
    }
}
