using System.Collections.Concurrent;
using System.Text.Json.Nodes;

namespace ServerlessGuard.Simulators.Aws.Services;

/// <summary>Secrets Manager: secrets by name or ARN.</summary>
/// <remarks>Source: botocore's model of secretsmanager 2017-10-17.</remarks>
public sealed class SecretsManagerApi : IServiceApi
{
    /// <summary>By ARN.</summary>
    public ConcurrentDictionary<string, string> Secrets { get; } = new(StringComparer.Ordinal);

    public string Name => "secretsmanager";

    public WireFormat Format => WireFormat.Json;

    public bool Serves(ApiRequest request) => request.SigningName is "secretsmanager";

    public string? OperationOf(ApiRequest request) => request.Target is "GetSecretValue" ? request.Target : null;

    public ApiAnswer? Answer(string operation, ApiRequest request)
    {
        var id = request.RequiredText("SecretId");
        return Secrets.TryGetValue(id, out var value)
            ? ApiAnswer.Json(new JsonObject
                { ["ARN"] = id, [nameof(Name)] = id.Split(':')[^1], ["SecretString"] = value,
                    ["VersionStages"] = new JsonArray("AWSCURRENT") })
            : throw new ApiFaultException(400, "ResourceNotFoundException", "Secrets Manager can't find the specified secret.");
    }
}
