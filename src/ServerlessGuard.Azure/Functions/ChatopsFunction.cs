using System.Text;
using System.Text.Json;
using ServerlessGuard.Azure.Reporting;
using ServerlessGuard.Azure.Runtime;
using ServerlessGuard.Chat;
using ServerlessGuard.Engine;
using ServerlessGuard.Resources;

namespace ServerlessGuard.Azure.Functions;

/// <summary>
/// <c>chatops</c>: what people click and type in Slack, and the links in Teams. Nobody is let in but by a signature that
/// <see cref="ChatEndpoint"/> checks; what they decide is recorded here and carried out by <c>work</c>, or over there.
/// </summary>
internal sealed class ChatopsFunction(ChatEndpoint endpoint, Wakes wakes, Journal journal)
{
    private const string Route = "/chatops/";

    public async Task<Answer> RunAsync(JsonElement request, CancellationToken cancellation)
    {
        var answer = await endpoint.AnswerAsync(Request(request), cancellation);
        journal.Metric("chat.requests", 1, ("status", answer.Response.Status.ToString(System.Globalization.CultureInfo.InvariantCulture)));
        if (answer.Note is { } note)
        {
            journal.Info("chat", ("detail", note));
        }

        await wakes.AfterAsync(Provider.Azure, answer.Submitted, cancellation);
        var response = answer.Response;
        return Answer.Done($"answered {response.Status}, {answer.Submitted.Length} commands") with
        {
            Http = new HttpOutput(response.Status, Encoding.UTF8.GetString(response.Body.Span), response.ContentType)
                { Headers = response.Headers },
        };
    }

    private static ChatRequest Request(JsonElement request)
    {
        var url = Uri.TryCreate(Text(request, "Url"), UriKind.Absolute, out var address) ? address : new Uri("http://localhost/");
        var path = url.AbsolutePath;
        var at = path.IndexOf(Route, StringComparison.OrdinalIgnoreCase);
        return new ChatRequest
        {
            Method = Text(request, "Method") ?? "GET",
            Path = at < 0 ? string.Empty : path[(at + Route.Length)..].Trim('/'),
            Query = url.Query.TrimStart('?'),
            Headers = Headers(request),
            Body = Body(request),
        };
    }

    private static Dictionary<string, string> Headers(JsonElement request)
    {
        var found = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        if (request.ValueKind is JsonValueKind.Object && request.TryGetProperty("Headers", out var headers)
            && headers.ValueKind is JsonValueKind.Object)
        {
            foreach (var header in headers.EnumerateObject())
            {
                var value = header.Value.ValueKind is JsonValueKind.Array ? header.Value.EnumerateArray().FirstOrDefault() : header.Value;
                if (value.ValueKind is JsonValueKind.String)
                {
                    found[header.Name] = value.GetString()!;
                }
            }
        }

        return found;
    }

    /// <summary>A form comes as text, byte for byte: the signature is over it.</summary>
    private static ReadOnlyMemory<byte> Body(JsonElement request) =>
        request.ValueKind is JsonValueKind.Object && request.TryGetProperty("Body", out var body) && body.ValueKind is JsonValueKind.String
            ? Encoding.UTF8.GetBytes(body.GetString()!)
            : ReadOnlyMemory<byte>.Empty;

    private static string? Text(JsonElement request, string name) =>
        request.ValueKind is JsonValueKind.Object && request.TryGetProperty(name, out var value) && value.ValueKind is JsonValueKind.String
            ? value.GetString()
            : null;
}
