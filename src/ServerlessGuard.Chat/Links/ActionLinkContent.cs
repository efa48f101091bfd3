using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using ServerlessGuard.Decisions;
using ServerlessGuard.Guards;
using ServerlessGuard.Notifications;
using ServerlessGuard.Verdicts;

namespace ServerlessGuard.Chat.Links;

/// <summary>What a signed link asks for.</summary>
/// <param name="Kind">The decision.</param>
/// <param name="Days">Exempt only.</param>
/// <param name="Target">Bound to what the person saw.</param>
/// <param name="Expires">Whole seconds count.</param>
/// <param name="Nonce">Makes this link another one than the next; at least 16 random characters.</param>
public sealed record ActionLinkContent(CommandKind Kind, int? Days, ButtonTarget Target, DateTimeOffset Expires, string Nonce)
{
    private const int IdLength = 32;
    private const int OlderParts = 7;
    private const int Parts = 9;
    private const int PartsForPerson = 11;

    /// <summary>
    /// Whom the owner gave the link to, <c>slack:U024BE7LH</c>: the decision is theirs, whatever is typed. Null: whoever has the link.
    /// </summary>
    public string? PersonId { get; init; }

    /// <summary>With a person: the id of the command that the link gives, since it answers a question or follows another link.</summary>
    public string? AnswersId { get; init; }

    public static ActionLinkContent Of(ActionButton button, DateTimeOffset expires, string nonce) =>
        new(button.Kind, button.Days, button.Target, expires, nonce);

    /// <summary>The answer to a question, for the person that it was put to.</summary>
    public static ActionLinkContent Of(Command asked, Question question, string nonce) => new(
        asked.Kind, question.Days,
        new ButtonTarget(asked.Partition, asked.FindingId, asked.Revision ?? 0, asked.PlanId, asked.Severity, asked.Evidence),
        asked.ExpiresAt, nonce) { PersonId = asked.By.Id, AnswersId = asked.Id };

    /// <summary>The id of the command that this link gives, 32 hex digits: a link that is used twice gives one command.</summary>
    public string CommandId() =>
        AnswersId ?? Convert.ToHexStringLower(SHA256.HashData([.. "action-link-command\n"u8, .. Payload()]))[..IdLength];

    /// <summary>One form for one content: what is signed.</summary>
    internal byte[] Payload()
    {
        var parts = new JsonArray(ButtonWords.Of(Kind, Days), Target.Partition, Target.FindingId, Target.Revision, Target.PlanId,
            Expires.ToUnixTimeSeconds(), Nonce, (int?)Target.Severity, Target.Evidence);
        if (PersonId is not null)
        {
            parts.Add((JsonNode?)PersonId);
            parts.Add((JsonNode?)AnswersId);
        }

        return Encoding.UTF8.GetBytes(parts.ToJsonString());
    }

    private static string Text(JsonNode? part) => part?.GetValue<string>() ?? throw new FormatException("a part is missing");

    /// <summary>The inverse of <see cref="Payload"/>; null for anything else.</summary>
    internal static ActionLinkContent? Read(ReadOnlySpan<byte> payload)
    {
        try
        {
            return JsonNode.Parse(payload) is JsonArray { Count: OlderParts or Parts or PartsForPerson } parts
                && ButtonWords.TryRead(parts[0]?.GetValue<string>(), out var kind, out var days)
                && SeverityOf(parts) is var severity && parts[1] is { } partition && parts[3] is { } revision && parts[5] is { } expires
                && parts[6] is { } nonce
                ? new ActionLinkContent(
                    kind, days, new ButtonTarget(partition.GetValue<string>(), parts[2]?.GetValue<string>(), revision.GetValue<long>(),
                        parts[4]?.GetValue<string>(), severity, parts.Count < Parts ? null : parts[8]?.GetValue<string>()),
                    DateTimeOffset.FromUnixTimeSeconds(expires.GetValue<long>()), nonce.GetValue<string>())
                {
                    PersonId = parts.Count == PartsForPerson ? Text(parts[9]) : null,
                    AnswersId = parts.Count == PartsForPerson ? Text(parts[10]) : null,
                }
                : null;
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException or FormatException or ArgumentException)
        {
            return null;
        }
    }

    private static Severity? SeverityOf(JsonArray parts) => parts.Count < Parts || parts[7]?.GetValue<int>() is not { } number ? null
        : Enum.IsDefined((Severity)number) ? (Severity)number
        : throw new FormatException("no severity");
}
