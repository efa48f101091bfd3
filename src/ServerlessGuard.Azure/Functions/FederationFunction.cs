using System.Text;
using System.Text.Json;
using ServerlessGuard.Azure.Reporting;
using ServerlessGuard.Azure.Runtime;
using ServerlessGuard.Engine;
using ServerlessGuard.Federation;

namespace ServerlessGuard.Azure.Functions;

/// <summary><c>federation</c>: the peer's rows over HTTP. The token is checked here, whatever the platform in front has checked.</summary>
internal sealed class FederationFunction(PeerInbox inbox, TokenGate gate, Journal journal)
{
    public async Task<Answer> RunAsync(JsonElement request, CancellationToken cancellation)
    {
        string? refusal;
        try
        {
            refusal = await gate.RefusesAsync(Header(request, "Authorization"), cancellation);
        }
        catch (PeerUnavailableException fault)
        {
            // The issuer's keys cannot be had: nobody is let in, and nobody is told that they are wrong.
            journal.Warn("federation gate", ("reason", fault.Message));
            return Http(503, "{\"error\":\"the caller cannot be verified now\"}", fault.Message);
        }

        if (refusal is not null)
        {
            journal.Metric("federation.refused", 1, ("reason", refusal));
            return Http(401, $"{{\"error\":\"{JsonEncodedText.Encode(refusal)}\"}}", "refused: " + refusal);
        }

        if (Body(request) is not { } body)
        {
            return Http(400, "{\"error\":\"expected a JSON body\"}", "no body");
        }

        var (status, answer) = await inbox.HandleAsync(body, cancellation);
        journal.Metric("federation.batches", 1, ("status", status.ToString(System.Globalization.CultureInfo.InvariantCulture)));
        return Http(status, answer, $"answered {status}");
    }

    /// <summary>A refused caller is a call that succeeded: the host would repeat nothing, and the worker is not at fault.</summary>
    private static Answer Http(int status, string body, string log) => Answer.Done(log) with { Http = new HttpOutput(status, body) };

    /// <summary>
    /// The host gives headers as <c>{name: [values]}</c>; names compare without case. Two Authorization headers are none.
    /// </summary>
    private static string? Header(JsonElement request, string name)
    {
        if (request.ValueKind is not JsonValueKind.Object || !request.TryGetProperty("Headers", out var headers)
            || headers.ValueKind is not JsonValueKind.Object)
        {
            return null;
        }

        var found = headers.EnumerateObject().Where(header => header.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
            .SelectMany(header => header.Value.ValueKind is JsonValueKind.Array ? header.Value.EnumerateArray().ToArray() : [header.Value])
            .Where(value => value.ValueKind is JsonValueKind.String).Select(value => value.GetString()).ToList();
        return found.Count == 1 ? found[0] : null;
    }

    /// <summary>Body is text; the host sends base64 for application/octet-stream, and an object where it parsed JSON itself.</summary>
    private static ReadOnlyMemory<byte>? Body(JsonElement request)
    {
        if (!request.TryGetProperty("Body", out var body))
        {
            return null;
        }

        return body.ValueKind switch
        {
            JsonValueKind.String => Encoding.UTF8.GetBytes(body.GetString()!),
            JsonValueKind.Object => Encoding.UTF8.GetBytes(body.GetRawText()),
            _ => null,
        };
    }
}
