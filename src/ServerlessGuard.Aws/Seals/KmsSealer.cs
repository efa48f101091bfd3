using System.Security.Cryptography;
using System.Text.Json.Nodes;
using ServerlessGuard.Aws.Api;
using ServerlessGuard.Remediation;
using ServerlessGuard.Remediation.Seals;

namespace ServerlessGuard.Aws.Seals;

/// <summary>Seals with an HMAC key that never leaves KMS and that only the remediating role may use.</summary>
/// <remarks>Source: botocore's model of kms 2014-11-01, GenerateMac and VerifyMac.</remarks>
/// <param name="api">AWS with the remediating role's credentials.</param>
/// <param name="key">Asked in the region of its own ARN.</param>
public sealed class KmsSealer(IAwsApi api, KmsKeyArn key) : ISealer
{
    private const string Algorithm = "HMAC_SHA_256";
    private const string Prefix = "kms:";
    private const int MacLength = 32;

    /// <summary>Nothing else that the key may ever be used for begins like this.</summary>
    private static readonly byte[] Label = "serverlessguard-seal-v1\n"u8.ToArray();

    public async Task<string> SealAsync(ReadOnlyMemory<byte> content, CancellationToken cancellation)
    {
        var answer = await SendAsync("GenerateMac", content, mac: null, cancellation);
        return Mac((string?)answer["Mac"]) is { } mac
            ? Prefix + Convert.ToBase64String(mac)
            : throw new CloudCallException("UnreadableAnswer", "kms GenerateMac: an answer without a MAC of 32 bytes", isTransient: true);
    }

    public async Task<bool> VerifyAsync(ReadOnlyMemory<byte> content, string seal, CancellationToken cancellation)
    {
        if (!seal.StartsWith(Prefix, StringComparison.Ordinal) || Mac(seal[Prefix.Length..]) is not { } mac)
        {
            return false;
        }

        try
        {
            return (bool?)(await SendAsync("VerifyMac", content, mac, cancellation))["MacValid"] is true;
        }
        catch (CloudCallException wrong) when (wrong.Code is "KMSInvalidMacException")
        {
            return false;
        }
    }

    private async Task<JsonNode> SendAsync(string operation, ReadOnlyMemory<byte> content, byte[]? mac, CancellationToken cancellation)
    {
        // KMS takes 4,096 bytes at most.
        var body = new JsonObject
        {
            ["KeyId"] = key.Text,
            ["MacAlgorithm"] = Algorithm,
            ["Message"] = Convert.ToBase64String([.. Label, .. SHA256.HashData(content.Span)]),
        };
        if (mac is not null)
        {
            body["Mac"] = Convert.ToBase64String(mac);
        }

        try
        {
            return (await api.SendAsync(AwsRequest.Json(key.Region, "kms", "TrentService." + operation, body), cancellation)).Json();
        }
        catch (CloudCallException fault) when (fault.IsNotFound)
        {
            // It is the key that is gone, not the resource that the caller is about to fix.
            throw new CloudCallException(fault.Code, fault.Message, fault.IsTransient, fault);
        }
    }

    private static byte[]? Mac(string? text)
    {
        var mac = new byte[MacLength];
        return text is { Length: 44 } && Convert.TryFromBase64String(text, mac, out var length) && length == MacLength ? mac : null;
    }
}
