using System.Text.Json.Nodes;
using ServerlessGuard.Simulators.Aws.Account;

namespace ServerlessGuard.Simulators.Aws.Services;

/// <summary>CloudTrail: whether and what a trail records.</summary>
/// <remarks>Source: botocore's model of cloudtrail 2013-11-01.</remarks>
public sealed class CloudTrailApi(SimulatedAccount account) : IServiceApi
{
    private const string Trail = "AWS::CloudTrail::Trail";
    private readonly HashSet<string> _stopped = new(StringComparer.Ordinal);

    public string Name => "cloudtrail";

    public WireFormat Format => WireFormat.Json;

    public bool Serves(ApiRequest request) => request.SigningName is "cloudtrail";

    public string? OperationOf(ApiRequest request) => request.Target;

    public ApiAnswer? Answer(string operation, ApiRequest request)
    {
        var name = request.RequiredText(operation is "GetEventSelectors" ? "TrailName" : nameof(Name));
        var item = account.Find(Trail, name) ?? throw new ApiFaultException(400, "TrailNotFoundException", $"Unknown trail: {name}");
        var id = ConfigItem.Id(item);
        return operation switch
        {
            "GetTrail" => ApiAnswer.Json(new JsonObject { ["Trail"] = Write(ConfigItem.Configuration(item)) }),
            "GetTrailStatus" => ApiAnswer.Json(new JsonObject { ["IsLogging"] = !_stopped.Contains(id) }),
            "GetEventSelectors" => ApiAnswer.Json(new JsonObject
            {
                ["TrailARN"] = (string?)item["ARN"],
                ["EventSelectors"] = new JsonArray(new JsonObject
                    { ["ReadWriteType"] = "All", ["IncludeManagementEvents"] = true, ["DataResources"] = new JsonArray() }),
            }),
            "StartLogging" => Logging(id, on: true),
            "StopLogging" => Logging(id, on: false),
            "UpdateTrail" => Update(id, request.Json),
            _ => null,
        };
    }

    /// <summary>The story's own switch.</summary>
    public void Stop(string trail) => _stopped.Add(trail);

    private ApiAnswer Logging(string id, bool on)
    {
        _ = on ? _stopped.Remove(id) : _stopped.Add(id);
        return ApiAnswer.Json([]);
    }

    private ApiAnswer Update(string id, JsonObject asked)
    {
        var change = account.Change(Trail, id, Actors.Guard(account), item =>
        {
            var configuration = ConfigItem.Configuration(item);
            configuration["isMultiRegionTrail"] = asked["IsMultiRegionTrail"]?.DeepClone()
                ?? configuration["isMultiRegionTrail"]?.DeepClone();
            configuration["logFileValidationEnabled"] = asked["EnableLogFileValidation"]?.DeepClone()
                ?? configuration["logFileValidationEnabled"]?.DeepClone();
            configuration["includeGlobalServiceEvents"] = asked["IncludeGlobalServiceEvents"]?.DeepClone()
                ?? configuration["includeGlobalServiceEvents"]?.DeepClone();
        });
        return ApiAnswer.Json(Write(ConfigItem.Configuration(change!.Item)));
    }

    private static JsonObject Write(JsonObject configuration)
    {
        var trail = new JsonObject();
        foreach (var (name, value) in configuration)
        {
            trail[name is "trailARN" ? "TrailARN" : char.ToUpperInvariant(name[0]) + name[1..]] = value?.DeepClone();
        }

        return trail;
    }
}
