using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using ServerlessGuard.Remediation;
using ServerlessGuard.Remediation.Seals;

namespace ServerlessGuard.Azure.Seals;

/// <summary>Seals with an EC key (P-256) that never leaves Key Vault and that only the remediator's identity may sign with.</summary>
/// <remarks>Source: https://learn.microsoft.com/rest/api/keyvault/keys/sign/sign and …/verify/verify, api-version 7.4.</remarks>
/// <param name="vault">Key Vault with the remediator's token.</param>
/// <param name="key">Without a version the newest one signs, and a seal of any of its versions is believed.</param>
public sealed class VaultSealer(VaultHttp vault, VaultKeyId key) : ISealer
{
    private const string Algorithm = "ES256";
    private const int SignatureLength = 64;

    /// <summary>Nothing else that the key may ever be used for begins like this.</summary>
    private static readonly byte[] Label = "serverlessguard-seal-v1\n"u8.ToArray();

    public async Task<string> SealAsync(ReadOnlyMemory<byte> content, CancellationToken cancellation)
    {
        var at = key.Version is { } version ? $"{key.Key}/{version}" : key.Key;
        var (status, answer) = await vault.PostAsync(new Uri(at + "/sign"), key.Audience,
            new JsonObject { ["alg"] = Algorithm, ["value"] = Digest(content) }, cancellation);
        if (status is not 200)
        {
            throw VaultHttp.Refused("sign", status, answer);
        }

        var seal = $"{Text(answer, "kid")}#{Text(answer, "value")}";
        return Read(seal) is not null
            ? seal
            : throw new CloudCallException("UnreadableAnswer", "key vault sign: the response is not a signature by the requested key",
                isTransient: true);
    }

    public async Task<bool> VerifyAsync(ReadOnlyMemory<byte> content, string seal, CancellationToken cancellation)
    {
        if (Read(seal) is not (var version, var signature))
        {
            return false;
        }

        var body = new JsonObject { ["alg"] = Algorithm, ["digest"] = Digest(content), ["value"] = signature };
        var (status, answer) = await vault.PostAsync(new Uri($"{key.Key}/{version}/verify"), key.Audience, body, cancellation);
        return status switch
        {
            200 => answer?["value"] is JsonValue value && value.TryGetValue<bool>(out var isValid) && isValid,

            // A version that never was, or a signature that is none: the row made them up.
            400 or 404 => false,
            _ => throw VaultHttp.Refused("verify", status, answer),
        };
    }

    /// <summary>Version and signature of a seal of our key; null for anybody else's.</summary>
    private (string Version, string Signature)? Read(string seal)
    {
        if (!seal.StartsWith(key.Key + "/", StringComparison.OrdinalIgnoreCase)
            || seal[(key.Key.Length + 1)..].Split('#') is not [var version, var signature])
        {
            return null;
        }

        return VaultKeyId.IsVersion(version) && (key.Version is null || key.Version == version)
            && Base64Url.IsValid(signature, out var length) && length == SignatureLength && signature.Length == 86
            ? (version, signature)
            : null;
    }

    private static string Digest(ReadOnlyMemory<byte> content) =>
        Base64Url.EncodeToString(SHA256.HashData([.. Label, .. SHA256.HashData(content.Span)]));

    private static string? Text(JsonObject? answer, string name) =>
        answer?[name] is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;
}
