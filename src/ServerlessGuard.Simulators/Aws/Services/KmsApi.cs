using System.Text.Json.Nodes;
using ServerlessGuard.Simulators.Aws.Account;

namespace ServerlessGuard.Simulators.Aws.Services;

/// <summary>KMS: rotation, policy, deletion, and codes of one key. No other key material exists.</summary>
/// <remarks>Source: botocore's model of kms 2014-11-01.</remarks>
public sealed class KmsApi(SimulatedAccount account, SealKey seals, TimeProvider time) : IServiceApi
{
    private const string Key = "AWS::KMS::Key";

    public string Name => "kms";

    public WireFormat Format => WireFormat.Json;

    public bool Serves(ApiRequest request) => request.SigningName is "kms";

    public string? OperationOf(ApiRequest request) => request.Target;

    public ApiAnswer? Answer(string operation, ApiRequest request)
    {
        if (SealKey.Serves(operation))
        {
            return seals.Answer(operation, request);
        }

        var id = request.RequiredText("KeyId");
        var item = account.Find(Key, id) ?? throw new ApiFaultException(400, "NotFoundException", $"Key '{id}' does not exist");
        var state = (string?)ConfigItem.Configuration(item)["keyState"];
        return operation switch
        {
            "DescribeKey" => ApiAnswer.Json(new JsonObject { ["KeyMetadata"] = Metadata(item) }),
            "GetKeyRotationStatus" =>
                ApiAnswer.Json(new JsonObject
                    { ["KeyRotationEnabled"] = ConfigItem.Supplementary(item)["KeyRotationStatus"]?.DeepClone() ?? false,
                        ["KeyId"] = (string?)item["ARN"] }),
            "EnableKeyRotation" => Rotation(item, state, on: true),
            "DisableKeyRotation" => Rotation(item, state, on: false),
            "GetKeyPolicy" =>
                ApiAnswer.Json(new JsonObject
                    { ["Policy"] = ConfigItem.Supplementary(item)["Policy"]?.DeepClone(), ["PolicyName"] = "default" }),
            "PutKeyPolicy" => Change(item, changed => ConfigItem.Supplementary(changed)["Policy"] = request.RequiredText("Policy")),
            "CancelKeyDeletion" when state is not "PendingDeletion" =>
                throw new ApiFaultException(400, "KMSInvalidStateException", $"{id} is not pending deletion."),
            "CancelKeyDeletion" => State(item, "Disabled", enabled: false),
            "EnableKey" when state is "PendingDeletion" =>
                throw new ApiFaultException(400, "KMSInvalidStateException", $"{id} is pending deletion."),
            "EnableKey" => State(item, "Enabled", enabled: true),
            "DisableKey" => State(item, "Disabled", enabled: false),
            "ScheduleKeyDeletion" => Schedule(item, (int?)request.Json["PendingWindowInDays"] ?? 30),
            _ => null,
        };
    }

    private static JsonObject Metadata(JsonObject item)
    {
        var configuration = ConfigItem.Configuration(item);
        var metadata = new JsonObject();
        foreach (var (name, member) in ((string, string)[])[
            ("keyId", "KeyId"), ("arn", "Arn"), ("aWSAccountId", "AWSAccountId"), ("enabled", "Enabled"), ("keyState", "KeyState"),
            ("keyManager", "KeyManager"),
            ("keySpec", "KeySpec"), ("origin", "Origin"), ("multiRegion", "MultiRegion"), ("keyUsage", "KeyUsage")])
        {
            metadata[member] = configuration[name]?.DeepClone();
        }

        return metadata;
    }

    private ApiAnswer Rotation(JsonObject item, string? state, bool on) => state is "Enabled"
        ? Change(item, changed => ConfigItem.Supplementary(changed)["KeyRotationStatus"] = on)
        : throw new ApiFaultException(400, state is "Disabled" ? "DisabledException" : "KMSInvalidStateException", $"the key is {state}.");

    private ApiAnswer State(JsonObject item, string state, bool enabled) => Change(item, changed =>
    {
        var configuration = ConfigItem.Configuration(changed);
        configuration["keyState"] = state;
        configuration["enabled"] = enabled;
        configuration.Remove("deletionDate");
    });

    private ApiAnswer Schedule(JsonObject item, int days) => Change(item, changed =>
    {
        var configuration = ConfigItem.Configuration(changed);
        configuration["keyState"] = "PendingDeletion";
        configuration["enabled"] = false;
        configuration["deletionDate"] = AccountItems.Day(time.GetUtcNow().AddDays(days));
    });

    private ApiAnswer Change(JsonObject item, Action<JsonObject> change)
    {
        account.Change(Key, ConfigItem.Id(item), Actors.Guard(account), change);
        return ApiAnswer.Json(new JsonObject { ["KeyId"] = (string?)item["ARN"] });
    }
}
