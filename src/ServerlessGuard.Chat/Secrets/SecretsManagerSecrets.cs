using System.Text.Json;
using System.Text.Json.Nodes;
using ServerlessGuard.Aws.Api;
using ServerlessGuard.Remediation;

namespace ServerlessGuard.Chat.Secrets;

/// <summary>
/// AWS Secrets Manager: <c>arn:aws:secretsmanager:REGION:ACCOUNT:secret:NAME</c>, with <c>#key</c> for one member of a JSON secret. Needs
/// secretsmanager:GetSecretValue on it.
/// </summary>
/// <remarks>Source: botocore's model of secretsmanager 2017-10-17, JSON 1.1.</remarks>
public sealed class SecretsManagerSecrets(IAwsApi aws) : ISecretStore
{
    public static bool Takes(string reference) =>
        reference.Split('#')[0].Split(':') is ["arn", _, "secretsmanager", { Length: > 0 }, { Length: 12 }, "secret", { Length: > 0 }, ..];

    public async Task<string> ReadAsync(string reference, CancellationToken cancellation)
    {
        var cut = reference.IndexOf('#', StringComparison.Ordinal);
        var (arn, member) = cut < 0 ? (reference, null) : (reference[..cut], reference[(cut + 1)..]);
        try
        {
            var answer = await aws.SendAsync(
                AwsRequest.Json(RegionOf(arn), "secretsmanager", "secretsmanager.GetSecretValue", new JsonObject { ["SecretId"] = arn }),
                cancellation);
            var text = (JsonNode.Parse(answer.Body.Span) as JsonObject)?["SecretString"]?.GetValue<string>()
                ?? throw new SecretException("Secrets Manager: the secret has no text");
            return member is null ? text : Member(text, member);
        }
        catch (CloudCallException fault)
        {
            throw new SecretException(fault.Message, fault);
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException)
        {
            throw new SecretException("Secrets Manager: an answer that is not understood", fault);
        }
    }

    private static AwsRegion RegionOf(string arn) =>
        AwsRegion.Find(arn.Split(':')[3]) ?? throw new SecretException("Secrets Manager: the ARN of the secret names no region");

    private static string Member(string text, string member) => Parse(text) is not { } json
        ? throw new SecretException("Secrets Manager: the secret is not a JSON object, but its reference names a member")
        : json[member] is JsonValue value && value.TryGetValue<string>(out var found)
            ? found
            : throw new SecretException($"Secrets Manager: the secret has no text \"{member}\"");

    /// <summary>Null when it is none: the exception would quote the secret.</summary>
    private static JsonObject? Parse(string text)
    {
        try
        {
            return JsonNode.Parse(text) as JsonObject;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
