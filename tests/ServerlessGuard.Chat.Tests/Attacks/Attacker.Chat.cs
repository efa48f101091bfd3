using System.Buffers.Text;
using System.Text;
using System.Text.Json.Nodes;
using ServerlessGuard.Chat.Links;
using ServerlessGuard.Chat.Slack;
using ServerlessGuard.Guards;
using ServerlessGuard.Notifications;
using ServerlessGuard.Resources;
using ServerlessGuard.Tables;

namespace ServerlessGuard.Chat.Tests.Attacks;

/// <content>What it sends to the owner's chat endpoint, which anybody reaches.</content>
internal sealed partial class Attacker
{
    private static readonly byte[] OwnKey = "the key that only Azure has, of more than thirty-two bytes"u8.ToArray();

    private async Task<string> AskAsync()
    {
        var request = random.Next(7) switch
        {
            < 3 => Link(),
            3 => Heard(),
            _ => Slack(),
        };
        var answer = await owner.AnswerAsync(request);
        return $"{answer.Response.Status} {request.Method} {request.Path} {request.Query} {Encoding.UTF8.GetString(request.Body.Span)}";
    }

    /// <summary>Signed with a key of its own; or the owner's signature under other words.</summary>
    private ChatRequest Link()
    {
        var (target, kind) = (Target(), (CommandKind)random.Next(1, 9));
        var expires = owner.Time.Now.AddMinutes(random.Next(-10, Rarely(3) ? 9000 : 60));
        var content = new ActionLinkContent(kind, kind is CommandKind.Exempt ? 7 : null, ButtonTarget.Of(target, target.Treatment?.Plan?.Id), expires, "nonce-" + Hex());
        if (Rarely(2))
        {
            content = content with { PersonId = Pick(People).Id, AnswersId = Hex() };
        }

        if (kind is CommandKind.Stop or CommandKind.Resume or CommandKind.Sweep || Rarely(8))
        {
            content = content with { Target = new ButtonTarget(RowKeys.Deployment((Provider)random.Next(0, 2))) };
        }

        var link = ActionLink.Sign(OwnKey, content);
        if (Rarely(2))
        {
            // The owner's link to somebody, about something else, which never says the same as this one.
            var stolen = AttackedOwner.Link(content with { Nonce = "another-" + Hex() });
            link = Rarely(2) ? link[..(link.IndexOf('.', StringComparison.Ordinal) + 1)] + stolen[(stolen.IndexOf('.', StringComparison.Ordinal) + 1)..] : Flipped(stolen);
        }

        var headers = new Dictionary<string, string> { ["X-MS-CLIENT-PRINCIPAL-NAME"] = "sam@acme.example" };
        var isPost = !Rarely(4);
        return new ChatRequest
        {
            Method = isPost ? "POST" : Pick(["GET", "HEAD", "PUT"]),
            Path = Rarely(10) ? "link/signed-in" : "link",
            Query = isPost ? string.Empty : link,
            Headers = headers,
            Body = isPost ? Encoding.UTF8.GetBytes(link + Pick(["", "&name=sam", "&name=kim&reason=known", "&t=" + Hex()])) : default,
        };
    }

    /// <summary>One bit of what is signed is another.</summary>
    private string Flipped(string link)
    {
        var dot = link.IndexOf('.', StringComparison.Ordinal);
        var payload = Base64Url.DecodeFromChars(link.AsSpan(2, dot - 2));
        payload[random.Next(payload.Length)] ^= (byte)(1 << random.Next(8));
        return $"t={Base64Url.EncodeToString(payload)}{link[dot..]}";
    }

    /// <summary>What Slack sent for kim, long ago: as it was, with other words, or with the time of today.</summary>
    private ChatRequest Heard()
    {
        var heard = Pick(owner.Heard);
        return random.Next(3) switch
        {
            0 => heard,
            1 => heard with { Body = Encoding.UTF8.GetBytes(Slash()) },
            _ => heard with { Headers = new Dictionary<string, string>(heard.Headers) { ["X-Slack-Request-Timestamp"] = owner.Time.Now.ToUnixTimeSeconds().ToString(System.Globalization.CultureInfo.InvariantCulture) } },
        };
    }

    /// <summary>Of an app of the attacker's, or of none.</summary>
    private ChatRequest Slack()
    {
        var target = Target();
        var (path, body) = Rarely(2) ? ("slack/commands", Slash()) : ("slack/actions", "payload=" + Uri.EscapeDataString(new JsonObject
        {
            ["type"] = "block_actions",
            ["user"] = new JsonObject { ["id"] = AttackedOwner.Kim, ["username"] = "kim" },
            ["response_url"] = "https://hooks.slack.com/actions/T1/2/3",
            ["actions"] = new JsonArray(new JsonObject
            {
                ["action_id"] = ButtonWords.Of((CommandKind)random.Next(1, 9), 7),
                ["value"] = SlackButton.Value(ButtonTarget.Of(target, target.Treatment?.Plan?.Id)),
            }),
        }.ToJsonString()));
        var request = AttackedOwner.SlackRequest(path, body, Pick(["the signing secret of the app that only Azure has", Hex()]), owner.Time.Now);
        return Rarely(4) ? request with { Headers = new Dictionary<string, string>() } : request;
    }

    private string Slash()
    {
        var target = Target();
        var words = Pick([$"approve {target.Id} {target.Treatment?.Plan?.Id}", $"undo {target.Id} {target.Treatment?.Plan?.Id}", $"exempt {target.Id} 30 known", "stop", "resume", "sweep"]);
        return $"user_id={AttackedOwner.Kim}&user_name=kim&text={Uri.EscapeDataString(words)}&trigger_id={Hex()}";
    }
}
