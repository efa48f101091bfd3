using System.Text.Json.Nodes;
using ServerlessGuard.Simulators.Aws.Account;

namespace ServerlessGuard.Simulators.Aws.Services;

/// <summary>Lambda: a function's policy, URL and configuration. Functions of the story do not run.</summary>
/// <remarks>Source: botocore's model of lambda 2015-03-31.</remarks>
public sealed class LambdaApi(SimulatedAccount account) : IServiceApi
{
    private const string Function = "AWS::Lambda::Function";

    public string Name => "lambda";

    public WireFormat Format => WireFormat.Json;

    public bool Serves(ApiRequest request) => request.SigningName is "lambda";

    public string? OperationOf(ApiRequest request) => (request.Method, Parts(request)) switch
    {
        ("GET", [_, "functions", _, "policy"]) => "GetPolicy",
        ("POST", [_, "functions", _, "policy"]) => "AddPermission",
        ("DELETE", [_, "functions", _, "policy", _]) => "RemovePermission",
        ("GET", [_, "functions", _, "urls"]) => "ListFunctionUrlConfigs",
        ("GET", [_, "functions", _, "configuration"]) => "GetFunctionConfiguration",
        ("GET", [_, "functions", _, "concurrency"]) => "GetFunctionConcurrency",
        _ => null,
    };

    public ApiAnswer? Answer(string operation, ApiRequest request)
    {
        var parts = Parts(request);
        var name = Uri.UnescapeDataString(parts[2]);
        var item = account.Find(Function, name)
            ?? throw new ApiFaultException(404, "ResourceNotFoundException", $"Function not found: {name}");
        var policy = (string?)ConfigItem.Supplementary(item)["Policy"];
        return operation switch
        {
            "GetPolicy" => policy is null
                ? throw new ApiFaultException(404, "ResourceNotFoundException", "The resource you requested does not exist.")
                : ApiAnswer.Json(new JsonObject { ["Policy"] = policy, ["RevisionId"] = "simulated" }),
            "RemovePermission" => Remove(item, policy, Uri.UnescapeDataString(parts[4])),
            "AddPermission" => Add(item, policy, request.Json),
            "ListFunctionUrlConfigs" => ApiAnswer.Json(new JsonObject { ["FunctionUrlConfigs"] = new JsonArray() }),
            "GetFunctionConfiguration" => ApiAnswer.Json(Configuration(item)),
            _ => null,
        };
    }

    private ApiAnswer Remove(JsonObject item, string? policy, string sid)
    {
        var document = policy is null ? null : JsonNode.Parse(policy);
        var statements = document?["Statement"]!.AsArray();
        var gone = statements?.FirstOrDefault(statement => (string?)statement!["Sid"] == sid)
            ?? throw new ApiFaultException(404, "ResourceNotFoundException", $"Statement {sid} is not found in resource policy.");
        statements!.Remove(gone);
        Put(item, statements.Count == 0 ? null : document!.ToJsonString());
        return ApiAnswer.Empty(204);
    }

    private ApiAnswer Add(JsonObject item, string? policy, JsonObject asked)
    {
        var document = policy is null
            ? new JsonObject { ["Version"] = "2012-10-17", ["Id"] = "default", ["Statement"] = new JsonArray() }
            : JsonNode.Parse(policy)!;
        var statements = document["Statement"]!.AsArray();
        if (statements.Any(statement => (string?)statement!["Sid"] == (string?)asked["StatementId"]))
        {
            throw new ApiFaultException(409, "ResourceConflictException",
                $"The statement id ({asked["StatementId"]}) provided already exists.");
        }

        var principal = (string?)asked["Principal"]
            ?? throw new ApiFaultException(400, "InvalidParameterValueException", "Principal is missing");
        var statement = new JsonObject
        {
            ["Sid"] = (string?)asked["StatementId"],
            ["Effect"] = "Allow",
            ["Principal"] = principal is "*"
                ? "*"
                : new JsonObject { [principal.EndsWith(".amazonaws.com", StringComparison.Ordinal) ? "Service" : "AWS"] = principal },
            ["Action"] = (string?)asked["Action"],
            ["Resource"] = (string?)item["ARN"],
        };
        statements.Add((JsonNode)statement);
        Put(item, document.ToJsonString());
        return new ApiAnswer(201, "application/json", new JsonObject { ["Statement"] = statement.ToJsonString() }.ToJsonString());
    }

    private void Put(JsonObject item, string? policy) => account.Change(Function, ConfigItem.Id(item), Actors.Guard(account), changed =>
    {
        if (policy is null)
        {
            ConfigItem.Supplementary(changed).Remove("Policy");
        }
        else
        {
            ConfigItem.Supplementary(changed)["Policy"] = policy;
        }
    });

    private static JsonObject Configuration(JsonObject item)
    {
        var answer = new JsonObject();
        foreach (var (name, value) in ConfigItem.Configuration(item))
        {
            answer[char.ToUpperInvariant(name[0]) + name[1..]] = value?.DeepClone();
        }

        return answer;
    }

    private static string[] Parts(ApiRequest request) => request.Path.Trim('/').Split('/');
}
