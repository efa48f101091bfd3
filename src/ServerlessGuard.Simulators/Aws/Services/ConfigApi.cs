using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json.Nodes;
using ServerlessGuard.Simulators.Aws.Account;

namespace ServerlessGuard.Simulators.Aws.Services;

/// <summary>AWS Config: what was recorded, and what rules say about it.</summary>
/// <remarks>Source: botocore's model of config 2014-11-12; AWS Config developer guide, "Example configuration items" for the dialect of the
/// answers.</remarks>
public sealed class ConfigApi(SimulatedAccount account) : IServiceApi
{
    private const int MaxEvaluations = 100;
    private const int MaxAnnotation = 256;

    private readonly ConcurrentDictionary<string, string> _rules = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<(string Rule, string Type, string Id), RecordedEvaluation> _evaluations = new();
    private readonly ConcurrentQueue<RecordedEvaluation> _history = new();
    private int _answers;

    public string Name => "config";

    public WireFormat Format => WireFormat.Json;

    /// <summary>What each rule last said about each resource, by the items' own capture times.</summary>
    public IReadOnlyCollection<RecordedEvaluation> Evaluations => [.. _evaluations.Values];

    /// <summary>Everything that was ever told, in order.</summary>
    public IReadOnlyList<RecordedEvaluation> History => [.. _history];

    /// <summary>How many PutEvaluations calls were accepted, those in test mode included.</summary>
    public int Accepted => Volatile.Read(ref _answers);

    /// <summary>A result token for one invocation of a rule.</summary>
    public string Token(string rule)
    {
        var token = "simulated-" + Guid.NewGuid().ToString("N");
        _rules[token] = rule;
        return token;
    }

    public bool Serves(ApiRequest request) => request.SigningName is "config";

    public string? OperationOf(ApiRequest request) => request.Target;

    public ApiAnswer? Answer(string operation, ApiRequest request) => operation switch
    {
        "PutEvaluations" => PutEvaluations(request.Json),
        "GetResourceConfigHistory" => Captures(request),
        "BatchGetResourceConfig" => Batch(request.Json),
        "SelectResourceConfig" => ConfigQuery.Answer(account, request.Json),
        "ListDiscoveredResources" => Discovered(request),
        _ => null,
    };

    private ApiAnswer PutEvaluations(JsonObject body)
    {
        var token = (string?)body["ResultToken"] ?? string.Empty;
        var test = (bool?)body["TestMode"] ?? false;
        if (!_rules.TryGetValue(token, out var rule) && !test)
        {
            throw new ApiFaultException(400, "InvalidResultTokenException", "The result token is invalid.");
        }

        var evaluations = body[nameof(Evaluations)] as JsonArray ?? [];
        if (evaluations.Count > MaxEvaluations)
        {
            throw new ApiFaultException(400, "ValidationException",
                "1 validation error detected: Value at 'evaluations' failed to satisfy constraint: Member must have length less than or "
                    + "equal to 100");
        }

        var read = evaluations.Select(node => Evaluation(rule ?? "TESTMODE", node!.AsObject())).ToList();
        Interlocked.Increment(ref _answers);
        foreach (var evaluation in test ? [] : read)
        {
            _history.Enqueue(evaluation);
            _evaluations.AddOrUpdate(
                (evaluation.Rule, evaluation.ResourceType, evaluation.ResourceId),
                evaluation,
                (_, before) => evaluation.OrderedAt >= before.OrderedAt ? evaluation : before);
        }

        return ApiAnswer.Json(new JsonObject { ["FailedEvaluations"] = new JsonArray() });
    }

