using System.Text;
using ServerlessGuard.Aws.Runtime;
using ServerlessGuard.Chat;
using ServerlessGuard.Documents;
using ServerlessGuard.Engine;
using ServerlessGuard.Resources;

namespace ServerlessGuard.Aws.Functions;

/// <summary>
/// <c>chatops</c>: what people click and type in Slack, and the links in Teams, over the function's URL (<c>AuthType: NONE</c>). Nobody is
/// let in but by a signature that
/// <see cref="ChatEndpoint"/> checks; what they decide is recorded here and carried out by <c>remediate</c>, or over there.
/// </summary>
/// <remarks>The event is a function URL's (payload format 2.0): https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html</remarks>
internal sealed class ChatopsFunction(ChatEndpoint? endpoint, Wakes wakes, Log log, Metrics metrics) : IFunction
{
    public async Task<ReadOnlyMemory<byte>> HandleAsync(Invocation invocation, CancellationToken cancellation)
    {
        if (invocation.Payload.Length > LargestPayload.Chat)
        {
            metrics.Count("ChatRefused");
            return Response(new ChatResponse(413, "text/plain; charset=utf-8", "too large"u8.ToArray()));
        }

        if (endpoint is null)
        {
            return Response(new ChatResponse(404, "text/plain; charset=utf-8", "chat is not configured"u8.ToArray()));
        }

        var answer = await endpoint.AnswerAsync(Request(SqsBatch.Parse(invocation.Payload.Span)), cancellation);
        metrics.Count(answer.Response.Status is < 400 ? "ChatRequests" : "ChatRefused");
        metrics.Count("ChatCommands", answer.Submitted.Length);
        if (answer.Note is { } note)
        {
            log.Write(LogLevel.Info, "chat", ("status", answer.Response.Status), ("detail", note));
        }

        await wakes.AfterAsync(Provider.Aws, answer.Submitted, cancellation);
        return Response(answer.Response);
    }

    private static ChatRequest Request(Doc request) => new()
    {
        Method = request["requestContext", "http", "method"].Text ?? "GET",
        Path = (request["rawPath"].Text ?? string.Empty).Trim('/'),
        Query = request["rawQueryString"].Text ?? string.Empty,
        Headers = Headers(request["headers"]),
        Body = Body(request),
    };

    private static Dictionary<string, string> Headers(Doc headers)
    {
        var found = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var (name, value) in headers.Properties())
        {
            if (value.Text is { } text)
            {
                found[name] = text;
            }
        }

        return found;
    }

    private static ReadOnlyMemory<byte> Body(Doc request)
    {
        var text = request["body"].Text ?? string.Empty;
        if (request["isBase64Encoded"].Flag is not true)
        {
            return Encoding.UTF8.GetBytes(text);
        }

        // What is no base64 has no valid signature either.
        var bytes = new byte[text.Length];
        return Convert.TryFromBase64String(text, bytes, out var written) ? bytes.AsMemory(0, written) : ReadOnlyMemory<byte>.Empty;
    }

    private static ReadOnlyMemory<byte> Response(ChatResponse response) => JsonBytes.Of(writer =>
    {
        writer.WriteNumber("statusCode", response.Status);
        writer.WriteStartObject("headers");
        writer.WriteString("content-type", response.ContentType);
        foreach (var (name, value) in response.Headers)
        {
            writer.WriteString(name.ToLowerInvariant(), value);
        }

        writer.WriteEndObject();
        writer.WriteString("body", Encoding.UTF8.GetString(response.Body.Span));
    });
}
