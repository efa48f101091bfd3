using System.Text;
using ServerlessGuard.Aws.Runtime;
using ServerlessGuard.Documents;
using ServerlessGuard.Engine;
using ServerlessGuard.Resources;

namespace ServerlessGuard.Aws.Functions;

/// <summary>
/// <c>federation</c>: Azure's rows, over the function's URL (<c>AuthType: AWS_IAM</c>). Lambda has verified the signature and says who
/// signed; only the one role is let in.
/// </summary>
/// <remarks>The event is a function URL's (payload format 2.0): https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html</remarks>
internal sealed class FederationFunction(PeerInbox? inbox, string? role, Log log, Metrics metrics) : IFunction
{
    public async Task<ReadOnlyMemory<byte>> HandleAsync(Invocation invocation, CancellationToken cancellation) =>
        inbox is null || role is null
        ? throw new SettingsException("federation is not configured: GUARD_PEER_URL and its companions are not set")
        : await AnswerAsync(inbox, role, invocation, cancellation);

    private async Task<ReadOnlyMemory<byte>> AnswerAsync(PeerInbox peer, string allowed, Invocation invocation,
        CancellationToken cancellation)
    {
        if (invocation.Payload.Length > LargestPayload.Federation)
        {
            metrics.Count("FederationRefused");
            return Response(413, $"{{\"error\":\"a call of more than {LargestPayload.Federation} bytes\"}}");
        }

        var request = SqsBatch.Parse(invocation.Payload.Span);
        var caller = request["requestContext", "authorizer"]["iam", "userArn"].Text;
        if (!IsSession(caller, allowed))
        {
            metrics.Count("FederationRefused");
            log.Write(LogLevel.Warn, "federation refused a caller", ("caller", caller ?? "(none)"));
            return Response(403, "{\"error\":\"another caller than the peer's role\"}");
        }

        if (!request["requestContext", "http", "method"].Is("POST") || Body(request) is not { } body)
        {
            return Response(400, "{\"error\":\"expected a POST with a JSON body\"}");
        }

        var (status, answer) = await peer.HandleAsync(body, cancellation);
        metrics.Count(status is 200 ? "FederationBatches" : "FederationBad");
        return Response(status, answer);
    }

    /// <summary><c>arn:aws:sts::ACCOUNT:assumed-role/NAME/SESSION</c> is a session of <c>arn:aws:iam::ACCOUNT:role/PATH/NAME</c>.</summary>
    internal static bool IsSession(string? caller, string role)
    {
        if (!Arn.TryParse(caller, out var session) || !Arn.TryParse(role, out var expected) || session.Service is not "sts"
            || session.Account != expected.Account)
        {
            return false;
        }

        var parts = session.Rest.Split('/');
        return parts is ["assumed-role", var name, _] && name == expected.Rest[(expected.Rest.LastIndexOf('/') + 1)..];
    }

    private static byte[]? Body(Doc request)
    {
        if (request["body"].Text is not { } text)
        {
            return null;
        }

        if (request["isBase64Encoded"].Flag is not true)
        {
            return Encoding.UTF8.GetBytes(text);
        }

        try
        {
            return Convert.FromBase64String(text);
        }
        catch (FormatException)
        {
            return null;
        }
    }

    private static ReadOnlyMemory<byte> Response(int status, string body) => JsonBytes.Of(writer =>
    {
        writer.WriteNumber("statusCode", status);
        writer.WriteStartObject("headers");
        writer.WriteString("content-type", "application/json");
        writer.WriteEndObject();
        writer.WriteString("body", body);
    });
}