    private static RecordedEvaluation Evaluation(string rule, JsonObject evaluation)
    {
        var compliance = (string?)evaluation["ComplianceType"];
        if (compliance is not ("COMPLIANT" or "NON_COMPLIANT" or "NOT_APPLICABLE"))
        {
            throw new ApiFaultException(400, "InvalidParameterValueException",
                $"The compliance type {compliance} is not valid for PutEvaluations.");
        }

        var annotation = (string?)evaluation["Annotation"];
        if (annotation is { Length: 0 or > MaxAnnotation })
        {
            throw new ApiFaultException(400, "ValidationException",
                "1 validation error detected: Value at 'evaluations.member.annotation' failed to satisfy constraint: Member must have "
                    + "length less than or equal to 256");
        }

        var ordered = evaluation["OrderingTimestamp"] is JsonValue value && value.TryGetValue<double>(out var seconds)
            ? DateTimeOffset.FromUnixTimeMilliseconds((long)Math.Round(seconds * 1000))
            : throw new ApiFaultException(400, "SerializationException", "OrderingTimestamp is not a number of seconds");
        return new RecordedEvaluation(
            rule,
            (string?)evaluation["ComplianceResourceType"]
                ?? throw new ApiFaultException(400, "ValidationException", "ComplianceResourceType is missing"),
            (string?)evaluation["ComplianceResourceId"]
                ?? throw new ApiFaultException(400, "ValidationException", "ComplianceResourceId is missing"),
            compliance,
            annotation,
            ordered);
    }

    private ApiAnswer Captures(ApiRequest request)
    {
        var history = account.History(request.RequiredText("resourceType"), request.RequiredText("resourceId"));
        if (history.Count == 0)
        {
            throw new ApiFaultException(400, "ResourceNotDiscoveredException", "Resource has not been discovered.");
        }

        var limit = (int?)request.Json["limit"] ?? 10;
        var ordered = (string?)request.Json["chronologicalOrder"] is "Forward" ? history.Reverse() : history;
        return ApiAnswer.Json(new JsonObject
            { ["configurationItems"] =
                new JsonArray([.. ordered.Take(limit == 0 ? 10 : limit).Select(item => (JsonNode)ConfigDialect.HistoryItem(item))]) });
    }

    private ApiAnswer Batch(JsonObject body)
    {
        var keys = body["resourceKeys"] as JsonArray ?? [];
        if (keys.Count is 0 or > 100)
        {
            throw new ApiFaultException(400, "ValidationException",
                "1 validation error detected: Value at 'resourceKeys' failed to satisfy constraint: Member must have length between 1 and "
                    + "100");
        }

        var found = keys.Select(key => account.Find((string)key!["resourceType"]!, (string)key["resourceId"]!)).OfType<JsonObject>();
        return ApiAnswer.Json(new JsonObject
        {
            ["baseConfigurationItems"] = new JsonArray([.. found.Select(item => (JsonNode)ConfigDialect.BaseItem(item))]),
            ["unprocessedResourceKeys"] = new JsonArray(),
        });
    }

    private ApiAnswer Discovered(ApiRequest request)
    {
        var type = request.RequiredText("resourceType");
        var name = (string?)request.Json["resourceName"];
        var all = (bool?)request.Json["includeDeletedResources"] is true ? account.Everything : account.Items;
        var found = all.Where(item => ConfigItem.Type(item) == type && (name is null || ConfigItem.Name(item) == name))
            .Select(item => (JsonNode)new JsonObject
        {
            ["resourceType"] = type,
            ["resourceId"] = ConfigItem.Id(item),
            ["resourceName"] = ConfigItem.Name(item),
        });
        return ApiAnswer.Json(new JsonObject { ["resourceIdentifiers"] = new JsonArray([.. found]) });
    }
}

/// <summary>What a rule told the simulated AWS Config.</summary>
/// <param name="Rule">The rule that the token was given to.</param>
/// <param name="ResourceType">Whose compliance.</param>
/// <param name="ResourceId">Whose compliance.</param>
/// <param name="Compliance">One of the three words that are accepted.</param>
/// <param name="Annotation">At most 256 characters.</param>
/// <param name="OrderedAt">The item's capture time.</param>
public sealed record RecordedEvaluation(string Rule, string ResourceType, string ResourceId, string Compliance, string? Annotation,
    DateTimeOffset OrderedAt)
{
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{ResourceType} {ResourceId}: {Compliance} ({Annotation})");
}
