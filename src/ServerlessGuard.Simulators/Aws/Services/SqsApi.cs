using System.Text.Json.Nodes;
using ServerlessGuard.Simulators.Aws.Queues;

namespace ServerlessGuard.Simulators.Aws.Services;

/// <summary>SQS, JSON 1.0: the calls that a host makes. Queues are found by the last part of their URL.</summary>
/// <remarks>Source: botocore's model of sqs 2012-11-05.</remarks>
public sealed class SqsApi(params IReadOnlyList<SimulatedSqs> queues) : IServiceApi
{
    private const int MaxBatchBytes = 1024 * 1024;

    public string Name => "sqs";

    public WireFormat Format => WireFormat.Json;

    public bool Serves(ApiRequest request) => request.SigningName is "sqs";

    public string? OperationOf(ApiRequest request) => request.Target;

    public ApiAnswer? Answer(string operation, ApiRequest request) => operation switch
    {
        "SendMessage" => Send(Queue(request), request.Json),
        "SendMessageBatch" => SendBatch(Queue(request), request.Json),
        "ReceiveMessage" => Receive(Queue(request), request.Json),
        "DeleteMessage" => Delete(Queue(request), request.RequiredText("ReceiptHandle")),
        "GetQueueAttributes" => Attributes(Queue(request)),
        _ => null,
    };

    private SimulatedSqs Queue(ApiRequest request)
    {
        var url = request.RequiredText("QueueUrl");
        return queues.FirstOrDefault(queue => queue.Name == url[(url.LastIndexOf('/') + 1)..])
            ?? throw new ApiFaultException(400, "AWS.SimpleQueueService.NonExistentQueue", "The specified queue does not exist.");
    }

    private static ApiAnswer Send(SimulatedSqs queue, JsonObject body)
    {
        var text = (string?)body["MessageBody"]
            ?? throw new ApiFaultException(400, "MissingParameter", "The request must contain the parameter MessageBody.");
        return ApiAnswer.Json(new JsonObject
            { ["MessageId"] = queue.Send(text, Delay(body)), ["MD5OfMessageBody"] = EventSourceMapping.Md5(text) });
    }

    private static ApiAnswer SendBatch(SimulatedSqs queue, JsonObject body)
    {
        var entries = body["Entries"] as JsonArray ?? [];
        if (entries.Count is 0 or > 10)
        {
            throw entries.Count == 0
                ? new ApiFaultException(400, "AWS.SimpleQueueService.EmptyBatchRequest",
                    "There should be at least one SendMessageBatchRequestEntry in the request.")
                : new ApiFaultException(400, "AWS.SimpleQueueService.TooManyEntriesInBatchRequest",
                    "Maximum number of entries per request are 10.");
        }

        if (entries.Sum(entry => System.Text.Encoding.UTF8.GetByteCount((string?)entry!["MessageBody"] ?? string.Empty)) > MaxBatchBytes)
        {
            throw new ApiFaultException(400, "AWS.SimpleQueueService.BatchRequestTooLong",
                "Batch requests cannot be longer than 1048576 bytes.");
        }

        return ApiAnswer.Json(new JsonObject
        {
            ["Successful"] = new JsonArray([.. entries.Select(entry => (JsonNode)new JsonObject
            {
                ["Id"] = (string?)entry!["Id"],
                ["MessageId"] = queue.Send((string)entry["MessageBody"]!, Delay(entry.AsObject())),
                ["MD5OfMessageBody"] = EventSourceMapping.Md5((string)entry["MessageBody"]!),
            })]),
            ["Failed"] = new JsonArray(),
        });
    }

    private static ApiAnswer Receive(SimulatedSqs queue, JsonObject body) => ApiAnswer.Json(new JsonObject
    {
        ["Messages"] = new JsonArray([.. queue.Receive((int?)body["MaxNumberOfMessages"] ?? 1).Select(message => (JsonNode)new JsonObject
        {
            ["MessageId"] = message.Id,
            ["ReceiptHandle"] = message.Receipt,
            ["Body"] = message.Body,
            ["MD5OfBody"] = EventSourceMapping.Md5(message.Body),
        })]),
    });

    private static ApiAnswer Delete(SimulatedSqs queue, string receipt)
    {
        queue.Delete(receipt);
        return ApiAnswer.Json([]);
    }

    private static ApiAnswer Attributes(SimulatedSqs queue) => ApiAnswer.Json(new JsonObject
    {
        ["Attributes"] = new JsonObject { ["ApproximateNumberOfMessages"] = queue.Count.ToString() },
    });

    private static TimeSpan Delay(JsonObject entry) => TimeSpan.FromSeconds((int?)entry["DelaySeconds"] ?? 0);
}
