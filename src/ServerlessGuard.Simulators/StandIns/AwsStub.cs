using System.Collections.Concurrent;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;

namespace ServerlessGuard.Simulators.StandIns;

/// <summary>
/// AWS's JSON services on loopback, simulated: records every call and answers what the test says. The account never had an S3 block.
/// </summary>
public sealed class AwsStub(Func<string, JsonNode, JsonNode?> answer) : Loopback
{
    public ConcurrentQueue<(string Operation, JsonNode Body, string? Authorization)> Calls { get; } = new();

    public IEnumerable<JsonNode> Bodies(string operation) => Calls.Where(call => call.Operation == operation).Select(call => call.Body);

    protected override async Task AnswerAsync(HttpListenerRequest request, byte[] body, HttpListenerResponse response)
    {
        var operation = request.Headers["X-Amz-Target"]?.Split('.')[^1] ?? request.Url!.AbsolutePath;
        var json = request.Headers["X-Amz-Target"] is null ? new JsonObject() : JsonNode.Parse(body)!;
        Calls.Enqueue((operation, json, request.Headers["Authorization"]));
        if (operation is "/v20180820/configuration/publicAccessBlock")
        {
            await WriteAsync(response, 404,
                "<Error><Code>NoSuchPublicAccessBlockConfiguration</Code><Message>never set</Message></Error>"u8.ToArray());
            return;
        }

        if (answer(operation, json) is { } known)
        {
            await WriteAsync(response, 200, Encoding.UTF8.GetBytes(known.ToJsonString()));
            return;
        }

        await WriteAsync(response, 400, "{\"__type\":\"UnknownOperationException\",\"message\":\"not simulated\"}"u8.ToArray());
    }
}
