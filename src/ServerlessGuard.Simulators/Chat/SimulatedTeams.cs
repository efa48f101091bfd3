using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using ServerlessGuard.Simulators.Azure;

namespace ServerlessGuard.Simulators.Chat;

/// <summary>A simulated Teams Workflows webhook, and a person with a browser who follows the links of a card.</summary>
public sealed partial class SimulatedTeams : IAsyncDisposable
{
    private readonly Lock _lock = new();
    private readonly List<JsonObject> _cards = [];
    private LoopbackServer? _server;

    public Uri Webhook => new(_server!.Address, "workflows/simulated/triggers/manual/paths/invoke");

    /// <summary>What the next calls are answered instead of 202.</summary>
    public Queue<int> Statuses { get; } = new();

    public IReadOnlyList<JsonObject> Cards
    {
        get
        {
            lock (_lock)
            {
                return [.. _cards];
            }
        }
    }

    public async Task StartAsync(CancellationToken cancellation) => _server = await LoopbackServer.StartAsync(AnswerAsync, cancellation);

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }
    }

    /// <summary>The links of a card, by their title.</summary>
    public static IReadOnlyDictionary<string, Uri> Links(JsonNode? card) => OpenUrls(card)
        .GroupBy(action => (string)action["title"]!, StringComparer.Ordinal)
        .ToDictionary(group => group.Key, group => new Uri((string)group.First()["url"]!), StringComparer.Ordinal);

    /// <summary>Opens the page and sends its form, as it is, with the fields that a person fills in.</summary>
    /// <param name="http">Does not follow redirects.</param>
    /// <param name="link">Of the card.</param>
    /// <param name="fields">What the person types.</param>
    /// <param name="cancellation">Ends the call.</param>
    public static async Task<(HttpStatusCode Page, HttpStatusCode Answer, string Text)> FollowAsync(
        HttpMessageInvoker http, Uri link, IReadOnlyDictionary<string, string> fields, CancellationToken cancellation)
    {
        using var get = new HttpRequestMessage(HttpMethod.Get, link);
        using var page = await http.SendAsync(get, cancellation);
        var html = await page.Content.ReadAsStringAsync(cancellation);
        if (Form().Match(html) is not { Success: true } form)
        {
            return (page.StatusCode, page.StatusCode, html);
        }

        var all = Input().Matches(html)
            .ToDictionary(input => WebUtility.HtmlDecode(input.Groups["name"].Value),
                input => WebUtility.HtmlDecode(input.Groups["value"].Value), StringComparer.Ordinal);
        foreach (var (name, value) in fields)
        {
            all[name] = value;
        }

        var action = Action().Match(form.Value) is { Success: true } target
            ? new Uri(link, WebUtility.HtmlDecode(target.Groups["url"].Value))
            : link;
        using var post = new HttpRequestMessage(HttpMethod.Post, action) { Content = new FormUrlEncodedContent(all) };
        using var answer = await http.SendAsync(post, cancellation);
        return (page.StatusCode, answer.StatusCode, await answer.Content.ReadAsStringAsync(cancellation));
    }

    private async Task AnswerAsync(HttpContext context)
    {
        using var reader = new StreamReader(context.Request.Body, Encoding.UTF8);
        var text = await reader.ReadToEndAsync(context.RequestAborted);
        JsonObject? card = null;
        try
        {
            card = JsonNode.Parse(text) as JsonObject;
        }
        catch (JsonException)
        {
            // Answered below.
        }

        lock (_lock)
        {
            if (Statuses.TryDequeue(out var status))
            {
                context.Response.StatusCode = status;
                return;
            }

            context.Response.StatusCode = card is null || Encoding.UTF8.GetByteCount(text) > 28 << 10 ? 400 : 202;
            if (context.Response.StatusCode == 202)
            {
                _cards.Add(card!);
            }
        }
    }

    private static IEnumerable<JsonObject> OpenUrls(JsonNode? node) => node switch
    {
        JsonObject { } action when (string?)(action["type"] as JsonValue) == "Action.OpenUrl" => [action],
        JsonObject many => many.SelectMany(entry => OpenUrls(entry.Value)),
        JsonArray list => list.SelectMany(OpenUrls),
        _ => [],
    };

    [GeneratedRegex("<form[^>]*>", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Form();

    [GeneratedRegex("action=\"(?<url>[^\"]*)\"", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Action();

    [GeneratedRegex("<input[^>]*name=\"(?<name>[^\"]*)\"[^>]*value=\"(?<value>[^\"]*)\"", RegexOptions.None,
        matchTimeoutMilliseconds: 1000)]
    private static partial Regex Input();
}
