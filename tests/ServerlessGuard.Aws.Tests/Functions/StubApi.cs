using System.Text;
using System.Text.Json.Nodes;
using ServerlessGuard.Aws.Api;
using ServerlessGuard.Remediation;

namespace ServerlessGuard.Aws.Tests.Functions;

/// <summary>AWS's services as a test has them: an answer for each operation, everything recorded.</summary>
internal sealed class StubApi : IAwsApi
{
    private readonly Dictionary<string, Func<JsonNode, string>> _answers = new(StringComparer.Ordinal)
    {
        ["PutEvaluations"] = static _ => "{\"FailedEvaluations\":[]}",
        ["SelectResourceConfig"] = static _ => "{\"Results\":[]}",
        // An account whose block is off.
        ["GetPublicAccessBlock"] = static _ => "<PublicAccessBlockConfiguration><IgnorePublicAcls>false</IgnorePublicAcls></PublicAccessBlockConfiguration>",
        ["GetResources"] = static _ => "{\"ResourceTagMappingList\":[]}",
        ["SendMessageBatch"] = static _ => "{\"Successful\":[],\"Failed\":[]}",
    };

    private Action<AwsRequest>? _before;

    private readonly List<(string Operation, JsonNode Body, AwsRequest Request)> _calls = [];

    public IReadOnlyList<(string Operation, JsonNode Body, AwsRequest Request)> Calls
    {
        get
        {
            lock (_calls)
            {
                return [.. _calls];
            }
        }
    }

    public IEnumerable<JsonNode> Bodies(string operation) => Calls.Where(call => call.Operation == operation).Select(call => call.Body);

    /// <summary>Every message that was put into a queue.</summary>
    public IEnumerable<(string Queue, string Body)> Messages => Bodies("SendMessageBatch").SelectMany(body =>
        body["Entries"]!.AsArray().Select(entry => ((string)body["QueueUrl"]!, (string)entry!["MessageBody"]!)));

    public StubApi On(string operation, Func<JsonNode, string> answer)
    {
        _answers[operation] = answer;
        return this;
    }

    /// <summary>Looks at every request first, and may throw.</summary>
    public StubApi Before(Action<AwsRequest> look)
    {
        _before = look;
        return this;
    }

    public StubApi On(string operation, string answer) => On(operation, _ => answer);

    public StubApi Fails(string operation, string code, bool transient = false) => On(operation, _ => throw new CloudCallException(code, $"{operation}: {code} on purpose", transient));

    /// <summary>Rows of queries whose condition holds the text.</summary>
    public StubApi Selects(params (string Part, JsonObject Row)[] rows) => On("SelectResourceConfig", body => new JsonObject
    {
        ["Results"] = new JsonArray([.. rows.Where(row => ((string)body["Expression"]!).Contains(row.Part, StringComparison.Ordinal)).Select(row => (JsonNode)row.Row.ToJsonString())]),
    }.ToJsonString());

    public Task<AwsAnswer> SendAsync(AwsRequest request, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        var text = Encoding.UTF8.GetString(request.Body.Span);
        var operation = text.StartsWith("Action=", StringComparison.Ordinal) ? text["Action=".Length..text.IndexOf('&', StringComparison.Ordinal)] : request.Operation;
        var body = text.StartsWith('{') ? JsonNode.Parse(text)! : new JsonObject { ["form"] = text };
        lock (_calls)
        {
            _calls.Add((operation, body, request));
        }

        _before?.Invoke(request);
        return _answers.TryGetValue(operation, out var answer)
            ? Task.FromResult(new AwsAnswer(200, new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase), Encoding.UTF8.GetBytes(answer(body))))
            : throw new CloudCallException("AccessDenied", $"{request.Service} {operation}: not in this test", isTransient: false);
    }
}
